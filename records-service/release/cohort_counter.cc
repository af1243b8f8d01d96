#include "records-service/release/cohort_counter.h"

#include <map>
#include <utility>
#include <vector>

#include "libs/chassis/errors.h"
#include "records-service/release/count.h"
#include "records-service/release/figures.h"

namespace ladder::records::release {
namespace {

absl::StatusOr<Outcome> OutcomeOf(const std::string& bytes) {
  Outcome outcome;
  if (!outcome.ParseFromString(bytes)) return Internal("a stored outcome is damaged");
  return outcome;
}

absl::StatusOr<std::vector<Row>> RowsOf(const CohortContent& content) {
  std::vector<Row> rows;
  for (const CohortAssessment& assessment : content.assessments) {
    absl::StatusOr<Outcome> outcome = OutcomeOf(assessment.outcome);
    if (!outcome.ok()) return outcome.status();
    rows.push_back({assessment.client, assessment.assess_time, assessment.id, assessment.slices, *std::move(outcome)});
  }
  return rows;
}

absl::StatusOr<Standings> StandingsOf(const CohortContent& content) {
  Standings standings;
  for (const StandingRow& row : content.standings) {
    absl::StatusOr<Outcome> outcome = OutcomeOf(row.outcome);
    if (!outcome.ok()) return outcome.status();
    standings[row.client] = {row.client, row.assess_time, row.id, *std::move(outcome)};
  }
  return standings;
}

absl::StatusOr<v1::ReleasedTables> TablesOf(absl::string_view bytes) {
  v1::ReleasedTables tables;
  if (!tables.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
    return Internal("released tables are damaged");
  }
  return tables;
}

}  // namespace

absl::StatusOr<std::string> AddReleasedTables(absl::string_view a, absl::string_view b) {
  TableSums sums;  // In which budgets matter to variances only.
  for (const absl::string_view bytes : {a, b}) {
    absl::StatusOr<v1::ReleasedTables> tables = TablesOf(bytes);
    if (!tables.ok()) return tables.status();
    const absl::Status added = sums.Add({.budgets = Budgets(), .entries = 1, .tables = *std::move(tables)});
    if (!added.ok()) return added;
  }
  if (sums.sums().size() != 1) return Internal("tables of different shapes cannot be added");
  return sums.sums().front().tables.SerializeAsString();
}

absl::StatusOr<Released> CohortCounter::Count(const CohortContent& content) {
  runs_ = 0;
  if (content.assessments.empty()) return Released();
  absl::StatusOr<std::vector<Row>> rows = RowsOf(content);
  if (!rows.ok()) return rows.status();
  const absl::StatusOr<Standings> standings = StandingsOf(content);
  if (!standings.ok()) return standings.status();

  std::vector<Counted> runs;
  if (content.cohort.kind == CohortKind::kHistory) {
    absl::StatusOr<std::vector<Counted>> counted =
        CountHistory(shape_, options_.tick, options_.target_cohort, *std::move(rows), *standings);
    if (!counted.ok()) return counted.status();
    runs = *std::move(counted);
  } else {
    absl::StatusOr<Counted> counted = CountCohort(shape_, options_.tick, *rows, *standings);
    if (!counted.ok()) return counted.status();
    runs.push_back(*std::move(counted));
  }

  runs_ = static_cast<std::int64_t>(runs.size());
  Released released;
  std::map<std::string, StandingRow> newest;
  for (Counted& run : runs) {
    AddNoise(options_.budgets, noise_, run.tables);
    released.runs.push_back({.window_begin = run.window_begin,
                             .last_tick = run.window_end - options_.tick,
                             .window_end = run.window_end,
                             .clients = run.clients,
                             .assessments = run.assessments,
                             .budgets = ToText(options_.budgets),
                             .tables = run.tables.SerializeAsString(),
                             .shape = ShapeId(options_.budgets, run.tables)});
    for (const Standing& standing : run.standings) {
      newest[standing.client] = {standing.client, standing.assess_time, standing.id,
                                 standing.outcome.SerializeAsString()};
    }
  }
  for (auto& [client, standing] : newest) released.standings.push_back(std::move(standing));
  return released;
}

}  // namespace ladder::records::release
