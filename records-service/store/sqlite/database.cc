#include "records-service/store/sqlite/database.h"

#include <memory>
#include <utility>

#include "absl/strings/cord.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

namespace ladder::records::sqlite {
namespace {

constexpr char kCodePayload[] = "ladder.sqlite.code";

// Long enough for a backup that holds the lock, short enough for a caller who waits.
constexpr int kBusyTimeoutMilliseconds = 2000;

constexpr int kStepsBetweenDeadlineChecks = 4000;

absl::Status ErrorOf(sqlite3* handle, int code) {
  absl::Status status = absl::InternalError(absl::StrCat(sqlite3_errmsg(handle), " (", code, ")"));
  status.SetPayload(kCodePayload, absl::Cord(absl::StrCat(code)));
  return status;
}

// A statement of SQLite's, which stays prepared.
class RunningStatement final : public sql::Statement {
 public:
  RunningStatement(sqlite3_stmt* statement, absl::Status status) : statement_(statement), status_(std::move(status)) {}
  RunningStatement(const RunningStatement&) = delete;
  RunningStatement& operator=(const RunningStatement&) = delete;
  ~RunningStatement() override {
    if (statement_ == nullptr) return;
    sqlite3_reset(statement_);
    sqlite3_clear_bindings(statement_);
  }

  void BindInteger(std::int64_t value) override {
    if (status_.ok()) Note(sqlite3_bind_int64(statement_, ++bound_, value));
  }
  // A null pointer would bind NULL.
  void BindText(absl::string_view value) override {
    if (!status_.ok()) return;
    Note(sqlite3_bind_text64(statement_, ++bound_, value.empty() ? "" : value.data(), value.size(), SQLITE_STATIC,
                             SQLITE_UTF8));
  }
  void BindBytes(absl::string_view value) override {
    if (!status_.ok()) return;
    Note(sqlite3_bind_blob64(statement_, ++bound_, value.empty() ? "" : value.data(), value.size(), SQLITE_STATIC));
  }
  void BindNullInteger() override {
    if (status_.ok()) Note(sqlite3_bind_null(statement_, ++bound_));
  }

  absl::StatusOr<bool> Step() override {
    if (!status_.ok()) return status_;
    const int code = sqlite3_step(statement_);
    if (code == SQLITE_ROW) return true;
    if (code == SQLITE_DONE) return false;
    status_ = ErrorOf(sqlite3_db_handle(statement_), code);
    return status_;
  }

  bool IsNullAt(int column) const override { return sqlite3_column_type(statement_, column) == SQLITE_NULL; }
  std::int64_t IntegerAt(int column) const override { return sqlite3_column_int64(statement_, column); }
  std::string BytesAt(int column) const override {
    const void* data = sqlite3_column_blob(statement_, column);
    const int size = sqlite3_column_bytes(statement_, column);
    return data == nullptr ? std::string() : std::string(static_cast<const char*>(data), size);
  }

 private:
  void Note(int code) {
    if (code != SQLITE_OK && status_.ok()) status_ = ErrorOf(sqlite3_db_handle(statement_), code);
  }

