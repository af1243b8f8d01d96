#include "records-service/store/sqlite/sqlite_store.h"

#include <sys/stat.h>

#include <cerrno>
#include <filesystem>
#include <optional>
#include <system_error>
#include <utility>

#include "absl/memory/memory.h"
#include "absl/strings/str_cat.h"
#include "libs/chassis/errors.h"
#include "libs/chassis/log.h"
#include "records-service/store/sqlite/migrations.h"

namespace ladder::records::sqlite {
namespace {

constexpr char kLeaseFile[] = "records.lease";

// 256 MiB of log: somebody reads without end.
constexpr int kFramesToWarnAt = 65536;

// The extended codes of a family share their low byte.
int FamilyOf(int code) { return code & 0xff; }

// After these nothing is certain about what the disk holds. Not so where the index of the log, which holds nothing of
// its own, found no space to grow.
bool IsBroken(int code) {
  if (code == SQLITE_IOERR_SHMSIZE) return false;
  const int family = FamilyOf(code);
  return family == SQLITE_IOERR || family == SQLITE_CORRUPT || family == SQLITE_NOTADB;
}

absl::Status OpenError(const std::string& path, const absl::Status& status) {
  return absl::Status(status.code(), absl::StrCat("cannot open ", path, ": ", status.message()));
}

}  // namespace

absl::StatusOr<std::unique_ptr<SqliteStore>> SqliteStore::Open(SqliteOptions options, const Clock& clock) {
  const std::string path = absl::StrCat(options.directory, "/", kDatabaseFile);
  struct stat found = {};
  if (stat(path.c_str(), &found) != 0 && errno == ENOENT) return OpenError(path, NoDatabase(options.directory));
  absl::StatusOr<std::unique_ptr<Lease>> lease = Lease::Take(absl::StrCat(options.directory, "/", kLeaseFile));
  if (!lease.ok()) return lease.status();

  absl::StatusOr<std::unique_ptr<Database>> writer = Database::Open(path, Database::Mode::kReadWrite);
  if (!writer.ok()) return OpenError(path, writer.status());
  absl::Status status = (*writer)->Configure();
  if (status.ok()) status = CheckSchema(options.directory, **writer);
  if (!status.ok()) return OpenError(path, status);

  std::vector<std::unique_ptr<Database>> readers;
  for (int i = 0; i < options.readers; ++i) {
    absl::StatusOr<std::unique_ptr<Database>> reader = Database::Open(path, Database::Mode::kReadOnly);
    if (!reader.ok()) return OpenError(path, reader.status());
    readers.push_back(*std::move(reader));
  }
  return absl::WrapUnique(
      new SqliteStore(std::move(options), *std::move(lease), *std::move(writer), std::move(readers), clock));
}

SqliteStore::SqliteStore(SqliteOptions options, std::unique_ptr<Lease> lease, std::unique_ptr<Database> writer,
                         std::vector<std::unique_ptr<Database>> readers, const Clock& clock)
    : options_(std::move(options)),
      lease_(std::move(lease)),
      writer_(std::move(writer)),
      checkpoint_at_frames_(options_.checkpoint_frames),
      readers_(std::move(readers), clock, options_.read_time_limit) {}

SqliteStore::~SqliteStore() { Close(); }

void SqliteStore::Close() {
  bool failed = false;
  {
    MutexLock lock(&state_);
    closed_ = true;
    failed = failed_;
  }
  // The connection that closes last empties the log into the database: that has to be the one that can write. After a
  // failure the log is the better witness.
  readers_.Close();
  MutexLock lock(&writing_);
  if (failed && writer_ != nullptr) writer_->KeepLogAtClose();
  writer_.reset();
  lease_.reset();
}

absl::Status SqliteStore::Usable() {
  MutexLock lock(&state_);
  if (closed_) return Unavailable(kClosed, "the store is closed");
  if (failed_) return Unavailable(kStorageFailed, "the store has failed and is being restarted: nothing was written");
  return absl::OkStatus();
}

absl::Status SqliteStore::Ready() { return Usable(); }

void SqliteStore::Fail(const absl::Status& why) {
  {
    MutexLock lock(&state_);
    if (failed_) return;
    failed_ = true;
  }
  Log(LogLevel::kError, "store_failed", {{"error", why.message()}});
  if (options_.on_fatal) options_.on_fatal(why);
}

absl::Status SqliteStore::Write(UnknownCommit, Body body) {
  MutexLock lock(&writing_);
  absl::Status status = Usable();
  if (!status.ok()) return status;
  status = Transact(body);
  if (!status.ok()) return WriteError(status);
  CheckpointIfDue();
  return absl::OkStatus();
}

absl::Status SqliteStore::Transact(Body body) {
  absl::Status status = writer_->Execute("BEGIN IMMEDIATE");
  if (!status.ok()) return status;
  status = body(*writer_);
  if (status.ok()) status = writer_->Execute("COMMIT");
  // Some errors have rolled back already.
  if (!status.ok() && writer_->InTransaction()) {
    const absl::Status rolled_back = writer_->Execute("ROLLBACK");
    if (!rolled_back.ok()) return rolled_back;
  }
  return status;
}

void SqliteStore::AddTo(Metrics& metrics) const {
  // It is opened with synchronous=FULL, always.
  sql::AddStoreMetrics(
      metrics, [this] { return readers_.InUse(); }, [] { return true; });
  metrics.AddGauge("ladder_store_log_bytes", "Size of the write-ahead log.", [this]() -> std::optional<double> {
    std::error_code error;
    const auto bytes = std::filesystem::file_size(absl::StrCat(options_.directory, "/", kDatabaseFile, "-wal"), error);
    if (error) return std::nullopt;
    return static_cast<double>(bytes);
  });
}

void SqliteStore::CheckpointIfDue() {
  if (writer_->log_frames() < checkpoint_at_frames_) return;
  const absl::Status status = writer_->Checkpoint();
  if (!status.ok() && IsBroken(CodeOf(status))) Fail(status);
  // Where a reader keeps the log from being copied, trying at every commit would only cost.
  checkpoint_at_frames_ = writer_->log_frames() + options_.checkpoint_frames;
  if (writer_->log_frames() > kFramesToWarnAt) {
    Log(LogLevel::kWarning, "store_log_large", {{"frames", writer_->log_frames()}});
  }
}

absl::Status SqliteStore::Scrub() {
  MutexLock lock(&writing_);
  absl::Status status = Usable();
  if (!status.ok()) return status;
  // What readers leave for the second step is little, and while that waits for them nobody can write.
  status = writer_->Checkpoint();
  absl::StatusOr<bool> empty = false;
  if (status.ok()) empty = writer_->EmptyLog();
  if (status.ok()) status = empty.status();
  if (!status.ok()) return WriteError(status);
  checkpoint_at_frames_ = options_.checkpoint_frames;
  if (!*empty) return Unavailable(kStorageBusy, "something, a backup say, reads what was removed: try again");
  return absl::OkStatus();
}

absl::Status SqliteStore::Read(Body body) {
  absl::Status status;
  {
    absl::StatusOr<ReaderPool::Loan> reader = readers_.Borrow();
    if (!reader.ok()) return reader.status();
    status = body(**reader);
  }
  return status.ok() ? status : ReadError(status);
}

absl::Status SqliteStore::ReadSnapshot(Body body) {
  return Read([&body](sql::Connection& connection) {
    Database& database = static_cast<Database&>(connection);
    absl::Status status = database.Execute("BEGIN");
    if (status.ok()) status = body(database);
    const absl::Status ended = database.InTransaction() ? database.Execute("COMMIT") : absl::OkStatus();
    return status.ok() ? ended : status;
  });
}

absl::Status SqliteStore::WriteError(const absl::Status& status) {
  const int code = CodeOf(status);
  if (code == SQLITE_OK) return status;  // The transaction's own decision.
  const absl::Status unknown =
      Unavailable(kCommitUnknown, "whether this was stored is not known: try again, with the same request_id");
  if (IsBroken(code)) {
    Fail(status);
    return unknown;
  }
  Log(LogLevel::kWarning, "store_write_failed", {{"error", status.message()}});
  switch (FamilyOf(code)) {
    case SQLITE_IOERR:
      return unknown;
    case SQLITE_FULL:
      return Unavailable(kStorageFull, "the store has no space left: nothing was written", absl::Seconds(10));
    case SQLITE_BUSY:
      return Unavailable(kStorageBusy, "the store is locked: nothing was written");
    case SQLITE_TOOBIG:
      return absl::InvalidArgumentError("a value is larger than the store can hold");
    default:
      return Internal(status.message());
  }
}

absl::Status SqliteStore::ReadError(const absl::Status& status) {
  const int code = CodeOf(status);
  if (code == SQLITE_OK) return status;
  if (FamilyOf(code) == SQLITE_CORRUPT || FamilyOf(code) == SQLITE_NOTADB) Fail(status);
  Log(LogLevel::kWarning, "store_read_failed", {{"error", status.message()}});
  switch (FamilyOf(code)) {
    case SQLITE_INTERRUPT:
      return Unavailable(kReadTooSlow, "the store took too long: ask for less");
    case SQLITE_BUSY:
      return Unavailable(kStorageBusy, "the store is locked");
    case SQLITE_IOERR:
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return Unavailable(kStorageFailed, "the store could not be read");
    default:
      return Internal(status.message());
  }
}

}  // namespace ladder::records::sqlite
