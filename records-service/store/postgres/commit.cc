// The part of Connection that commits, and judges what a commit came to.

#include <utility>

#include "records-service/store/postgres/connection.h"
#include "records-service/store/postgres/errors.h"
#include "records-service/store/postgres/result.h"

namespace ladder::records::postgres {

Connection::StandbyWait Connection::StandbyWaitOf(const PGresult* warning) {
  // Cancelled, or ended with its session. The words are in the server's language, so they say nothing to a program.
  const absl::string_view sqlstate = FieldOf(warning, PG_DIAG_SQLSTATE);
  if (sqlstate != "01000" && sqlstate != "57P01") return StandbyWait::kNotEnded;
  const absl::string_view function = FieldOf(warning, PG_DIAG_SOURCE_FUNCTION);
  if (function.empty()) return StandbyWait::kMayHaveEnded;
  return function == "SyncRepWaitForLSN" ? StandbyWait::kEnded : StandbyWait::kNotEnded;
}

absl::Status Connection::Commit() {
  if (std::exchange(begin_pending_, false) || commit_ == CommitState::kMade) return absl::OkStatus();
  if (!in_transaction_) return absl::InternalError("there is no transaction to commit");
  commit_ = CommitState::kUnknown;
  absl::Status status = StartPipeline();
  if (status.ok()) status = Queue("COMMIT");
  if (status.ok()) status = EndPipeline();
  if (status.ok()) status = ReadCommit();
  Drain();
  return status.ok() ? CheckStandbyWait() : status;
}

absl::Status Connection::ReadCommit() {
  commit_due_ = false;
  const absl::StatusOr<Result> result = Next();
  if (!result.ok()) return result.status();
  in_transaction_ = false;
  if (PQresultStatus(result->get()) != PGRES_COMMAND_OK) {
    const absl::Status status = Failed(result->get());
    if (!LeavesCommitUnknown(SqlstateOf(status))) commit_ = CommitState::kNotMade;
    return status;
  }
  // A transaction that has failed before answers COMMIT with ROLLBACK.
  const bool made = absl::string_view(PQcmdStatus(result->get())) == "COMMIT";
  commit_ = made ? CommitState::kMade : CommitState::kNotMade;
  return made ? ReadEndOfAnswer() : absl::InternalError("a transaction that had failed was to be committed");
}

absl::Status Connection::CheckStandbyWait() {
  const StandbyWait wait = std::exchange(standby_wait_, StandbyWait::kNotEnded);
  if (wait == StandbyWait::kNotEnded) return absl::OkStatus();
  if (wait == StandbyWait::kMayHaveEnded) {
    const absl::StatusOr<bool> waits = WaitsForStandbys();
    if (waits.ok() && !*waits) return absl::OkStatus();
  }
  // An administrator's doing. On another connection the transaction is run again, or told as unknown.
  commit_ = CommitState::kUnknown;
  return Lost("the wait for a standby was ended");
}

absl::StatusOr<bool> Connection::WaitsForStandbys() {
  absl::Status status = StartPipeline();
  if (status.ok()) status = Queue("SELECT 1 WHERE current_setting('synchronous_standby_names', true) <> ''");
  if (status.ok()) status = EndPipeline();
  if (!status.ok()) return status;
  const absl::StatusOr<Result> result = Next();
  if (!result.ok()) return result.status();
  const bool answered = PQresultStatus(result->get()) == PGRES_TUPLES_OK;
  const bool waits = PQntuples(result->get()) > 0;
  Drain();
  return answered ? absl::StatusOr<bool>(waits) : Lost("no answer about standbys");
}

}  // namespace ladder::records::postgres