  sqlite3_stmt* const statement_;
  absl::Status status_;  // The first error.
  int bound_ = 0;
};

sql::Query QueryOf(sqlite3_stmt* statement, absl::Status status) {
  return sql::Query(std::make_unique<RunningStatement>(statement, std::move(status)));
}

}  // namespace

int CodeOf(const absl::Status& status) {
  int code = SQLITE_OK;
  const absl::optional<absl::Cord> payload = status.GetPayload(kCodePayload);
  return payload.has_value() && absl::SimpleAtoi(std::string(*payload), &code) ? code : SQLITE_OK;
}

Database::Database(sqlite3* handle) : handle_(handle) {}

absl::StatusOr<std::unique_ptr<Database>> Database::Open(const std::string& path, Mode mode) {
  // One thread at a time uses a connection, so SQLite need not lock it.
  int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
  flags |= mode == Mode::kReadOnly ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE;
  if (mode == Mode::kCreate) flags |= SQLITE_OPEN_CREATE;
  sqlite3* handle = nullptr;
  const int code = sqlite3_open_v2(path.c_str(), &handle, flags, nullptr);
  std::unique_ptr<Database> database(new Database(handle));
  if (code != SQLITE_OK) return ErrorOf(handle, code);
  sqlite3_busy_timeout(handle, kBusyTimeoutMilliseconds);
  // Also takes the place of SQLite's own checkpoints, which hide a failed fsync.
  sqlite3_wal_hook(handle, &Database::OnCommit, database.get());
  return database;
}

Database::~Database() {
  for (const auto& [sql, statement] : statements_) sqlite3_finalize(statement);
  sqlite3_close_v2(handle_);
}

absl::Status Database::Configure() {
  return Execute(
      "PRAGMA journal_mode = WAL;"
      "PRAGMA synchronous = FULL;"
      "PRAGMA temp_store = MEMORY;"
      "PRAGMA cache_size = -65536;"
      "PRAGMA secure_delete = ON;"
      "PRAGMA trusted_schema = OFF;");
}

absl::Status Database::Execute(absl::string_view sql) {
  const int code = sqlite3_exec(handle_, std::string(sql).c_str(), nullptr, nullptr, nullptr);
  return code == SQLITE_OK ? absl::OkStatus() : ErrorOf(handle_, code);
}

sql::Query Database::Use(absl::string_view sql) {
  const auto found = statements_.find(sql);
  if (found != statements_.end()) return QueryOf(found->second, absl::OkStatus());
  sqlite3_stmt* statement = nullptr;
  const int code = sqlite3_prepare_v3(handle_, sql.data(), static_cast<int>(sql.size()), SQLITE_PREPARE_PERSISTENT,
                                      &statement, nullptr);
  if (code != SQLITE_OK) return QueryOf(nullptr, ErrorOf(handle_, code));
  statements_.emplace(sql, statement);
  return QueryOf(statement, absl::OkStatus());
}

absl::StatusOr<std::int64_t> Database::QueryInteger(absl::string_view sql) {
  sql::Query query = Use(sql);
  const absl::StatusOr<bool> row = query.Step();
  if (!row.ok()) return row.status();
  if (!*row) return absl::InternalError("a query for a number gave no row");
  return query.IntegerAt(0);
}

bool Database::InTransaction() const { return sqlite3_get_autocommit(handle_) == 0; }

std::int64_t Database::Changes() const { return sqlite3_changes64(handle_); }

void Database::SetDeadline(const Clock& clock, absl::Time deadline) {
  deadline_ = {&clock, deadline};
  sqlite3_progress_handler(handle_, kStepsBetweenDeadlineChecks, &Database::OnProgress, &deadline_);
}

int Database::OnProgress(void* deadline) {
  const Deadline& limit = *static_cast<Deadline*>(deadline);
  return limit.clock->SteadyNow() > limit.time ? 1 : 0;
}

int Database::OnCommit(void* database, sqlite3*, const char*, int frames) {
  static_cast<Database*>(database)->log_frames_ = frames;
  return SQLITE_OK;
}

absl::Status Database::Checkpoint() {
  int frames = 0;
  int copied = 0;
  const int code = sqlite3_wal_checkpoint_v2(handle_, nullptr, SQLITE_CHECKPOINT_PASSIVE, &frames, &copied);
  if (code != SQLITE_OK) return ErrorOf(handle_, code);
  log_frames_ = frames - copied;
  return absl::OkStatus();
}

absl::StatusOr<bool> Database::EmptyLog() {
  const int code = sqlite3_wal_checkpoint_v2(handle_, nullptr, SQLITE_CHECKPOINT_TRUNCATE, nullptr, nullptr);
  if ((code & 0xff) == SQLITE_BUSY) return false;  // Of any kind.
  if (code != SQLITE_OK) return ErrorOf(handle_, code);
  log_frames_ = 0;
  return true;
}

absl::Status Database::CopyFrom(Database& source) {
  sqlite3_backup* backup = sqlite3_backup_init(handle_, "main", source.handle_, "main");
  if (backup == nullptr) return ErrorOf(handle_, sqlite3_errcode(handle_));
  // In one step, which reads one moment: between several a writer would make it begin again.
  sqlite3_backup_step(backup, -1);
  const int code = sqlite3_backup_finish(backup);
  return code == SQLITE_OK ? absl::OkStatus() : ErrorOf(handle_, code);
}

void Database::KeepLogAtClose() { sqlite3_db_config(handle_, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr); }

}  // namespace ladder::records::sqlite
