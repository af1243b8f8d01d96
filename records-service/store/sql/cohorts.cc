// How SqlStore stamps assessments with the cohort that they join (release_store.h).

#include <iterator>
#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "records-service/store/sql/sql_store.h"

namespace ladder::records::sql {
namespace {

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

// Cohorts are named after the assessment that opened them, which no other has. Where another writer was faster, its
// cohorts are there once this returns.
absl::Status OpenPartition(Connection& connection, const PartitionKey& key, const std::string& id) {
  const std::string history = absl::StrCat(id, "-history");
  absl::Status status = connection
                            .Use(
                                "INSERT INTO part (clinic, campaign, series, open_cohort, history_cohort)"
                                " VALUES (?, ?, ?, ?, ?) ON CONFLICT (clinic, campaign, series) DO NOTHING")
                            .Text(key.clinic)
                            .Text(key.campaign)
                            .Text(key.series)
                            .Text(id)
                            .Text(history)
                            .Run();
  if (!status.ok() || connection.Changes() == 0) return status;
  status = OpenCohort(connection, key, id, CohortKind::kPresent);
  if (!status.ok()) return status;
  return OpenCohort(connection, key, history, CohortKind::kHistory);
}

PartitionKey PartitionOf(const AssessmentRow& row) { return {row.clinic, row.campaign, row.series}; }

}  // namespace

absl::StatusOr<std::vector<std::optional<SqlStore::OpenCohorts>>> SqlStore::LockOpenCohorts(
    Connection& connection, absl::Span<const PartitionKey> keys) {
  std::vector<std::optional<OpenCohorts>> all;
  for (const PartitionKey& key : keys) {
    std::optional<OpenCohorts>& open = all.emplace_back();
    Query query = connection.UseForShare(
        "SELECT open_cohort, history_cohort FROM part WHERE clinic = ? AND campaign = ? AND series = ?");
    query.Text(key.clinic).Text(key.campaign).Text(key.series);
    const absl::Status status = query.ForEach([&open](const Query& found) {
      open = OpenCohorts{found.TextAt(0), found.TextAt(1)};
    });
    if (!status.ok()) return status;
  }
  return all;
}

absl::Status SqlStore::StampCohorts(Connection& connection, absl::Span<StampedRow> rows) {
  std::map<PartitionKey, const AssessmentRow*> firsts;  // Of each partition.
  for (const StampedRow& stamped : rows) {
    if (!stamped.row->series.empty()) firsts.try_emplace(PartitionOf(*stamped.row), stamped.row);
  }
  std::vector<PartitionKey> keys;
  for (const auto& [key, row] : firsts) keys.push_back(key);
  absl::StatusOr<std::vector<std::optional<OpenCohorts>>> open = LockOpenCohorts(connection, keys);
  if (!open.ok()) return open.status();
  bool opened = false;
  for (std::size_t i = 0; i < keys.size(); ++i) {
    if ((*open)[i].has_value()) continue;
    const absl::Status status = OpenPartition(connection, keys[i], firsts[keys[i]]->id);
    if (!status.ok()) return status;
    opened = true;
  }
  if (opened) open = LockOpenCohorts(connection, keys);
  if (!open.ok()) return open.status();

  std::map<PartitionKey, OpenCohorts> cohorts;
  for (std::size_t i = 0; i < keys.size(); ++i) {
    if (!(*open)[i].has_value()) return absl::InternalError("a partition that was opened is not there");
    cohorts[keys[i]] = *std::move((*open)[i]);
  }
  for (StampedRow& stamped : rows) {
    if (stamped.row->series.empty()) continue;
    const OpenCohorts& of_row = cohorts[PartitionOf(*stamped.row)];
    stamped.cohort = stamped.row->late ? of_row.history : of_row.present;
  }
  return absl::OkStatus();
}

}  // namespace ladder::records::sql
