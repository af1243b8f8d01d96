// File: recount.h
//
// What a question about a log selects, and the answer counted again from the rows that were written. It shares no code
// with what it checks.

#ifndef LADDER_TESTS_RECORDS_SERVICE_ANALYTICS_RECOUNT_H_
#define LADDER_TESTS_RECORDS_SERVICE_ANALYTICS_RECOUNT_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "ladder/records/v1/analytics_service.pb.h"
#include "tests/records-service/analytics/released_log.h"

namespace ladder::records::analytics {

using Counts = std::map<std::string, std::int64_t>;  // By a cell's parts, joined.

struct Question {
  std::string clinic = "-";
  std::optional<std::string> campaign;
  std::optional<absl::Time> from;
  std::optional<absl::Time> before;

  v1::ReleaseSelection ToMessage() const;
};

// The tick of 15 minutes that holds it.
absl::Time TickOf(absl::Time time);
absl::Time FirstTickOf(const LogCohort& cohort);
absl::Time LastTickOf(const LogCohort& cohort);

// Whether it is one of the clinics and the time asked for; and whether of the campaign, too.
bool IsInTime(const LogCohort& cohort, const Question& question);
bool IsAskedFor(const LogCohort& cohort, const Question& question);

// Each client's latest assessment, by (time, place in the cohort).
std::map<std::string, LogAssessment> LatestOf(const LogCohort& cohort);

std::string KeyOf(const std::vector<std::string>& parts);

// By stage and whatever `by` names, with cells that nobody stands in left out.
Counts CountStages(const std::vector<LogCohort>& cohorts, const Question& question, const std::vector<std::string>& by);

// Change or flow, by replaying who stood where. A difference of `reliable` points is a reliable change; higher is
// better. With the norms of LogQuiz: 1.96 * 2 * sqrt(2) * sqrt(1 - 4/5) = 2.479...
Counts CountMoves(const std::vector<LogCohort>& cohorts, const Question& question, bool flow, int reliable = 3);

}  // namespace ladder::records::analytics

#endif  // LADDER_TESTS_RECORDS_SERVICE_ANALYTICS_RECOUNT_H_
