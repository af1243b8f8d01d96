#include "records-service/store/postgres/connection.h"

#include <poll.h>

#include <algorithm>
#include <cerrno>
#include <utility>
#include <vector>

#include "absl/memory/memory.h"
#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "libs/chassis/log.h"
#include "records-service/store/postgres/errors.h"
#include "records-service/store/postgres/result.h"

namespace ladder::records::postgres {
namespace {

constexpr int kBinary = 1;

// Rows that a query leaves unread are read in vain up to this many; beyond, a new connection is cheaper.
constexpr int kRowsToSkip = 64;

std::string Seconds(absl::Duration duration) {
  return absl::StrCat(std::max<std::int64_t>(1, absl::ToInt64Seconds(duration)));
}

// Without the newline that ends libpq's messages.
absl::string_view MessageOf(const PGconn* handle) { return absl::StripTrailingAsciiWhitespace(PQerrorMessage(handle)); }

// `?` in their order and `?1` become `$1`. No statement of ours has a question mark in a text.
std::string WithDollars(absl::string_view sql) {
  std::string translated;
  int next = 0;
  for (std::size_t i = 0; i < sql.size(); ++i) {
    if (sql[i] != '?') {
      translated.push_back(sql[i]);
      continue;
    }
    translated.push_back('$');
    if (i + 1 == sql.size() || !absl::ascii_isdigit(sql[i + 1])) absl::StrAppend(&translated, ++next);
  }
  return translated;
}

}  // namespace

// A statement on its way: sent at its first step.
class RunningStatement final : public sql::Statement {
 public:
  RunningStatement(Connection& connection, Connection::Prepared& prepared, Parameters parameters)
      : connection_(connection), prepared_(prepared), parameters_(std::move(parameters)) {}
  RunningStatement(const RunningStatement&) = delete;
  RunningStatement& operator=(const RunningStatement&) = delete;
  ~RunningStatement() override {
    if (state_ == State::kRows) connection_.LeaveRows();
  }

  void BindInteger(std::int64_t value) override { parameters_.AddInteger(value); }
  void BindText(absl::string_view value) override { parameters_.AddText(value); }
  void BindBytes(absl::string_view value) override { parameters_.AddBytes(value); }
  void BindNullInteger() override { parameters_.AddNullInteger(); }

  absl::StatusOr<bool> Step() override {
    if (state_ == State::kEnded) return false;
    if (state_ == State::kUnsent) {
      state_ = State::kEnded;
      const absl::Status sent = connection_.Send(prepared_, parameters_);
      if (!sent.ok()) return sent;
      state_ = State::kRows;
    }
    absl::StatusOr<Result> row = connection_.NextRow();
    if (!row.ok() || *row == nullptr) state_ = State::kEnded;
    if (!row.ok()) return row.status();
    row_ = *std::move(row);
    return row_ != nullptr;
  }

  bool IsNullAt(int column) const override { return PQgetisnull(row_.get(), 0, column) == 1; }
  std::int64_t IntegerAt(int column) const override { return DecodeInteger(ViewAt(column)); }
  std::string BytesAt(int column) const override { return std::string(ViewAt(column)); }

 private:
  enum class State { kUnsent, kRows, kEnded };

  absl::string_view ViewAt(int column) const {
    return {PQgetvalue(row_.get(), 0, column), static_cast<std::size_t>(PQgetlength(row_.get(), 0, column))};
  }

