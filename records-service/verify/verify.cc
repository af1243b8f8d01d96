#include "records-service/verify/verify.h"

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "libs/quiz/compile.h"
#include "libs/quiz/program.h"
#include "records-service/release/cohort_counter.h"
#include "records-service/rescoring.h"

namespace ladder::records {
namespace {

// A version that scored something. A program of none: its bytes are damaged.
struct Version {
  bool exists = false;
  std::shared_ptr<const quiz::Program> program;
};

absl::StatusOr<Version> ReadVersion(sql::Connection& connection, const std::string& quiz, std::int64_t number) {
  const absl::StatusOr<std::string> bytes = sql::ReadDefinition(connection, quiz, number);
  if (!bytes.ok()) return bytes.status();
  quiz::v1::QuizDefinition definition;
  Version version{.exists = !bytes->empty(), .program = nullptr};
  if (version.exists && definition.ParseFromString(*bytes)) {
    version.program = quiz::CompilePublished(definition).program;
  }
  return version;
}

// What is wrong with a stored result; empty where nothing is.
std::string FaultOf(const sql::StoredScore& stored, const quiz::Program* program) {
  if (program == nullptr) return "its quiz version is damaged";
  v1::Submission submission;
  quiz::v1::QuizResult result;
  if (!submission.ParseFromString(stored.submission) || !result.ParseFromString(stored.result)) return "is damaged";
  std::vector<quiz::InputViolation> violations;
  const std::optional<quiz::v1::QuizResult> again = Rescore(*program, submission, violations);
  if (!again.has_value()) return "its quiz version does not take its answers";
  const bool is_same = ScoresOf(*again).SerializeAsString() == ScoresOf(result).SerializeAsString();
  return is_same ? "" : "its result is not what its quiz version gives";
}

// Scores the sample again; gives how many could be.
absl::StatusOr<std::int64_t> VerifySample(sql::Connection& connection, const std::vector<sql::AssessmentKey>& keys,
                                          sql::TellFinding tell) {
  std::map<std::pair<std::string, std::int64_t>, Version> versions;  // In use are few.
  std::int64_t rescored = 0;
  for (const sql::AssessmentKey& key : keys) {
    const absl::StatusOr<sql::StoredScore> stored = sql::ReadStoredScore(connection, key);
    if (!stored.ok()) return stored.status();
    const auto [found, is_new] = versions.try_emplace({stored->quiz, stored->version});
    if (is_new) {
      absl::StatusOr<Version> version = ReadVersion(connection, stored->quiz, stored->version);
      if (!version.ok()) return version.status();
      found->second = *std::move(version);
    }
    // That a version is missing was told before.
    if (!found->second.exists) continue;
    const std::string fault = FaultOf(*stored, found->second.program.get());
    if (!fault.empty()) tell({stored->clinic, "assessment", stored->id, fault});
    ++rescored;
  }
  return rescored;
}

}  // namespace

absl::StatusOr<Verified> Verify(sql::Connection& connection, std::size_t sample, RandomSource& random,
                                sql::TellFinding tell) {
  const absl::StatusOr<sql::Checked> checked = sql::VerifyRows(connection, release::AddReleasedTables, tell);
  if (!checked.ok()) return checked.status();
  const absl::StatusOr<std::vector<sql::AssessmentKey>> keys = sql::SampleAssessments(connection, sample, random);
  if (!keys.ok()) return keys.status();
  const absl::StatusOr<std::int64_t> rescored = VerifySample(connection, *keys, tell);
  if (!rescored.ok()) return rescored.status();
  return Verified{*checked, *rescored};
}

}  // namespace ladder::records
