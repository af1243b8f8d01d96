#include "records-service/release/cohort_counter.h"

#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "libs/chassis/errors.h"
#include "records-service/release/count.h"
#include "records-service/release/figures.h"
#include "records-service/release/outcome.h"

namespace ladder::records::release {
namespace {

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

std::vector<Row> CohortCounter::UsableRows(const CohortContent& content, const Places& places) {
  std::vector<Row> rows;
  for (const CohortAssessment& assessment : content.assessments) {
    std::optional<Outcome> outcome = ParseOutcome(assessment.outcome);
    if (outcome.has_value() && places.Has(assessment.slices, *outcome)) {
      rows.push_back(
          {assessment.client, assessment.assess_time, assessment.id, assessment.slices, *std::move(outcome)});
    } else {
      unusable_.push_back(assessment.id);
    }
  }
  return rows;
}

Standings CohortCounter::UsableStandings(const CohortContent& content, const Places& places) {
  Standings standings;
  for (const StandingRow& row : content.standings) {
    std::optional<Outcome> outcome = ParseOutcome(row.outcome);
    if (outcome.has_value() && places.HasStage(outcome->stage())) {
      standings[row.client] = {row.client, row.assess_time, row.id, *std::move(outcome)};
    } else {
      unusable_.push_back(row.id);
    }
  }
  return standings;
}

absl::StatusOr<Released> CohortCounter::Count(const CohortContent& content) {
  runs_ = 0;
  unusable_.clear();
  const Places places(shape_);
  std::vector<Row> rows = UsableRows(content, places);
  Released released;
  released.skipped = static_cast<std::int64_t>(unusable_.size());
  if (rows.empty()) return released;
  const Standings standings = UsableStandings(content, places);

  std::vector<Counted> runs;
  if (content.cohort.kind == CohortKind::kHistory) {
    absl::StatusOr<std::vector<Counted>> counted =
        CountHistory(shape_, options_.tick, options_.target_cohort, std::move(rows), standings);
    if (!counted.ok()) return counted.status();
    runs = *std::move(counted);
  } else {
    absl::StatusOr<Counted> counted = CountCohort(shape_, options_.tick, rows, standings);
    if (!counted.ok()) return counted.status();
    runs.push_back(*std::move(counted));
  }

  runs_ = static_cast<std::int64_t>(runs.size());
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
