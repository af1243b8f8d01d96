// How SqlStore begins its log anew after a restore (restore_store.h). One transaction over all clinics: cut off, it is
// run again from the beginning.

#include <optional>
#include <vector>

#include "absl/strings/str_cat.h"
#include "records-service/store/release_rows.h"
#include "records-service/store/sql/sql_store.h"

namespace ladder::records::sql {
namespace {

constexpr std::int64_t kPartitionsAtATime = 500;

absl::StatusOr<std::int64_t> HeadOf(Connection& connection, absl::string_view clinic) {
  std::int64_t position = 0;
  Query query = connection.Use("SELECT position FROM head WHERE clinic = ?");
  query.Text(clinic);
  const absl::Status status = query.ForEach([&position](const Query& row) { position = row.IntegerAt(0); });
  if (!status.ok()) return status;
  return position;
}

absl::Status CheckHeads(Connection& connection, const LogRestart& restart) {
  for (const auto& [clinic, position] : restart.same_heads) {
    const absl::StatusOr<std::int64_t> head = HeadOf(connection, clinic);
    if (!head.ok()) return head.status();
    if (*head == position) continue;
    return absl::FailedPreconditionError(
        absl::StrCat("the log of clinic '", clinic, "' ends at ", *head, " in this copy, not at ", position));
  }
  return absl::OkStatus();
}

// The first clinic after this one that has cohorts; empty after the last.
absl::StatusOr<std::string> NextClinic(Connection& connection, absl::string_view after) {
  std::string next;
  Query query = connection.Use("SELECT clinic FROM cohort WHERE clinic > ? ORDER BY clinic LIMIT 1");
  query.Text(after);
  const absl::Status status = query.ForEach([&next](const Query& row) { next = row.TextAt(0); });
  if (!status.ok()) return status;
  return next;
}

absl::Status CountUnreleased(Connection& connection, absl::string_view clinic, LogRestarted& restarted) {
  // Of those that nobody is in nothing is lost.
  Query query = connection.Use(
      "SELECT count(DISTINCT a.cohort), count(*) FROM cohort c JOIN assessment a ON a.clinic = c.clinic"
      " AND a.cohort = c.id WHERE c.clinic = ? AND c.state < 3");
  query.Text(clinic);
  return query.ForEach([&restarted](const Query& row) {
    restarted.never_released += row.IntegerAt(0);
    restarted.assessments += row.IntegerAt(1);
  });
}

absl::Status EndCohorts(Connection& connection, absl::string_view clinic, absl::Time time) {
  return connection
      .Use("UPDATE cohort SET state = ?, close_time = coalesce(close_time, ?) WHERE clinic = ? AND state < 3")
      .Integer(static_cast<std::int64_t>(CohortState::kNever))
      .Time(time)
      .Text(clinic)
      .Run();
}

absl::StatusOr<std::vector<PartitionKey>> ListPartitions(Connection& connection, const PartitionKey& after) {
  std::vector<PartitionKey> partitions;
  Query query = connection.Use(
      "SELECT clinic, campaign, series FROM part WHERE clinic = ? AND (campaign, series) > (?, ?)"
      " ORDER BY campaign, series LIMIT ?");
  query.Text(after.clinic).Text(after.campaign).Text(after.series).Integer(kPartitionsAtATime);
  const absl::Status status = query.ForEach([&partitions](const Query& row) {
    partitions.push_back({row.TextAt(0), row.TextAt(1), row.TextAt(2)});
  });
  if (!status.ok()) return status;
  return partitions;
}

absl::Status OpenCohort(Connection& connection, const PartitionKey& key, absl::string_view id, CohortKind kind) {
  return connection
      .Use(
          "INSERT INTO cohort (clinic, id, campaign, series, kind, state, merged_into, close_time)"
          " VALUES (?, ?, ?, ?, ?, ?, '', NULL)")
      .Text(key.clinic)
      .Text(id)
      .Text(key.campaign)
      .Text(key.series)
      .Integer(static_cast<std::int64_t>(kind))
      .Integer(static_cast<std::int64_t>(CohortState::kOpen))
      .Run();
}

absl::Status OpenAnew(Connection& connection, const PartitionKey& key, const LogRestart& restart) {
  const std::string present = restart.new_id();
  const std::string history = restart.new_id();
  absl::Status status =
      connection
          .Use("UPDATE part SET open_cohort = ?, history_cohort = ? WHERE clinic = ? AND campaign = ? AND series = ?")
          .Text(present)
          .Text(history)
          .Text(key.clinic)
          .Text(key.campaign)
          .Text(key.series)
          .Run();
  if (status.ok()) status = OpenCohort(connection, key, present, CohortKind::kPresent);
  if (status.ok()) status = OpenCohort(connection, key, history, CohortKind::kHistory);
  return status;
}

absl::Status RestartClinic(Connection& connection, const std::string& clinic, const LogRestart& restart,
                           LogRestarted& restarted) {
  absl::Status status = CountUnreleased(connection, clinic, restarted);
  if (status.ok()) status = EndCohorts(connection, clinic, restart.time);
  PartitionKey after{clinic, "", ""};
  while (status.ok()) {
    const absl::StatusOr<std::vector<PartitionKey>> page = ListPartitions(connection, after);
    if (!page.ok()) return page.status();
    if (page->empty()) break;
    for (const PartitionKey& key : *page) {
      status = OpenAnew(connection, key, restart);
      if (!status.ok()) return status;
    }
    after = page->back();
  }
  return status;
}

}  // namespace

absl::StatusOr<LogRestarted> SqlStore::RestartLog(const LogRestart& restart) {
  LogRestarted restarted;
  const absl::Status status = Write(UnknownCommit::kTell, [&](Connection& connection) {
    restarted = {};
    absl::Status done = CheckHeads(connection, restart);
    if (done.ok()) done = connection.Use("UPDATE log_epoch SET epoch = ?").Text(restart.epoch).Run();
    std::string after;
    while (done.ok()) {
      const absl::StatusOr<std::string> clinic = NextClinic(connection, after);
      if (!clinic.ok()) return clinic.status();
      if (clinic->empty()) break;
      if (!restart.same_heads.contains(*clinic)) done = RestartClinic(connection, *clinic, restart, restarted);
      after = *clinic;
    }
    return done;
  });
  if (!status.ok()) return status;
  return restarted;
}

}  // namespace ladder::records::sql
