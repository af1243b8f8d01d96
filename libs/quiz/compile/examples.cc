#include <string>

#include "absl/strings/str_cat.h"
#include "libs/quiz/compile/comparison.h"
#include "libs/quiz/compile/coverage.h"
#include "libs/quiz/compile/steps.h"
#include "libs/quiz/input.h"
#include "libs/quiz/score.h"

namespace ladder::quiz {
namespace {

// The example's input, or nothing and its faults.
std::optional<Input> ReadInput(const std::string& path, const v1::Example& example, Compilation& compilation) {
  std::vector<InputViolation> violations;
  std::optional<Input> input = CheckInput(compilation.program, example.answers(), example.context(), violations);
  for (const InputViolation& violation : violations) {
    compilation.faults.Error(violation.field.empty() ? path : absl::StrCat(path, ".", violation.field),
                             violation.description);
  }
  return input;
}

}  // namespace

void CheckExamples(Compilation& compilation) {
  const v1::QuizDefinition& definition = compilation.definition;
  if (definition.examples().empty()) {
    compilation.faults.Error("examples",
                             "add at least one worked case with its full result; it is scored and compared "
                             "when the quiz is published");
  }
  UniqueCodes ids(compilation.faults);
  for (int i = 0; i < definition.examples_size(); ++i) {
    ids.Check(At("examples", i) + ".id", definition.examples(i).id());
  }
}

void RunExamples(Compilation& compilation) {
  const Program& program = compilation.program;
  Coverage coverage(program);
  Result result;
  for (int i = 0; i < compilation.definition.examples_size(); ++i) {
    const v1::Example& example = compilation.definition.examples(i);
    const std::string path = At("examples", i);
    const std::optional<Input> input = ReadInput(path, example, compilation);
    if (!input.has_value()) continue;
    Score(program, *input, result);
    CompareWithExample(path, example, program, result, compilation.faults);
    coverage.Add(result);
  }
  coverage.Warn(compilation);
}

}  // namespace ladder::quiz
