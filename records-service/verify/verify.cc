#include "records-service/verify/verify.h"

#include <string>
#include <vector>

#include "records-service/release/cohort_counter.h"
#include "records-service/verify/row_check.h"
#include "records-service/verify/versions.h"

namespace ladder::records {
namespace {

// Looks at every assessment without scoring it.
absl::Status VerifyStructure(sql::Connection& connection, Versions& versions, sql::TellFinding tell) {
  return sql::ForEachScore(connection, [&](const sql::StoredScore& row) {
    const absl::StatusOr<StoredVersion> version = versions.Find({row.quiz, row.version});
    if (!version.ok()) return version.status();
    const std::string fault = StructuralFaultOf(row, version->program.get());
    if (!fault.empty()) tell({row.clinic, "assessment", row.id, fault});
    return absl::OkStatus();
  });
}

// Scores the sample again; gives how many could be.
absl::StatusOr<std::int64_t> VerifySample(sql::Connection& connection, const std::vector<sql::AssessmentKey>& keys,
                                          Versions& versions, sql::TellFinding tell) {
  std::int64_t rescored = 0;
  for (const sql::AssessmentKey& key : keys) {
    const absl::StatusOr<sql::StoredScore> stored = sql::ReadStoredScore(connection, key);
    if (!stored.ok()) return stored.status();
    const absl::StatusOr<StoredVersion> version = versions.Find({stored->quiz, stored->version});
    if (!version.ok()) return version.status();
    // That a version is missing or cannot be used was told before, and so was what is seen without scoring.
    if (version->program == nullptr) continue;
    ++rescored;
    if (!StructuralFaultOf(*stored, version->program.get()).empty()) continue;
    const std::string fault = FaultOf(*stored, version->program.get());
    if (!fault.empty()) tell({stored->clinic, "assessment", stored->id, fault});
  }
  return rescored;
}

}  // namespace

absl::StatusOr<Verified> Verify(sql::Connection& connection, std::size_t sample, RandomSource& random,
                                sql::TellFinding tell) {
  Verified verified;
  const absl::StatusOr<sql::Checked> checked = sql::VerifyRows(connection, release::AddReleasedTables, tell);
  if (!checked.ok()) return checked.status();
  verified.checked = *checked;
  Versions versions(connection);
  const absl::StatusOr<std::int64_t> of_quizzes = VerifyVersions(connection, versions, tell);
  if (!of_quizzes.ok()) return of_quizzes.status();
  verified.versions = *of_quizzes;
  const absl::Status structure = VerifyStructure(connection, versions, tell);
  if (!structure.ok()) return structure;
  const absl::StatusOr<std::vector<sql::AssessmentKey>> keys = sql::SampleAssessments(connection, sample, random);
  if (!keys.ok()) return keys.status();
  const absl::StatusOr<std::int64_t> rescored = VerifySample(connection, *keys, versions, tell);
  if (!rescored.ok()) return rescored.status();
  verified.rescored = *rescored;
  return verified;
}

}  // namespace ladder::records
