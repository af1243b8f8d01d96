#include "tests/fuzz/odd_quizzes.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "libs/quiz/compile.h"
#include "tests/fuzz/odd_numbers.h"
#include "tests/fuzz/try_form.h"
#include "tests/quiz/sound_quiz.h"

namespace ladder::quiz {
namespace {

constexpr int kFormsPerQuiz = 4;

// Numbers that are answered and sent; `before` takes any number in the range of `base`, which lies on no handy grid.
constexpr char kLongNumbers[] = R"pb(
  id: "long-numbers"
  title { by_locale { key: "en" value: "Long numbers" } }
  provenance { source: "Made for a test" licence: "None needed" who_may_use: "Anyone" }
  option_sets {
    id: "steps"
    options {
      id: "little"
      text { by_locale { key: "en" value: "Little" } }
      value: "1"
    }
    options {
      id: "much"
      text { by_locale { key: "en" value: "Much" } }
      value: "2"
    }
  }
  items {
    id: "n"
    text { by_locale { key: "en" value: "How much?" } }
    number { min: "0" max: "10" step: "0.5" }
  }
  items {
    id: "m"
    text { by_locale { key: "en" value: "And how much?" } }
    number { min: "-3" max: "3" step: "0.01" }
    reverse: true
  }
  items {
    id: "s"
    text { by_locale { key: "en" value: "Or so?" } }
    multiple_choice { option_set: "steps" sum_values: true }
  }
  context {
    id: "age"
    number { min: "0" max: "120" }
  }
  context {
    id: "before"
    earlier { scale: "base" }
  }
  scales { id: "base" formula: "n / 1234567890123456789012345" }
  scales {
    id: "sum"
    aggregate {
      op: OP_SUM
      of: "n"
      of: "m"
      of: "s"
      missing { at_least: 1 fill: FILL_PRORATE }
    }
  }
  scales {
    id: "mean"
    aggregate {
      op: OP_MEAN
      of: "m"
      of: "s"
      missing { at_least: 1 fill: FILL_VALUE value: "1" }
    }
  }
  scales {
    id: "result"
    formula: "before + n"
    band_sets {
      id: "bands"
      bands { id: "low" }
      bands { id: "high" from: "3" }
    }
  }
  ladder { scale: "result" band_set: "bands" }
  examples { id: "empty" }
)pb";

// Formulas over numbers that are answered or sent; each $ becomes an odd number.
std::string OddFormula(Random& random) {
  static const auto* const formulas = new std::vector<std::string>{"before * before + n",
                                                                   "before * $ - m",
                                                                   "(before - $) * (before + n)",
                                                                   "before / $ / (n + 1)",
                                                                   "n * $ * $ - m / $",
                                                                   "n / (1 + before * before)",
                                                                   "has(before) ? before - m : sum * $",
                                                                   "max(s, before) / $ - age * mean",
                                                                   "mean * before - sum / $"};
  std::string formula;
  for (const char c : random.Among(*formulas)) {
    if (c == '$') {
      absl::StrAppend(&formula, "(", OddNumber(random), ")");
    } else {
      formula += c;
    }
  }
  return formula;
}

v1::QuizDefinition OddDefinition(Random& random) {
  v1::QuizDefinition definition = ParseQuiz(kLongNumbers);
  v1::Scale& result = *definition.mutable_scales(3);
  result.set_formula(OddFormula(random));
  if (random.OneIn(4)) result.mutable_shown()->set_digits(18);
  if (!random.OneIn(4)) result.mutable_rounding()->set_digits(static_cast<std::uint32_t>(random.Below(19)));
  if (random.OneIn(4)) definition.mutable_context(1)->set_default_(OddNumber(random));
  if (random.OneIn(2)) {
    auto& weights = *definition.mutable_scales(random.OneIn(2) ? 1 : 2)->mutable_aggregate()->mutable_weights();
    weights["m"] = OddNumber(random);
    weights["s"] = OddNumber(random);
  }
  if (random.OneIn(2)) PutOddNumbers(definition, random);
  return definition;
}

}  // namespace

bool TryOddNumbers(Random& random) {
  const v1::QuizDefinition definition = OddDefinition(random);
  const CompileResult proved = CompileDefinition(definition);
  const CompileResult compiled = CompilePublished(definition);
  if (compiled.program != nullptr) (void)OddInputFor(*compiled.program, random);
  if (!OnlyExamplesDisagree(proved.faults)) return false;
  EXPECT_NE(compiled.program, nullptr);
  if (compiled.program == nullptr) return false;
  for (int i = 0; i < kFormsPerQuiz; ++i) {
    const OddInput odd = OddInputFor(*compiled.program, random);
    std::vector<InputViolation> violations;
    const std::optional<Input> input = CheckInput(*compiled.program, odd.answers, odd.context, violations);
    EXPECT_TRUE(input.has_value());
    if (!input.has_value()) return true;
    TryForm(*compiled.program, *input);
    if (::testing::Test::HasFailure()) ADD_FAILURE() << definition.DebugString();
  }
  return true;
}

}  // namespace ladder::quiz
