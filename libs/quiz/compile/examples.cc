#include <algorithm>
#include <cstdint>
#include <string>

#include "absl/strings/str_cat.h"
#include "libs/quiz/compile/comparison.h"
#include "libs/quiz/compile/coverage.h"
#include "libs/quiz/compile/steps.h"
#include "libs/quiz/input.h"
#include "libs/quiz/score.h"

namespace ladder::quiz {
namespace {

// Of examples with faults, so many are told which id may have been meant.
constexpr int kMaxExamplesWithSuggestions = 10;

// The example's input, or nothing and its faults.
std::optional<Input> ReadInput(const std::string& path, const v1::Example& example, bool suggest,
                               Compilation& compilation) {
  std::vector<InputViolation> violations;
  std::optional<Input> input =
      CheckInput(compilation.program, example.answers(), example.context(), violations, suggest);
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
  const std::int64_t of_one = std::max<std::int64_t>(compilation.program.scoring_steps, 1);
  if (definition.examples_size() > kMaxExampleSteps / of_one) {
    compilation.faults.Limit(At("examples", static_cast<int>(kMaxExampleSteps / of_one)),
                             absl::StrCat("scoring takes ", of_one, " steps, and all examples together may take ",
                                          kMaxExampleSteps, "; leave out those from here on, or simplify the quiz"));
  }
}

void RunExamples(Compilation& compilation) {
  const Program& program = compilation.program;
  Coverage coverage(program);
  Result result;
  int faulty = 0;
  for (int i = 0; i < compilation.definition.examples_size(); ++i) {
    if (compilation.stop.stop_requested()) return;
    const v1::Example& example = compilation.definition.examples(i);
    const std::string path = At("examples", i);
    const std::optional<Input> input = ReadInput(path, example, faulty < kMaxExamplesWithSuggestions, compilation);
    if (!input.has_value()) ++faulty;
    if (!input.has_value()) continue;
    Score(program, *input, result);
    CompareWithExample(path, example, program, result, compilation.faults);
    coverage.Add(result);
  }
  coverage.Warn(compilation);
}

}  // namespace ladder::quiz
