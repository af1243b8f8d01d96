// File: result_check.h
//
// The check of a result that is handed in: records scores the submission again, and refuses what differs
// (docs/decisions/results-are-scored-again.md). What is stored is what was made here, so nothing lies in the store that
// our own arithmetic did not make.
//
//   const std::optional<ScoredAgain> scored = ScoreAgain(version, name, submission, result, check);
//   if (!scored.has_value()) return check.status();
//
// Pure. A few microseconds for a quiz of ten questions.

#ifndef LADDER_RECORDS_SERVICE_RESULT_CHECK_H_
#define LADDER_RECORDS_SERVICE_RESULT_CHECK_H_

#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "ladder/quiz/v1/result.pb.h"
#include "ladder/records/v1/assessment_service.pb.h"
#include "libs/quiz/input.h"
#include "libs/quiz/program.h"
#include "records-service/request_check.h"

namespace ladder::records {

struct ScoredAgain {
  quiz::Input input;
  // With the texts of the locale that the handed result names, and without explanations and possible values.
  quiz::v1::QuizResult result;
  std::string bytes;  // The same, as it is stored.
};

// Nothing where the program does not take the submission, or `handed` is not what it gives for it; then `check` has
// each fault under "submission." or "result.". Texts are not compared, as they follow from version and locale and an
// older scoring process may choose others; nor is what a result only holds on request (explanations, what is still
// possible). `version_name` and `digest` are those of the program.
std::optional<ScoredAgain> ScoreAgain(const quiz::Program& program, absl::string_view version_name,
                                      absl::string_view digest, const v1::Submission& submission,
                                      const quiz::v1::QuizResult& handed, RequestCheck& check);

}  // namespace ladder::records

#endif  // LADDER_RECORDS_SERVICE_RESULT_CHECK_H_
