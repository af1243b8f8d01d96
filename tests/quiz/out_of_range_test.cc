// Programs whose numbers leave their range or divide by 0. Publishing refuses them all, so they are compiled as what
// was published before: as if the proof had a hole. Whatever reads such a number has no value and says why; no result
// ever shows a wrong one.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "libs/quiz/compile.h"
#include "libs/quiz/form.h"
#include "libs/quiz/possible.h"
#include "libs/quiz/render.h"
#include "tests/quiz/quiz_fixture.h"

namespace ladder::quiz {
namespace {

// Of 59 digits each, without a common divisor: a sum of their reciprocals needs 392 bits.
const char kLong[] = "77777777777777777777777777777777777777777777777777777777771";
const char kOther[] = "99999999999999999999999999999999999999999999999999999999997";

// An item "wide" whose value is out of range if both of its options are chosen.
std::string WideItem() {
  const auto option = [](const char* id, const char* denominator) {
    return absl::StrCat("options { id: '", id, "' text { by_locale { key: 'en' value: 'It' } } value: '1/", denominator,
                        "' }");
  };
  return absl::StrCat("option_sets { id: 'wide' ", option("one", kLong), option("two", kOther),
                      "} items { id: 'wide' multiple_choice { option_set: 'wide' sum_values: true } } "
                      "items { id: 'a' single_choice: 'steps' }");
}

std::string Aggregate(const std::string& op_and_rest) {
  return absl::StrCat("scales { id: 'total' aggregate { of: 'wide' of: 'a' ", op_and_rest, "} }");
}

// Why the scale is not scored if both options of "wide" are chosen; its value else.
std::string TotalOf(const std::string& scale) {
  const auto program = CompileText(WideItem() + scale);
  return ScoreText(*program, ScoreOf(*program, {{"wide", "one,two"}, {"a", "1"}}), "total");
}

TEST(OutOfRangeTest, AFormulaHasNoValue) {
  const std::string nines(60, '9');
  for (const std::string& formula :
       {std::string("a / 0"), std::string("a / (b - 1)"), absl::StrCat("a * ", nines, " * ", nines),
        absl::StrCat("a / ", nines, " / ", nines), absl::StrCat("1 / ", kLong, " - a / ", kOther)}) {
    EXPECT_EQ(FormulaText(formula, {{"a", "1"}, {"b", "1"}}), "OUT_OF_RANGE total") << formula;
  }
}

TEST(OutOfRangeTest, NothingIsDecidedByANumberThatIsOutOfRange) {
  for (const char* formula :
       {"a / 0 > 3 ? 1 : 2", "3 < a / 0 ? 1 : 2", "a / 0 == a / 0 ? 1 : 2", "a / 0 != 1 ? 1 : 2", "max(1, a / 0)",
        "min(1, a / 0)", "min(a / 0, 1)", "lookup('norms', a / 0)", "-(a / 0)", "0 * (a / 0)"}) {
    EXPECT_EQ(FormulaText(formula, {{"a", "1"}}), "OUT_OF_RANGE total") << formula;
  }
  EXPECT_EQ(FormulaText("true || a / 0 > 1 ? 1 : 2", {{"a", "1"}}), "1") << "settled without it";
}

TEST(OutOfRangeTest, ReadersTellWhereItArose) {
  const auto program = CompileText(WideItem() + R"pb(
    scales { id: "read" formula: "wide + a" }
    scales { id: "broken" formula: "a / 0" }
    scales { id: "carried" formula: "broken + 1" }
    scales {
      id: "summed"
      aggregate { op: OP_SUM of: "broken" }
    }
  )pb");
  const Result result = ScoreOf(*program, {{"wide", "one,two"}, {"a", "1"}});
  EXPECT_EQ(ScoreText(*program, result, "read"), "OUT_OF_RANGE wide");
  EXPECT_EQ(ScoreText(*program, result, "broken"), "OUT_OF_RANGE broken");
  EXPECT_EQ(ScoreText(*program, result, "carried"), "OUT_OF_RANGE broken");
  EXPECT_EQ(ScoreText(*program, result, "summed"), "OUT_OF_RANGE broken");
}

TEST(OutOfRangeTest, AnAggregateHasNoValueAlsoIfItWouldPickAnother) {
  for (const char* op : {"OP_SUM", "OP_MEAN", "OP_MAX", "OP_MIN"}) {
    EXPECT_EQ(TotalOf(Aggregate(absl::StrCat("op: ", op))), "OUT_OF_RANGE wide") << op;
  }
  EXPECT_EQ(TotalOf(Aggregate("op: OP_COUNT where: 'it > 0'")), "OUT_OF_RANGE wide");
  EXPECT_EQ(TotalOf("scales { id: 'total' aggregate { op: OP_COUNT of: 'a' where: 'it / 0 > 1' } }"),
            "OUT_OF_RANGE total");
  // The sum times the weights, before it is divided by them.
  EXPECT_EQ(TotalOf(absl::StrCat("scales { id: 'total' aggregate { op: OP_SUM of: 'a' weights { key: 'a' value: '1/",
                                 kLong, "' } missing { at_least: 1 fill: FILL_PRORATE } } }")),
            "OUT_OF_RANGE total");
}

TEST(OutOfRangeTest, AWeightedSumHasNoValueIfTheSumDoesNotFit) {
  const auto program = CompileText(absl::StrCat(R"pb(
                                                  items { id: "a" single_choice: "steps" }
                                                  items { id: "b" single_choice: "steps" }
                                                )pb",
                                                "scales { id: 'total' aggregate { op: OP_SUM of: 'a' of: 'b' ",
                                                "weights { key: 'a' value: '1/", kLong, "' } weights { key: 'b' ",
                                                "value: '1/", kOther, "' } } }"));
  EXPECT_EQ(ScoreText(*program, ScoreOf(*program, {{"a", "1"}, {"b", "1"}}), "total"), "OUT_OF_RANGE total");
  EXPECT_EQ(ScoreText(*program, ScoreOf(*program, {{"a", "0"}, {"b", "0"}}), "total"), "0");
}

TEST(OutOfRangeTest, AScoreThatCannotBeRoundedIsNone) {
  const auto scale = [](const std::string& rounding) {
    return absl::StrCat("scales { id: 'total' formula: 'a * ", std::string(60, '9'), " * 9999999999999998 / 23' ",
                        rounding, " }");
  };
  EXPECT_EQ(TotalOf(scale("rounding { digits: 18 }")), "OUT_OF_RANGE total");
  EXPECT_NE(TotalOf(scale("")), "OUT_OF_RANGE total");
}

TEST(OutOfRangeTest, OutcomesAreUndecidedAndItemsStayOpen) {
  const auto program = CompileText(WideItem() + R"pb(
    items { id: "shown" single_choice: "steps" show_when: "a / 0 > 1" }
    items { id: "needed" single_choice: "steps" required_when: "wide > 1" }
    scales {
      id: "total"
      formula: "a / 0"
      band_sets {
        id: "s"
        bands { id: "low" }
        bands { id: "high" from: "1" }
      }
    }
    decisions {
      id: "verdict"
      rules { when: "total > 1" outcome: "case" }
      otherwise: "none"
    }
    alerts { id: "alarm" when: "total > 1" }
    alerts { id: "each" when: "it > 1" for_each: "wide" }
    modalities { id: "rest" }
    guidance { id: "advice" when: "total > 1" modality: "rest" }
    ladder { scale: "total" band_set: "s" }
  )pb");
  const Input input = InputOf(*program, {{"wide", "one,two"}, {"a", "1"}});
  Result result;
  Score(*program, input, result);
  EXPECT_EQ(result.items[2], ItemState::kUndecided);
  EXPECT_EQ(result.required[3], 0);
  EXPECT_EQ(result.scales[0].places[0].state, Place::State::kNotScored);
  EXPECT_EQ(program->codes[result.outcomes[0]], "UNDECIDED");
  for (const AlertJudgement& judgement : result.alerts) EXPECT_EQ(judgement.state, AlertJudgement::State::kUndecided);
  EXPECT_TRUE(result.guidance_undecided);
  EXPECT_EQ(FindNextItems(*program, input, PossibleFrom(*program, input)).undecided, 1u);
}

TEST(OutOfRangeTest, ResultsShowNoNumberForIt) {
  const auto program = CompileText(WideItem() + R"pb(
    scales {
      id: "total"
      aggregate { op: OP_SUM of: "wide" of: "a" }
      band_sets {
        id: "s"
        bands { id: "low" }
      }
    }
    scales { id: "read" formula: "wide + a" }
    ladder { scale: "total" band_set: "s" }
  )pb");
  const Input input = InputOf(*program, {{"wide", "one,two"}, {"a", "1"}});
  Result result;
  Score(*program, input, result);
  v1::QuizResult rendered;
  RenderResult(*program, input, result, "en", rendered);
  RenderPossible(*program, PossibleFrom(*program, input), rendered);
  RenderExplanations(*program, input, result, rendered);
  EXPECT_FALSE(rendered.stage().has_bounce_point());
  EXPECT_EQ(rendered.stage().not_scored().reason(), v1::NotScored::REASON_OUT_OF_RANGE);
  for (const v1::ScaleResult& scale : rendered.scales()) {
    EXPECT_EQ(scale.not_scored().reason(), v1::NotScored::REASON_OUT_OF_RANGE);
    EXPECT_EQ(scale.not_scored().subject(), "wide");
    EXPECT_FALSE(scale.possible().has_minimum());
  }
  for (const v1::Explanation& explanation : rendered.explanations()) {
    EXPECT_EQ(explanation.steps_size(), 0);
    EXPECT_EQ(explanation.contributions(0).member(), "wide");
    EXPECT_EQ(explanation.contributions(0).answer(), "one, two");
    EXPECT_FALSE(explanation.contributions(0).has_value());
    EXPECT_EQ(explanation.contributions(1).value().decimal(), "1");
  }
}

}  // namespace
}  // namespace ladder::quiz
