// File: verification.h
//
// Whether what lies in a store hangs together: every assessment in one cohort of its own partition, every released
// cohort in the log once, positions without gaps, sizes right, sums equal to the log, no orphan.
//
//   connection is inside of a transaction that reads all of it at one moment;
//   absl::StatusOr<Checked> checked = VerifyRows(connection, add_tables, [](const Finding& finding) { ... });
//
// Asked clinic by clinic. Memory is bounded by the log of one clinic and month.

#ifndef LADDER_RECORDS_SERVICE_STORE_SQL_VERIFICATION_H_
#define LADDER_RECORDS_SERVICE_STORE_SQL_VERIFICATION_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "libs/chassis/random.h"
#include "records-service/store/rows.h"
#include "records-service/store/sql/connection.h"

namespace ladder::records::sql {

// Something that is not as it should be. Never holds an answer or a score.
struct Finding {
  std::string clinic;
  // "assessment", "cohort", "entry" (of the log), "head", "partition", "set-aside", "standing", "sum" or "version",
  // which has no clinic.
  std::string subject;
  std::string id;     // Of the subject; an entry's is its position, a standing's that of its assessment.
  std::string fault;  // "is in no cohort".

  friend bool operator==(const Finding&, const Finding&) = default;
};

// How much was looked at.
struct Checked {
  std::int64_t clinics = 0;
  std::int64_t assessments = 0;
  std::int64_t cohorts = 0;
  std::int64_t entries = 0;
  std::int64_t sums = 0;
  std::int64_t standings = 0;
  std::int64_t set_aside = 0;
};

using TellFinding = absl::FunctionRef<void(const Finding& finding)>;
// As ReleaseCounter::AddTables.
using AddTables = absl::FunctionRef<absl::StatusOr<std::string>(absl::string_view a, absl::string_view b)>;

// `tell` hears of each finding at once. An error: the store could not be read.
absl::StatusOr<Checked> VerifyRows(Connection& connection, AddTables add_tables, TellFinding tell);

// Its part about sums, for one clinic; gives how many there are.
absl::StatusOr<std::int64_t> VerifySums(Connection& connection, const std::string& clinic, AddTables add_tables,
                                        TellFinding tell);

// What is needed to score an assessment again.
struct StoredScore {
  std::string clinic;
  std::string id;
  std::string quiz;
  std::int64_t version = 0;
  std::string submission;
  std::string result;
  // What a release counts of it.
  std::string series;
  std::string slices;
  std::string outcome;
};

// A clinic and the id of an assessment.
using AssessmentKey = std::pair<std::string, std::string>;
// A quiz and the number of a version.
using VersionKey = std::pair<std::string, std::int64_t>;

// The first clinic after this one of which there is anything; empty after the last.
absl::StatusOr<std::string> NextClinic(Connection& connection, const std::string& after);

// At most `size` assessments of all clinics, any as likely as another.
absl::StatusOr<std::vector<AssessmentKey>> SampleAssessments(Connection& connection, std::size_t size,
                                                             RandomSource& random);
absl::StatusOr<StoredScore> ReadStoredScore(Connection& connection, const AssessmentKey& key);
// Every assessment by clinic and id, read in pieces: `take` may ask other things of the connection. An error of `take`
// ends it.
absl::Status ForEachScore(Connection& connection, absl::FunctionRef<absl::Status(const StoredScore&)> take);
// Of all quizzes, in order.
absl::StatusOr<std::vector<VersionKey>> ListVersions(Connection& connection);
// Empty where the version does not exist.
absl::StatusOr<std::string> ReadDefinition(Connection& connection, absl::string_view quiz, std::int64_t version);

}  // namespace ladder::records::sql

#endif  // LADDER_RECORDS_SERVICE_STORE_SQL_VERIFICATION_H_
