// How SqlStore closes cohorts and releases them (release_store.h). All of a transaction lies within one clinic.

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/types/span.h"
#include "records-service/store/sql/sql_store.h"
#include "records-service/store/sql/turn.h"

namespace ladder::records::sql {
namespace {

std::int64_t NumberOf(CohortState state) { return static_cast<std::int64_t>(state); }
std::int64_t NumberOf(CohortKind kind) { return static_cast<std::int64_t>(kind); }
std::int64_t NumberOf(Grain grain) { return static_cast<std::int64_t>(grain); }

// Puts `next` in the place of `member.cohort`. Waits for writers that have it locked.
absl::Status ReplaceOpenCohort(Connection& connection, const Sealing::Member& member, CohortKind kind) {
  const PartitionKey& key = member.partition;
  const absl::Status status =
      connection
          .Use(kind == CohortKind::kPresent ? "UPDATE part SET open_cohort = ? WHERE clinic = ? AND campaign = ?"
                                              " AND series = ? AND open_cohort = ?"
                                            : "UPDATE part SET history_cohort = ? WHERE clinic = ? AND campaign = ?"
                                              " AND series = ? AND history_cohort = ?")
          .Text(member.next)
          .Text(key.clinic)
          .Text(key.campaign)
          .Text(key.series)
          .Text(member.cohort)
          .Run();
  if (!status.ok()) return status;
  return connection.Changes() == 1 ? absl::OkStatus() : absl::AbortedError("the cohort is closed already");
}

absl::Status InsertCohort(Connection& connection, const PartitionKey& key, absl::string_view id, CohortKind kind,
                          CohortState state, std::optional<absl::Time> close_time) {
  return connection
      .Use(
          "INSERT INTO cohort (clinic, id, campaign, series, kind, state, merged_into, close_time)"
          " VALUES (?, ?, ?, ?, ?, ?, '', ?)")
      .Text(key.clinic)
      .Text(id)
      .Text(key.campaign)
      .Text(key.series)
      .Integer(NumberOf(kind))
      .Integer(NumberOf(state))
      .OptionalTime(close_time)
      .Run();
}

absl::Status CloseMember(Connection& connection, const Sealing& sealing, const Sealing::Member& member) {
  absl::Status status = ReplaceOpenCohort(connection, member, sealing.kind);
  if (!status.ok()) return status;
  const CohortState state = sealing.merge_into.empty() ? CohortState::kSealed : CohortState::kMerged;
  status = connection.Use("UPDATE cohort SET state = ?, merged_into = ?, close_time = ? WHERE clinic = ? AND id = ?")
               .Integer(NumberOf(state))
               .Text(sealing.merge_into)
               .Time(sealing.close_time)
               .Text(member.partition.clinic)
               .Text(member.cohort)
               .Run();
  if (!status.ok()) return status;
  return InsertCohort(connection, member.partition, member.next, sealing.kind, CohortState::kOpen, std::nullopt);
}

absl::StatusOr<std::int64_t> NextPosition(Connection& connection, absl::string_view clinic) {
  Query query = connection.Use("UPDATE head SET position = position + 1 WHERE clinic = ? RETURNING position");
  query.Text(clinic);
  std::int64_t position = 0;
  const absl::Status status = query.ForEach([&position](const Query& row) { position = row.IntegerAt(0); });
  if (!status.ok()) return status;
  return position;
}

// Makes it released; false where it is not sealed any more.
absl::StatusOr<bool> Claim(Connection& connection, const SealedCohort& cohort) {
  const absl::Status status = connection.Use("UPDATE cohort SET state = ? WHERE clinic = ? AND id = ? AND state = ?")
                                  .Integer(NumberOf(CohortState::kReleased))
                                  .Text(cohort.partition.clinic)
                                  .Text(cohort.id)
                                  .Integer(NumberOf(CohortState::kSealed))
                                  .Run();
  if (!status.ok()) return status;
  return connection.Changes() == 1;
}

// Of clinic ?1 the cohort ?2 and those that were merged into it, each found by an index.
#define LADDER_MEMBERS                                                    \
  "(SELECT id FROM cohort WHERE clinic = ?1 AND id = ?2 UNION ALL SELECT" \
  " id FROM cohort WHERE clinic = ?1 AND merged_into = ?2 AND merged_into <> '')"

// They end together.
absl::Status Move(Connection& connection, const SealedCohort& cohort, CohortState to) {
  return connection.Use("UPDATE cohort SET state = ?3 WHERE clinic = ?1 AND id IN " LADDER_MEMBERS " AND state <> ?3")
      .Text(cohort.partition.clinic)
      .Text(cohort.id)
      .Integer(NumberOf(to))
      .Run();
}

// So that its size can still be told.
absl::Status NoteSkipped(Connection& connection, const SealedCohort& cohort, std::int64_t skipped) {
  return connection.Use("UPDATE cohort SET skipped = ? WHERE clinic = ? AND id = ?")
      .Integer(skipped)
      .Text(cohort.partition.clinic)
      .Text(cohort.id)
      .Run();
}

absl::Status ReadAssessments(Connection& connection, CohortContent& content) {
  // The + keeps SQLite from walking all of the clinic by time, for the order's sake, instead of looking for the cohort.
  Query query = connection.Use(
      "SELECT client, assess_time, id, slices, outcome FROM assessment WHERE clinic = ?1 AND cohort IN " LADDER_MEMBERS
      " ORDER BY +assess_time, id");
  query.Text(content.cohort.partition.clinic).Text(content.cohort.id);
  return query.ForEach([&content](const Query& row) {
    content.assessments.push_back({row.TextAt(0), row.TimeAt(1), row.TextAt(2), row.TextAt(3), row.BytesAt(4)});
  });
}

absl::Status ReadStandings(Connection& connection, CohortContent& content) {
  Query query = connection.Use(
      "SELECT client, assess_time, id, outcome FROM standing WHERE clinic = ?1 AND series = ?3 AND client IN"
      " (SELECT client FROM assessment WHERE clinic = ?1 AND cohort IN " LADDER_MEMBERS ")");
  query.Text(content.cohort.partition.clinic).Text(content.cohort.id).Text(content.cohort.partition.series);
  return query.ForEach([&content](const Query& row) {
    content.standings.push_back({row.TextAt(0), row.TimeAt(1), row.TextAt(2), row.BytesAt(3)});
  });
}

#undef LADDER_MEMBERS

absl::Status AppendToLog(Connection& connection, const SealedCohort& cohort, std::int64_t position, std::int64_t run,
                         const LogRun& figures) {
  return connection
      .Use(
          "INSERT INTO release_log (clinic, position, cohort, run, campaign, series, close_time, window_begin,"
          " last_tick, window_end, clients, assessments, budgets, shape, tables)"
          " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
      .Text(cohort.partition.clinic)
      .Integer(position)
      .Text(cohort.id)
      .Integer(run)
      .Text(cohort.partition.campaign)
      .Text(cohort.partition.series)
      .Time(cohort.close_time)
      .Time(figures.window_begin)
      .Time(figures.last_tick)
      .Time(figures.window_end)
      .Integer(figures.clients)
      .Integer(figures.assessments)
      .Text(figures.budgets)
      .Text(figures.shape)
      .Bytes(figures.tables)
      .Run();
}

absl::Status InsertSum(Connection& connection, const SumRow& sum) {
  return connection
      .Use(
          "INSERT INTO release_sum (clinic, series, campaign, grain, span_begin, shape, entries, clients, assessments,"
          " window_begin, close_time, budgets, tables) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
      .Text(sum.partition.clinic)
      .Text(sum.partition.series)
      .Text(sum.partition.campaign)
      .Integer(NumberOf(sum.grain))
      .Time(sum.begin)
      .Text(sum.shape)
      .Integer(sum.entries)
      .Integer(sum.clients)
      .Integer(sum.assessments)
      .Time(sum.window_begin)
      .Time(sum.close_time)
      .Text(sum.budgets)
      .Bytes(sum.tables)
      .Run();
}

// The tables of the sum that `added` joins.
absl::StatusOr<std::optional<std::string>> FindSumTables(Connection& connection, const SumRow& added) {
  std::optional<std::string> tables;
  Query find = connection.Use(
      "SELECT tables FROM release_sum WHERE clinic = ? AND series = ? AND grain = ? AND span_begin = ? AND campaign = ?"
      " AND shape = ?");
  find.Text(added.partition.clinic).Text(added.partition.series).Integer(NumberOf(added.grain)).Time(added.begin);
  find.Text(added.partition.campaign).Text(added.shape);
  const absl::Status status = find.ForEach([&tables](const Query& row) { tables = row.BytesAt(0); });
  if (!status.ok()) return status;
  return tables;
}

absl::Status AddToSum(Connection& connection, const SumRow& added, ReleaseCounter& counter) {
  const absl::StatusOr<std::optional<std::string>> tables = FindSumTables(connection, added);
  if (!tables.ok()) return tables.status();
  if (!tables->has_value()) return InsertSum(connection, added);
  const absl::StatusOr<std::string> sum = counter.AddTables(**tables, added.tables);
  if (!sum.ok()) return sum.status();
  // Both engines have a two-argument minimum, under different names.
  return connection
      .Use(
          "UPDATE release_sum SET entries = entries + ?1, clients = clients + ?2, assessments = assessments + ?3,"
          " window_begin = CASE WHEN window_begin < ?4 THEN window_begin ELSE ?4 END,"
          " close_time = CASE WHEN close_time > ?5 THEN close_time ELSE ?5 END, tables = ?6"
          " WHERE clinic = ?7 AND series = ?8 AND grain = ?9 AND span_begin = ?10 AND campaign = ?11 AND shape = ?12")
      .Integer(added.entries)
      .Integer(added.clients)
      .Integer(added.assessments)
      .Time(added.window_begin)
      .Time(added.close_time)
      .Bytes(*sum)
      .Text(added.partition.clinic)
      .Text(added.partition.series)
      .Integer(NumberOf(added.grain))
      .Time(added.begin)
      .Text(added.partition.campaign)
      .Text(added.shape)
      .Run();
}

absl::Status WriteRun(Connection& connection, const SealedCohort& cohort, std::int64_t run, const LogRun& figures,
                      ReleaseCounter& counter) {
  const absl::StatusOr<std::int64_t> position = NextPosition(connection, cohort.partition.clinic);
  if (!position.ok()) return position.status();
  absl::Status status = AppendToLog(connection, cohort, *position, run, figures);
  for (const Grain grain : {Grain::kTick, Grain::kDay, Grain::kMonth}) {
    if (!status.ok()) return status;
    status = AddToSum(connection,
                      {.partition = cohort.partition,
                       .grain = grain,
                       .begin = BeginOfSpan(grain, figures.last_tick),
                       .shape = figures.shape,
                       .entries = 1,
                       .clients = figures.clients,
                       .assessments = figures.assessments,
                       .window_begin = figures.window_begin,
                       .close_time = cohort.close_time,
                       .budgets = figures.budgets,
                       .tables = figures.tables},
                      counter);
  }
  return status;
}

absl::Status WriteRuns(Connection& connection, const SealedCohort& cohort, absl::Span<const LogRun> runs,
                       ReleaseCounter& counter) {
  for (std::size_t run = 0; run < runs.size(); ++run) {
    const absl::Status status = WriteRun(connection, cohort, static_cast<std::int64_t>(run), runs[run], counter);
    if (!status.ok()) return status;
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::vector<GatheringCohort>> SqlStore::ListGathering(absl::string_view after_clinic,
                                                                     absl::string_view after_id, std::size_t limit) {
  std::vector<GatheringCohort> cohorts;
  const absl::Status status = Read([&](Connection& connection) {
    cohorts.clear();
    Query query = connection.Use(
        "SELECT c.clinic, c.campaign, c.series, c.id, c.kind, count(DISTINCT a.client), min(a.create_time)"
        " FROM cohort c JOIN assessment a ON a.clinic = c.clinic AND a.cohort = c.id"
        " WHERE c.state = 0 AND (c.clinic, c.id) > (?, ?) GROUP BY c.clinic, c.id ORDER BY c.clinic, c.id LIMIT ?");
    query.Text(after_clinic).Text(after_id).Integer(static_cast<std::int64_t>(limit));
    return query.ForEach([&cohorts](const Query& row) {
      cohorts.push_back({.partition = {row.TextAt(0), row.TextAt(1), row.TextAt(2)},
                         .id = row.TextAt(3),
                         .kind = static_cast<CohortKind>(row.IntegerAt(4)),
                         .clients = row.IntegerAt(5),
                         .oldest = row.TimeAt(6)});
    });
  });
  if (!status.ok()) return status;
  return cohorts;
}

absl::StatusOr<std::vector<std::string>> SqlStore::ListCohortClients(absl::string_view clinic,
                                                                     absl::string_view cohort) {
  std::vector<std::string> clients;
  const absl::Status status = Read([&](Connection& connection) {
    clients.clear();
    Query query =
        connection.Use("SELECT DISTINCT client FROM assessment WHERE clinic = ? AND cohort = ? ORDER BY client");
    query.Text(clinic).Text(cohort);
    return query.ForEach([&clients](const Query& row) { clients.push_back(row.TextAt(0)); });
  });
  if (!status.ok()) return status;
  return clients;
}

absl::Status SqlStore::Seal(const Sealing& sealing) {
  return Write(UnknownCommit::kRerun, [&](Connection& connection) {
    for (const Sealing::Member& member : sealing.members) {
      absl::Status status = CloseMember(connection, sealing, member);
      if (!status.ok()) return status;
    }
    if (sealing.merge_into.empty()) return absl::OkStatus();
    PartitionKey other = sealing.members.front().partition;
    other.campaign = kOtherCampaign;
    return InsertCohort(connection, other, sealing.merge_into, sealing.kind, CohortState::kSealed, sealing.close_time);
  });
}

absl::StatusOr<std::vector<SealedCohort>> SqlStore::ListSealed(absl::string_view after_clinic,
                                                               absl::string_view after_id, std::size_t limit) {
  std::vector<SealedCohort> cohorts;
  const absl::Status status = Read([&](Connection& connection) {
    cohorts.clear();
    Query query = connection.Use(
        "SELECT clinic, campaign, series, id, kind, close_time FROM cohort"
        " WHERE state = 1 AND (clinic, id) > (?, ?) ORDER BY clinic, id LIMIT ?");
    query.Text(after_clinic).Text(after_id).Integer(static_cast<std::int64_t>(limit));
    return query.ForEach([&cohorts](const Query& row) {
      cohorts.push_back({.partition = {row.TextAt(0), row.TextAt(1), row.TextAt(2)},
                         .id = row.TextAt(3),
                         .kind = static_cast<CohortKind>(row.IntegerAt(4)),
                         .close_time = row.TimeAt(5)});
    });
  });
  if (!status.ok()) return status;
  return cohorts;
}

absl::Status SqlStore::PutStandings(Connection& connection, const PartitionKey& partition,
                                    absl::Span<const StandingRow> standings) {
  for (const StandingRow& standing : standings) {
    const absl::Status status =
        connection
            .Use(
                "INSERT INTO standing (clinic, series, client, assess_time, id, outcome) VALUES (?, ?, ?, ?, ?, ?)"
                " ON CONFLICT (clinic, series, client) DO UPDATE SET assess_time = excluded.assess_time,"
                " id = excluded.id, outcome = excluded.outcome")
            .Text(partition.clinic)
            .Text(partition.series)
            .Text(standing.client)
            .Time(standing.assess_time)
            .Text(standing.id)
            .Bytes(standing.outcome)
            .Run();
    if (!status.ok()) return status;
  }
  return absl::OkStatus();
}

absl::StatusOr<bool> SqlStore::Release(const SealedCohort& cohort, ReleaseCounter& counter) {
  bool released_now = false;
  const absl::Status status = Write(UnknownCommit::kRerun, [&](Connection& connection) -> absl::Status {
    released_now = false;
    absl::Status turn = TakeReleaseTurn(connection, cohort.partition.clinic);
    if (!turn.ok()) return turn;
    const absl::StatusOr<bool> claimed = Claim(connection, cohort);
    if (!claimed.ok()) return claimed.status();
    if (!*claimed) return absl::OkStatus();
    CohortContent content{.cohort = cohort, .assessments = {}, .standings = {}};
    absl::Status read = ReadAssessments(connection, content);
    if (read.ok()) read = ReadStandings(connection, content);
    if (!read.ok()) return read;
    const absl::StatusOr<Released> released = counter.Count(content);
    if (!released.ok()) return released.status();
    released_now = true;
    // Where everybody was erased nothing is left to tell.
    absl::Status moved =
        Move(connection, cohort, released->runs.empty() ? CohortState::kNever : CohortState::kReleased);
    if (moved.ok() && released->skipped > 0) moved = NoteSkipped(connection, cohort, released->skipped);
    if (!moved.ok()) return moved;
    const absl::Status written = WriteRuns(connection, cohort, released->runs, counter);
    return written.ok() ? PutStandings(connection, cohort.partition, released->standings) : written;
  });
  if (!status.ok()) return status;
  return released_now;
}

}  // namespace ladder::records::sql
