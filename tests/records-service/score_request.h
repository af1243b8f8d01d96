// File: score_request.h
//
// What scoring would hand to records with a submission.
//
//   v1::CreateAssessmentRequest request = ...;  // With its submission.
//   ScoreRequest(definition, 1, request);

#ifndef LADDER_TESTS_RECORDS_SERVICE_SCORE_REQUEST_H_
#define LADDER_TESTS_RECORDS_SERVICE_SCORE_REQUEST_H_

#include <gtest/gtest.h>

#include <cstdint>
#include <optional>
#include <vector>

#include "ladder/records/v1/assessment_service.pb.h"
#include "libs/quiz/compile.h"
#include "libs/quiz/input.h"
#include "libs/quiz/published.h"
#include "libs/quiz/render.h"
#include "libs/quiz/resource_names.h"
#include "libs/quiz/score.h"

namespace ladder::records {

// Puts in the result, under a version that was published with this definition.
inline void ScoreRequest(const quiz::v1::QuizDefinition& definition, std::int64_t version,
                         v1::CreateAssessmentRequest& request) {
  const quiz::CompileResult compiled = quiz::CompilePublished(definition);
  ASSERT_NE(compiled.program, nullptr) << compiled.faults.front().message;
  std::vector<quiz::InputViolation> violations;
  const std::optional<quiz::Input> input =
      quiz::CheckInput(*compiled.program, request.submission().answers(), request.submission().context(), violations);
  ASSERT_TRUE(input.has_value()) << violations.front().field << ": " << violations.front().description;
  quiz::Result result;
  quiz::Score(*compiled.program, *input, result);
  request.clear_result();
  quiz::RenderResult(*compiled.program, *input, result, quiz::ChooseLocale(*compiled.program, ""),
                     *request.mutable_result());
  request.mutable_result()->set_quiz_version(quiz::QuizName{definition.id(), version}.ToString());
  request.mutable_result()->set_digest(quiz::DigestOf(quiz::SerializeDefinition(definition)));
}

}  // namespace ladder::records

#endif  // LADDER_TESTS_RECORDS_SERVICE_SCORE_REQUEST_H_
