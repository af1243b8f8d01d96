#include "tests/bench/load_rows.h"

#include <google/protobuf/text_format.h>

#include <cstdio>
#include <cstdlib>
#include <memory>

#include "absl/strings/str_cat.h"
#include "libs/quiz/compile.h"
#include "libs/quiz/input.h"
#include "libs/quiz/published.h"
#include "libs/quiz/render.h"
#include "libs/quiz/score.h"
#include "tests/testing/temp_dir.h"

namespace ladder::records {

quiz::v1::QuizDefinition LadderOfHealing() {
  const std::string path = "records-service/quizzes/ladder-of-healing.textproto";
  quiz::v1::QuizDefinition definition;
  if (!google::protobuf::TextFormat::ParseFromString(testing::ReadFileOrEmpty(path), &definition) ||
      definition.id().empty()) {
    std::fprintf(stderr, "cannot read %s: run this in the project's folder\n", path.c_str());
    std::abort();
  }
  return definition;
}

std::vector<v1::CreateAssessmentRequest> RequestsOfExamples(const quiz::v1::QuizDefinition& definition) {
  const quiz::CompileResult compiled = quiz::CompilePublished(definition);
  if (compiled.program == nullptr) std::abort();
  std::vector<v1::CreateAssessmentRequest> requests;
  for (const quiz::v1::Example& example : definition.examples()) {
    std::vector<quiz::InputViolation> violations;
    const std::optional<quiz::Input> input =
        CheckInput(*compiled.program, example.answers(), example.context(), violations);
    if (!input.has_value()) std::abort();
    quiz::Result result;
    Score(*compiled.program, *input, result);
    v1::CreateAssessmentRequest& request = requests.emplace_back();
    RenderResult(*compiled.program, *input, result, "en", *request.mutable_result());
    request.mutable_result()->set_quiz_version(absl::StrCat("quizzes/", definition.id(), "/versions/1"));
    request.mutable_result()->set_digest(quiz::DigestOf(quiz::SerializeDefinition(definition)));
    request.mutable_submission()->set_quiz(absl::StrCat("quizzes/", definition.id()));
    *request.mutable_submission()->mutable_answers() = example.answers();
    *request.mutable_submission()->mutable_context() = example.context();
  }
  return requests;
}

}  // namespace ladder::records
