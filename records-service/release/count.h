// File: count.h
//
// From the rows of a closed cohort to its tables. What is counted, and in which order, follows from the frame alone:
// clients, times, ids and slice values. An outcome decides only in which cell of a table its client stands, so changing
// one client's outcomes in one cohort moves one count down and one up in a table.
//
//   absl::StatusOr<Counted> counted = CountCohort(shape, tick, rows, standings);
//   DiscreteLaplace noise(random);
//   AddNoise(budgets, noise, counted->tables);

#ifndef LADDER_RECORDS_SERVICE_RELEASE_COUNT_H_
#define LADDER_RECORDS_SERVICE_RELEASE_COUNT_H_

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "ladder/records/v1/analytics_service.pb.h"
#include "records-service/release/discrete_laplace.h"
#include "records-service/release/release_options.h"
#include "records-service/release/table_shape.h"
#include "release/outcome.pb.h"

namespace ladder::records::release {

// One assessment of a cohort.
struct Row {
  std::string client;
  absl::Time assess_time;
  std::string id;
  std::string slices;  // As CountedFacts.
  Outcome outcome;
};

// The assessment by which a client was counted last in a clinic and series.
struct Standing {
  std::string client;
  absl::Time assess_time;
  std::string id;
  Outcome outcome;
};

using Standings = std::map<std::string, Standing>;  // By client.

// One entry of the release log, before the noise.
struct Counted {
  v1::ReleasedTables tables;  // Every cell of the shape, exact.
  std::int64_t clients = 0;
  std::int64_t assessments = 0;
  absl::Time window_begin;          // The begin of the first tick that holds an assessment.
  absl::Time window_end;            // The end of the last.
  std::vector<Standing> standings;  // To put, each in the place of the client's former one. By client, ascending.
};

// Counts each client once, by the latest assessment (by time, then id). Change and flow go from the client's standing,
// which the assessment then replaces. Without a standing the change is CHANGE_FIRST and there is no flow. An assessment
// that is older than the standing counts in stage and detail only, and leaves the standing. INTERNAL where a row names
// a cell that the shape lacks. REQUIRES: `rows` is not empty.
absl::StatusOr<Counted> CountCohort(const TableShape& shape, absl::Duration tick, absl::Span<const Row> rows,
                                    const Standings& standings);

// Cuts the rows of a history cohort, in order of time, then id: a run ends before the row that would bring one client
// more than `target_cohort`. What is left with fewer joins the run before it.
std::vector<std::vector<Row>> CutIntoRuns(std::vector<Row> rows, std::int64_t target_cohort);

// Counts the runs of a history cohort, oldest first, each going on from the standings that the one before it left.
absl::StatusOr<std::vector<Counted>> CountHistory(const TableShape& shape, absl::Duration tick,
                                                  std::int64_t target_cohort, std::vector<Row> rows,
                                                  Standings standings);

// Puts the standings in the place of their clients' former ones.
void ReplaceStandings(absl::Span<const Standing> newer, Standings& standings);

// Adds a draw of its own to every cell: stage, detail, change, flow, each in the order of its cells.
void AddNoise(const Budgets& budgets, NoiseSource& noise, v1::ReleasedTables& tables);

}  // namespace ladder::records::release

#endif  // LADDER_RECORDS_SERVICE_RELEASE_COUNT_H_