  Connection& connection_;
  Connection::Prepared& prepared_;
  Parameters parameters_;
  Result row_;
  State state_ = State::kUnsent;
};

absl::StatusOr<std::unique_ptr<Connection>> Connection::Open(const PostgresOptions& options) {
  const std::string connect_timeout = Seconds(options.connect_timeout);
  // What comes later wins: defaults, then what the operator says, then what has to be.
  std::vector<std::pair<const char*, const char*>> parameters = {
      {"connect_timeout", connect_timeout.c_str()},
      // A server that is gone without a word is noticed within seconds, not within a quarter of an hour.
      {"tcp_user_timeout", "5000"},
      {"keepalives_idle", "10"},
      {"keepalives_interval", "3"},
      {"keepalives_count", "3"},
      // Of several hosts the one that is the primary.
      {"target_session_attrs", "read-write"},
      {"fallback_application_name", "ladder-records"},
      {"dbname", options.conninfo.c_str()},
      {"client_encoding", "UTF8"},
  };
  if (!options.password.empty()) parameters.emplace_back("password", options.password.Reveal().c_str());
  std::vector<const char*> names;
  std::vector<const char*> values;
  for (const auto& [name, value] : parameters) {
    names.push_back(name);
    values.push_back(value);
  }
  names.push_back(nullptr);
  values.push_back(nullptr);

  constexpr int kExpandDbname = 1;
  std::unique_ptr<Connection> connection =
      absl::WrapUnique(new Connection(PQconnectdbParams(names.data(), values.data(), kExpandDbname), options));
  if (PQstatus(connection->handle_) != CONNECTION_OK) {
    return MakeError(kCannotConnect, MessageOf(connection->handle_));
  }
  const absl::Status status = connection->SetUp();
  if (!status.ok()) return status;
  return connection;
}

Connection::Connection(PGconn* handle, const PostgresOptions& options) : handle_(handle), options_(options) {}

Connection::~Connection() { PQfinish(handle_); }

void Connection::OnNotice(void* connection, const PGresult* notice) {
  if (FieldOf(notice, PG_DIAG_SEVERITY_NONLOCALIZED) != "WARNING") return;
  Log(LogLevel::kWarning, "store_notice",
      {{"sqlstate", FieldOf(notice, PG_DIAG_SQLSTATE)}, {"message", FieldOf(notice, PG_DIAG_MESSAGE_PRIMARY)}});
  Connection& ours = *static_cast<Connection*>(connection);
  if (ours.commit_ == CommitState::kUnknown) ours.standby_wait_ = std::max(ours.standby_wait_, StandbyWaitOf(notice));
}

absl::Status Connection::SetUp() {
  PQsetNoticeReceiver(handle_, &Connection::OnNotice, this);
  if (PQsetnonblocking(handle_, 1) != 0 || PQenterPipelineMode(handle_) != 1) return Lost(MessageOf(handle_));
  const absl::Status status =
      RunAlone(absl::StrCat("SET statement_timeout = ", absl::ToInt64Milliseconds(options_.statement_timeout)).c_str());
  if (!status.ok()) return status;
  // A transaction whose client is gone without the server's knowledge must not keep its locks.
  return RunAlone(
      absl::StrCat("SET idle_in_transaction_session_timeout = ", absl::ToInt64Milliseconds(options_.reply_timeout))
          .c_str());
}

sql::Query Connection::Use(absl::string_view sql) { return UseWith(sql, Parameters()); }

sql::Query Connection::UseForShare(absl::string_view sql) {
  return sql::Query(std::make_unique<RunningStatement>(*this, PreparedFor(sql, " FOR SHARE"), Parameters()));
}

sql::Query Connection::UseWith(absl::string_view sql, Parameters parameters) {
  return sql::Query(std::make_unique<RunningStatement>(*this, PreparedFor(sql, ""), std::move(parameters)));
}

Connection::Prepared& Connection::PreparedFor(absl::string_view sql, absl::string_view suffix) {
  std::unique_ptr<Prepared>& prepared = statements_[absl::StrCat(sql, suffix)];
  if (prepared == nullptr) {
    prepared = std::make_unique<Prepared>();
    prepared->name = absl::StrCat("s", statements_.size());
    prepared->sql = WithDollars(absl::StrCat(sql, suffix));
  }
  return *prepared;
}

void Connection::Begin(Access access) {
  begin_pending_ = true;
  access_ = access;
  commit_with_next_ = false;
  commit_ = CommitState::kNone;
  standby_wait_ = StandbyWait::kNotEnded;
}

void Connection::Rollback() {
  begin_pending_ = false;
  if (broken_ || !std::exchange(in_transaction_, false)) return;
  if (!RunAlone("ROLLBACK").ok()) GiveUp();
}

absl::Status Connection::Settle() {
  if (settled_) return absl::OkStatus();
  Begin();
  // A lock is written to the log, so its commit comes after all that is visible, and waits as every write does.
  CommitWithNext();
  absl::Status status = UseForShare("SELECT epoch FROM log_epoch").ForEach([](const sql::Query&) {});
  if (!status.ok()) Rollback();
  settled_ = status.ok();
  return status;
}

absl::Status Connection::Ping() {
  absl::Status status = StartPipeline();
  if (status.ok()) status = EndPipeline();
  Drain();
  return broken_ ? Lost("no answer") : status;
}

bool Connection::IsSound() {
  if (broken_ || begin_pending_ || in_transaction_ || pipeline_due_) return false;
  pollfd socket = {PQsocket(handle_), POLLIN, 0};
  // An idle server says something only when it takes its leave; what it says is read before the end of it.
  while (poll(&socket, 1, 0) > 0) {
    if (PQconsumeInput(handle_) == 0) broken_ = true;
    if (broken_) return false;
  }
  return true;
}

absl::Status Connection::ExecuteScript(const std::string& sql) {
  if (PQexitPipelineMode(handle_) != 1) return Lost(MessageOf(handle_));
  const Result result(PQexec(handle_, sql.c_str()));
  const bool done = PQresultStatus(result.get()) == PGRES_COMMAND_OK || PQresultStatus(result.get()) == PGRES_TUPLES_OK;
  const absl::Status status = done ? absl::OkStatus() : Failed(result.get());
  if (PQenterPipelineMode(handle_) != 1) GiveUp();
  return status;
}

absl::Status Connection::Send(Prepared& statement, const Parameters& parameters) {
  const bool begins = std::exchange(begin_pending_, false);
  const bool prepares = !statement.ready;
  const bool commits = std::exchange(commit_with_next_, false) && (begins || in_transaction_);
  absl::Status status = StartPipeline();
  if (begins) {
    in_transaction_ = true;
    if (status.ok()) {
      status = Queue(access_ == Access::kWrite ? "BEGIN" : "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
    }
  }
  if (status.ok()) status = QueueStatement(statement, parameters);
  if (commits) {
    commit_ = CommitState::kUnknown;
    if (status.ok()) status = Queue("COMMIT");
  }
  if (status.ok()) status = EndPipeline();
  if (!status.ok()) return status;

  if (begins) status = ReadAnswer();
  if (status.ok() && prepares) {
    status = ReadAnswer();
    statement.ready = status.ok();
  }
  if (!status.ok()) {
    Drain();
    return status;
  }
  commit_due_ = commits;
  PQsetSingleRowMode(handle_);
  return absl::OkStatus();
}

absl::StatusOr<Result> Connection::NextRow() {
  absl::StatusOr<Result> result = Next();
  if (!result.ok()) return result;
  const ExecStatusType kind = PQresultStatus(result->get());
  if (kind == PGRES_SINGLE_TUPLE) return result;
  absl::Status status;
  if (kind == PGRES_TUPLES_OK || kind == PGRES_COMMAND_OK) {
    changes_ = 0;  // No number is told for a command that has none.
    (void)absl::SimpleAtoi(PQcmdTuples(result->get()), &changes_);
    if (commit_due_) {
      status = ReadEndOfAnswer();
      if (status.ok()) status = ReadCommit();
    }
  } else {
    status = Failed(result->get());
    if (commit_due_ && SqlstateOf(status) != kConnectionLost) commit_ = CommitState::kNotMade;
  }
  Drain();
  if (status.ok()) status = CheckStandbyWait();
  if (!status.ok()) return status;
  return Result();
}

void Connection::LeaveRows() {
  for (int rows = 0; rows < kRowsToSkip || commit_due_; ++rows) {
    const absl::StatusOr<Result> row = NextRow();
    if (!row.ok() || *row == nullptr) return;
  }
  GiveUp();
}

absl::Status Connection::RunAlone(const char* command) {
  absl::Status status = StartPipeline();
  if (status.ok()) status = Queue(command);
  if (status.ok()) status = EndPipeline();
  if (status.ok()) status = ReadAnswer();
  Drain();
  return status;
}

absl::Status Connection::StartPipeline() {
  if (broken_) return Lost("given up before");
  deadline_ = std::chrono::steady_clock::now() + absl::ToChronoNanoseconds(options_.reply_timeout);
  return absl::OkStatus();
}

absl::Status Connection::Queue(const char* command) {
  if (PQsendQueryParams(handle_, command, 0, nullptr, nullptr, nullptr, nullptr, kBinary) == 1) return absl::OkStatus();
  return Lost(MessageOf(handle_));
}

absl::Status Connection::QueueStatement(Prepared& statement, const Parameters& parameters) {
  bool queued = true;
  if (!statement.ready) {
    queued = PQsendPrepare(handle_, statement.name.c_str(), statement.sql.c_str(), parameters.count(),
                           parameters.types()) == 1;
  }
  queued = queued && PQsendQueryPrepared(handle_, statement.name.c_str(), parameters.count(), parameters.values(),
                                         parameters.lengths(), parameters.formats(), kBinary) == 1;
  return queued ? absl::OkStatus() : Lost(MessageOf(handle_));
}

absl::Status Connection::EndPipeline() {
  if (PQpipelineSync(handle_) != 1) return Lost(MessageOf(handle_));
  pipeline_due_ = true;
  while (true) {
    const int left = PQflush(handle_);
    if (left == 0) return absl::OkStatus();
    if (left < 0) return Lost(MessageOf(handle_));
    // Reads meanwhile: a server that cannot send would not go on reading.
    const absl::Status status = WaitForSocket(POLLIN | POLLOUT);
    if (!status.ok()) return status;
    if (PQconsumeInput(handle_) == 0) return Lost(MessageOf(handle_));
  }
}

absl::StatusOr<Result> Connection::Next() {
  while (PQisBusy(handle_) == 1) {
    const absl::Status status = WaitForSocket(POLLIN);
    if (!status.ok()) return status;
    if (PQconsumeInput(handle_) == 0) return Lost(MessageOf(handle_));
  }
  return Result(PQgetResult(handle_));
}

absl::Status Connection::ReadAnswer() {
  const absl::StatusOr<Result> result = Next();
  if (!result.ok()) return result.status();
  if (PQresultStatus(result->get()) == PGRES_COMMAND_OK) return ReadEndOfAnswer();
  const absl::Status status = Failed(result->get());
  if (SqlstateOf(status) != kConnectionLost && commit_ == CommitState::kUnknown) commit_ = CommitState::kNotMade;
  return status;
}

absl::Status Connection::ReadEndOfAnswer() {
  const absl::StatusOr<Result> end = Next();
  if (!end.ok()) return end.status();
  return *end == nullptr ? absl::OkStatus() : Lost("an answer has no end");
}

void Connection::Drain() {
  commit_due_ = false;
  bool after_end = false;
  while (pipeline_due_ && !broken_) {
    const absl::StatusOr<Result> result = Next();
    if (!result.ok()) return;
    if (PQresultStatus(result->get()) == PGRES_PIPELINE_SYNC) {
      pipeline_due_ = false;
    } else if (*result == nullptr && std::exchange(after_end, true)) {
      GiveUp();  // Nothing more comes, although the pipeline has not ended.
    } else if (*result != nullptr) {
      after_end = false;
    }
  }
}

absl::Status Connection::WaitForSocket(short events) {
  pollfd socket = {PQsocket(handle_), events, 0};
  while (true) {
    const auto left = deadline_ - std::chrono::steady_clock::now();
    const auto milliseconds = std::chrono::ceil<std::chrono::milliseconds>(left).count();
    if (milliseconds <= 0) return Lost("no answer in time");
    const int ready = poll(&socket, 1, static_cast<int>(milliseconds));
    if (ready > 0) return absl::OkStatus();
    if (ready < 0 && errno != EINTR) return Lost("the socket is gone");
  }
}

absl::Status Connection::Lost(absl::string_view why) {
  GiveUp();
  return MakeError(kConnectionLost, why);
}

absl::Status Connection::Failed(const PGresult* result) {
  const absl::string_view sqlstate = FieldOf(result, PG_DIAG_SQLSTATE);
  // libpq has none for what it finds out itself, which is always that the connection has ended.
  if (sqlstate.empty()) return Lost(absl::StripTrailingAsciiWhitespace(PQresultErrorMessage(result)));
  const absl::string_view severity = FieldOf(result, PG_DIAG_SEVERITY_NONLOCALIZED);
  if (severity == "FATAL" || severity == "PANIC" || IsConnectionGone(sqlstate)) GiveUp();
  return MakeError(sqlstate, FieldOf(result, PG_DIAG_MESSAGE_PRIMARY));
}

}  // namespace ladder::records::postgres
