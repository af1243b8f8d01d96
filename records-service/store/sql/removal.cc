// How SqlStore removes assessments, those that were set aside included: of a client who is erased, or because a
// clinic's retention is over.
//
// Each transaction takes its clinic alone, so that no replay finds a request_id between its row and its tombstone, and
// takes the turn of the clinic's releases, so that a release counts a row or comes after it has gone. (A lock of the
// cohorts alone would let the release of a merged cohort, which locks the one that it is merged into, count what is
// being removed.)

#include <algorithm>
#include <utility>

#include "records-service/store/sql/sql_store.h"
#include "records-service/store/sql/tombstones.h"
#include "records-service/store/sql/turn.h"

namespace ladder::records::sql {
namespace {

// What is needed of a row to remove it.
struct Removed {
  std::string client;
  std::string id;
  std::string request_id;
  std::string series;
  bool is_set_aside = false;
};

// Adds those that the query finds, which is of one of the two tables.
absl::Status ReadRemoved(Query& query, bool are_set_aside, std::vector<Removed>& rows) {
  return query.ForEach([&](const Query& row) {
    rows.push_back({row.TextAt(0), row.TextAt(1), row.TextAt(2), row.TextAt(3), are_set_aside});
  });
}

absl::Status Remove(Connection& connection, absl::string_view clinic, const Removed& row) {
  const absl::Status status = connection
                                  .Use(row.is_set_aside ? "DELETE FROM assessment_set_aside WHERE clinic = ? AND id = ?"
                                                        : "DELETE FROM assessment WHERE clinic = ? AND id = ?")
                                  .Text(clinic)
                                  .Text(row.id)
                                  .Run();
  // The standing of what was set aside has gone already.
  if (!status.ok() || row.series.empty() || row.is_set_aside) return status;
  return connection.Use("DELETE FROM standing WHERE clinic = ? AND series = ? AND client = ? AND id = ?")
      .Text(clinic)
      .Text(row.series)
      .Text(row.client)
      .Text(row.id)
      .Run();
}

// Removes the rows and leaves their request_ids.
absl::Status RemoveAll(Connection& connection, absl::string_view clinic, const std::vector<Removed>& rows,
                       std::optional<absl::Time> expire_time, Tombstones& tombstones) {
  if (rows.empty()) return absl::OkStatus();
  absl::Status status = TakeReleaseTurn(connection, clinic);
  for (const Removed& row : rows) {
    if (!status.ok()) return status;
    status = Remove(connection, clinic, row);
    if (status.ok()) status = tombstones.PutRequest(row.request_id, expire_time);
  }
  return status;
}

absl::StatusOr<std::optional<absl::Time>> NewestRecorded(Connection& connection, absl::string_view clinic,
                                                         absl::string_view client) {
  std::optional<absl::Time> newest;
  for (const absl::string_view sql :
       {"SELECT max(create_time) FROM assessment WHERE clinic = ? AND client = ?",
        "SELECT max(create_time) FROM assessment_set_aside WHERE clinic = ? AND client = ?"}) {
    Query query = connection.Use(sql);
    query.Text(clinic).Text(client);
    const absl::Status status = query.ForEach([&newest](const Query& row) {
      const std::optional<absl::Time> time = row.OptionalTimeAt(0);
      if (time.has_value()) newest = std::max(*time, newest.value_or(*time));
    });
    if (!status.ok()) return status;
  }
  return newest;
}

// Those of the client that were recorded until the erasure; what was set aside comes last.
absl::StatusOr<std::vector<Removed>> FindErasable(Connection& connection, absl::string_view clinic,
                                                  absl::string_view client, absl::Time erase_time, std::size_t limit) {
  std::vector<Removed> rows;
  for (const bool are_set_aside : {false, true}) {
    Query query = connection.Use(
        are_set_aside
            ? "SELECT client, id, request_id, series FROM assessment_set_aside WHERE clinic = ? AND client = ?"
              " AND create_time <= ? ORDER BY id LIMIT ?"
            : "SELECT client, id, request_id, series FROM assessment WHERE clinic = ? AND client = ?"
              " AND create_time <= ? ORDER BY assess_time, id LIMIT ?");
    query.Text(clinic).Text(client).Time(erase_time).Integer(static_cast<std::int64_t>(limit - rows.size()));
    const absl::Status status = ReadRemoved(query, are_set_aside, rows);
    if (!status.ok()) return status;
  }
  return rows;
}

// Those of the clinic that are about a time before `before`.
absl::StatusOr<std::vector<Removed>> FindOlder(Connection& connection, absl::string_view clinic, absl::Time before,
                                               std::size_t limit) {
  std::vector<Removed> rows;
  for (const bool are_set_aside : {false, true}) {
    Query query = connection.Use(
        are_set_aside ? "SELECT client, id, request_id, series FROM assessment_set_aside WHERE clinic = ?"
                        " AND assess_time < ? ORDER BY assess_time LIMIT ?"
                      : "SELECT client, id, request_id, series FROM assessment WHERE clinic = ? AND assess_time < ?"
                        " ORDER BY assess_time, id LIMIT ?");
    query.Text(clinic).Time(before).Integer(static_cast<std::int64_t>(limit - rows.size()));
    const absl::Status status = ReadRemoved(query, are_set_aside, rows);
    if (!status.ok()) return status;
  }
  return rows;
}

}  // namespace

absl::StatusOr<absl::Time> SqlStore::MarkErased(absl::string_view clinic, absl::string_view client, absl::Time now) {
  absl::Time erase_time;
  const absl::Status status = Write(UnknownCommit::kRerun, [&](Connection& connection) {
    erase_time = now;
    absl::Status taken = TakeClinicAlone(connection, clinic);
    if (!taken.ok()) return taken;
    absl::StatusOr<Tombstones> tombstones = Tombstones::Of(connection, clinic);
    if (!tombstones.ok()) return tombstones.status();
    const absl::StatusOr<std::optional<absl::Time>> before = tombstones->FindClient(client);
    if (!before.ok()) return before.status();
    const absl::StatusOr<std::optional<absl::Time>> newest = NewestRecorded(connection, clinic, client);
    if (!newest.ok()) return newest.status();
    if (before->has_value() && newest->value_or(**before) <= **before) {
      erase_time = **before;
      return absl::OkStatus();
    }
    erase_time = std::max({now, before->value_or(now), newest->value_or(now)});
    return tombstones->PutClient(client, erase_time);
  });
  if (!status.ok()) return status;
  return erase_time;
}

absl::StatusOr<std::size_t> SqlStore::RemoveErased(absl::string_view clinic, absl::string_view client,
                                                   std::size_t limit) {
  std::size_t removed = 0;
  const absl::Status status = Write(UnknownCommit::kTell, [&](Connection& connection) {
    removed = 0;
    absl::Status taken = TakeClinicAlone(connection, clinic);
    if (!taken.ok()) return taken;
    absl::StatusOr<Tombstones> tombstones = Tombstones::Of(connection, clinic);
    if (!tombstones.ok()) return tombstones.status();
    const absl::StatusOr<std::optional<absl::Time>> erase_time = tombstones->FindClient(client);
    if (!erase_time.ok()) return erase_time.status();
    if (!erase_time->has_value()) return absl::OkStatus();
    const absl::StatusOr<std::vector<Removed>> rows = FindErasable(connection, clinic, client, **erase_time, limit);
    if (!rows.ok()) return rows.status();
    removed = rows->size();
    return RemoveAll(connection, clinic, *rows, std::nullopt, *tombstones);
  });
  if (!status.ok()) return status;
  return removed;
}

absl::StatusOr<std::vector<ClientStanding>> SqlStore::ListStandings(absl::string_view clinic,
                                                                    absl::string_view client) {
  std::vector<ClientStanding> standings;
  const absl::Status status = Read([&](Connection& connection) {
    standings.clear();
    Query query = connection.Use(
        "SELECT series, assess_time, id, outcome FROM standing WHERE clinic = ? AND client = ? ORDER BY series");
    query.Text(clinic).Text(client);
    return query.ForEach([&standings](const Query& row) {
      standings.push_back({row.TextAt(0), row.TimeAt(1), row.TextAt(2), row.BytesAt(3)});
    });
  });
  if (!status.ok()) return status;
  return standings;
}

absl::StatusOr<std::vector<std::string>> SqlStore::ListClinics(absl::string_view after, std::size_t limit) {
  std::vector<std::string> clinics;
  const absl::Status status = Read([&](Connection& connection) {
    clinics.clear();
    Query query = connection.Use("SELECT clinic FROM clinic WHERE clinic > ? ORDER BY clinic LIMIT ?");
    query.Text(after).Integer(static_cast<std::int64_t>(limit));
    return query.ForEach([&clinics](const Query& row) { clinics.push_back(row.TextAt(0)); });
  });
  if (!status.ok()) return status;
  return clinics;
}

absl::StatusOr<std::size_t> SqlStore::RemoveOlder(absl::string_view clinic, absl::Time before, absl::Time expire_time,
                                                  std::size_t limit) {
  std::size_t removed = 0;
  // Mostly there is nothing, which is not worth a transaction that writes.
  bool is_due = false;
  absl::Status status = Read([&](Connection& connection) {
    is_due = false;
    const absl::StatusOr<std::vector<Removed>> first = FindOlder(connection, clinic, before, 1);
    is_due = first.ok() && !first->empty();
    return first.status();
  });
  if (!status.ok()) return status;
  if (!is_due) return removed;
  status = Write(UnknownCommit::kTell, [&](Connection& connection) {
    removed = 0;
    absl::Status taken = TakeClinicAlone(connection, clinic);
    if (!taken.ok()) return taken;
    absl::StatusOr<Tombstones> tombstones = Tombstones::Of(connection, clinic);
    if (!tombstones.ok()) return tombstones.status();
    const absl::StatusOr<std::vector<Removed>> rows = FindOlder(connection, clinic, before, limit);
    if (!rows.ok()) return rows.status();
    removed = rows->size();
    return RemoveAll(connection, clinic, *rows, expire_time, *tombstones);
  });
  if (!status.ok()) return status;
  return removed;
}

absl::StatusOr<std::size_t> SqlStore::ForgetExpired(absl::string_view clinic, absl::Time now, std::size_t limit) {
  std::size_t forgotten = 0;
  bool is_due = false;
  absl::Status status = Read([&](Connection& connection) {
    is_due = false;
    Query query = connection.Use("SELECT 1 FROM erased_request WHERE clinic = ? AND expire_time <= ? LIMIT 1");
    query.Text(clinic).Time(now);
    return query.ForEach([&is_due](const Query&) { is_due = true; });
  });
  if (!status.ok()) return status;
  if (!is_due) return forgotten;
  status = Write(UnknownCommit::kTell, [&](Connection& connection) {
    absl::Status run = connection
                           .Use(
                               "DELETE FROM erased_request WHERE clinic = ?1 AND hash IN"
                               " (SELECT hash FROM erased_request WHERE clinic = ?1 AND expire_time <= ?2 LIMIT ?3)")
                           .Text(clinic)
                           .Time(now)
                           .Integer(static_cast<std::int64_t>(limit))
                           .Run();
    forgotten = static_cast<std::size_t>(connection.Changes());
    return run;
  });
  if (!status.ok()) return status;
  return forgotten;
}

}  // namespace ladder::records::sql
