// File: connection.h
//
// A connection over libpq, in pipeline mode and with prepared statements. Only files of this folder and tests include
// it.
//
//   absl::StatusOr<std::unique_ptr<Connection>> connection = Connection::Open(options);
//   (*connection)->Begin();
//   absl::Status status = (*connection)->Use("UPDATE ...").Text("x").Run();   // BEGIN goes along with it.
//   if (status.ok()) status = (*connection)->Commit();
//
// Waits by itself, on a socket that does not block, and no longer than options say: the way to a server that hangs or
// is gone is given up, and so is the connection. Errors are INTERNAL with PostgreSQL's own words, for the log;
// SqlstateOf() says which it was. errors.h turns them into what callers see. One thread at a time.

#ifndef LADDER_RECORDS_SERVICE_STORE_POSTGRES_CONNECTION_H_
#define LADDER_RECORDS_SERVICE_STORE_POSTGRES_CONNECTION_H_

#include <libpq-fe.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "records-service/store/postgres/options.h"
#include "records-service/store/postgres/parameters.h"
#include "records-service/store/postgres/result.h"
#include "records-service/store/sql/connection.h"

namespace ladder::records::postgres {

class Connection final : public sql::Connection {
 public:
  // Waits until it stands, with a server that takes writes.
  static absl::StatusOr<std::unique_ptr<Connection>> Open(const PostgresOptions& options);
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection() override;

  sql::Query Use(absl::string_view sql) override;
  sql::Query UseForShare(absl::string_view sql) override;
  // With parameters that are bound already. PostgreSQL's own `$1` may stand in `sql`.
  sql::Query UseWith(absl::string_view sql, Parameters parameters);
  std::int64_t Changes() const override { return changes_; }
  void CommitWithNext() override { commit_with_next_ = true; }

  // A transaction begins with the next statement: one that writes, or one that reads all of it at one moment.
  enum class Access { kWrite, kReadSnapshot };
  void Begin(Access access = Access::kWrite);
  // OK at once where nothing was sent, or where a statement took the commit along.
  absl::Status Commit();
  // Undoes what is not committed. A connection that cannot be told so is broken.
  void Rollback();
  // Whether the transaction since Begin() may be committed: COMMIT was sent, and no error proves the contrary.
  bool MayHaveCommitted() const { return commit_ == CommitState::kUnknown || commit_ == CommitState::kMade; }

  // Waits, once in a connection's life, until everything that it can see is on the standbys that commits wait for. A
  // commit becomes visible after its wait, save where the server crashed meanwhile: started again it shows what no
  // standby may have. REQUIRES: no transaction.
  absl::Status Settle();

  // Asks the server for an answer.
  absl::Status Ping();
  // False where it is known to be of no use any more; waits for nothing.
  bool IsSound();
  // From now on it is of no use: the server is not the one to talk to.
  void GiveUp() { broken_ = true; }

  // Runs statements without parameters and rows, separated by semicolons, in one transaction. Waits as long as they
  // take. REQUIRES: since Begin() there was another statement.
  absl::Status ExecuteScript(const std::string& sql);

 private:
  friend class RunningStatement;

  enum class CommitState { kNone, kUnknown, kMade, kNotMade };
  // Whether somebody ended the wait of a commit for a standby: it is made, and a standby may lack it. Ascending.
  enum class StandbyWait { kNotEnded, kMayHaveEnded, kEnded };

  struct Prepared {
    std::string name;
    std::string sql;  // With `$1` instead of `?1`.
    bool ready = false;
  };

  Connection(PGconn* handle, const PostgresOptions& options);
  static void OnNotice(void* connection, const PGresult* notice);
  // What a warning that came with a commit says.
  static StandbyWait StandbyWaitOf(const PGresult* warning);
  absl::Status SetUp();
  Prepared& PreparedFor(absl::string_view sql, absl::string_view suffix);

  // The statement and what goes along with it, in one pipeline; reads all answers before its rows.
  absl::Status Send(Prepared& statement, const Parameters& parameters);
  // The next row of the statement that was sent; null after the last one, with the pipeline read to its end.
  absl::StatusOr<Result> NextRow();
  // Reads what is left of it, or gives the connection up where that is much.
  void LeaveRows();

  // One command without parameters and rows, in a pipeline of its own.
  absl::Status RunAlone(const char* command);

  // What these are made of. Sending:
  absl::Status StartPipeline();
  absl::Status Queue(const char* command);
  absl::Status QueueStatement(Prepared& statement, const Parameters& parameters);
  absl::Status EndPipeline();
  // Receiving; an answer ends with a null result.
  absl::StatusOr<Result> Next();
  absl::Status ReadAnswer();
  absl::Status ReadEndOfAnswer();
  absl::Status ReadCommit();
  // After a commit that was told as made: gives the connection up where standbys were not waited for.
  absl::Status CheckStandbyWait();
  absl::StatusOr<bool> WaitsForStandbys();
  // Reads up to the end of the pipeline, whatever comes.
  void Drain();
  // For poll()'s events.
  absl::Status WaitForSocket(short events);
  absl::Status Lost(absl::string_view why);
  absl::Status Failed(const PGresult* result);

  PGconn* const handle_;
  const PostgresOptions& options_;
  absl::flat_hash_map<std::string, std::unique_ptr<Prepared>> statements_;
  std::chrono::steady_clock::time_point deadline_;
  std::int64_t changes_ = 0;
  bool broken_ = false;
  bool settled_ = false;
  bool begin_pending_ = false;
  Access access_ = Access::kWrite;
  bool in_transaction_ = false;
  bool commit_with_next_ = false;
  bool commit_due_ = false;    // Its answer is in the pipeline.
  bool pipeline_due_ = false;  // The end of a pipeline is to be read.
  CommitState commit_ = CommitState::kNone;
  StandbyWait standby_wait_ = StandbyWait::kNotEnded;
};

}  // namespace ladder::records::postgres

#endif  // LADDER_RECORDS_SERVICE_STORE_POSTGRES_CONNECTION_H_
