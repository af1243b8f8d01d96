#include <gtest/gtest.h>

#include "libs/quiz/limits.h"
#include "tests/quiz/quiz_fixture.h"

namespace ladder::quiz {
namespace {

struct Case {
  const char* formula;
  const char* expected;
};

TEST(EvaluateTest, ArithmeticIsExactAndBindsAsInSchool) {
  const Case cases[] = {
      {"1 + 2 * 3", "7"},    {"(1 + 2) * 3", "9"},    {"7 - 2 - 1", "4"},         {"1 / 3 + 1 / 6", "1/2"},
      {"0.1 + 0.2", "3/10"}, {"-a + 3", "1"},         {"8 / 2 / 2", "2"},         {"min(a, b, 0.5)", "1/2"},
      {"max(a, 1)", "2"},    {"a * a - b * b", "-5"}, {"n / 3", "5/2"},           {"d", "3"},
      {"min(3)", "3"},       {"2 - -2", "4"},         {"a - b < 0 ? 1 : 2", "1"},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(FormulaText(c.formula, {{"a", "2"}, {"b", "3"}, {"n", "7.5"}, {"d", "aid,help"}}), c.expected)
        << c.formula;
  }
}

TEST(EvaluateTest, ComparisonsKeepTheirBounds) {
  const Case cases[] = {
      {"a < 2 ? 1 : 0", "0"},  {"a <= 2 ? 1 : 0", "1"}, {"a > 2 ? 1 : 0", "0"},
      {"a >= 2 ? 1 : 0", "1"}, {"a == 2 ? 1 : 0", "1"}, {"a != 2 ? 1 : 0", "0"},
      {"a < b ? 1 : 0", "1"},  {"b < a ? 1 : 0", "0"},  {"!(a < b) ? 1 : 0", "0"},
  };
  for (const Case& c : cases) EXPECT_EQ(FormulaText(c.formula, {{"a", "2"}, {"b", "3"}}), c.expected) << c.formula;
}

TEST(EvaluateTest, CodesAreComparedByWhatTheyAre) {
  const Case cases[] = {
      {"sex == 'female' ? 1 : 0", "0"},   {"sex != 'female' ? 1 : 0", "1"}, {"sex in ['female', 'male'] ? 1 : 0", "1"},
      {"sex in ['female'] ? 1 : 0", "0"}, {"'aid' in d ? 1 : 0", "1"},      {"'help' in d ? 1 : 0", "0"},
  };
  for (const Case& c : cases) EXPECT_EQ(FormulaText(c.formula, {{"d", "aid"}}, {{"sex", "male"}}), c.expected);
}

TEST(EvaluateTest, ConditionsAreComparedWithEachOther) {
  const Case cases[] = {
      {"has(a) == has(b) ? 1 : 0", "1"}, {"has(a) != has(n) ? 1 : 0", "1"},         {"(a > 1) == (b > 2) ? 1 : 0", "1"},
      {"(a > 1) == false ? 1 : 0", "0"}, {"(n > 1) == true ? 1 : 0", "NO_VALUE n"},
  };
  for (const Case& c : cases) EXPECT_EQ(FormulaText(c.formula, {{"a", "2"}, {"b", "3"}}), c.expected) << c.formula;
}

TEST(EvaluateTest, WhatHasNoValueNamesTheFirstOperandThatLacksOne) {
  const Case cases[] = {
      {"a + b", "NO_VALUE b"},
      {"b + c", "NO_VALUE b"},
      {"c * b", "NO_VALUE c"},
      {"a < b ? 1 : 0", "NO_VALUE b"},
      {"-b", "NO_VALUE b"},
      {"max(a, b)", "NO_VALUE b"},
      {"age + 1", "NO_VALUE age"},
      {"sex == 'male' ? 1 : 0", "NO_VALUE sex"},
      {"sex in ['male'] ? 1 : 0", "NO_VALUE sex"},
      {"'aid' in d ? 1 : 0", "NO_VALUE d"},
      {"!(b > 0) ? 1 : 0", "NO_VALUE b"},
      {"lookup('norms', b)", "NO_VALUE b"},
  };
  for (const Case& c : cases) EXPECT_EQ(FormulaText(c.formula, {{"a", "2"}}), c.expected) << c.formula;
}

TEST(EvaluateTest, AndAndOrAreDecidedByEitherSide) {
  const Case cases[] = {
      {"a > 5 && b > 0 ? 1 : 0", "0"},          {"b > 0 && a > 5 ? 1 : 0", "0"},
      {"a > 1 && b > 0 ? 1 : 0", "NO_VALUE b"}, {"b > 0 && a > 1 ? 1 : 0", "NO_VALUE b"},
      {"a > 1 || b > 0 ? 1 : 0", "1"},          {"b > 0 || a > 1 ? 1 : 0", "1"},
      {"a > 5 || b > 0 ? 1 : 0", "NO_VALUE b"}, {"b > 0 || c > 0 ? 1 : 0", "NO_VALUE b"},
      {"b > 0 && c > 0 ? 1 : 0", "NO_VALUE b"}, {"a > 1 && a < 3 ? 1 : 0", "1"},
  };
  for (const Case& c : cases) EXPECT_EQ(FormulaText(c.formula, {{"a", "2"}}), c.expected) << c.formula;
}

TEST(EvaluateTest, AConditionalReadsOnlyTheBranchTaken) {
  EXPECT_EQ(FormulaText("a == 2 ? a : b", {{"a", "2"}}), "2");
  EXPECT_EQ(FormulaText("a == 3 ? a : b", {{"a", "2"}}), "NO_VALUE b");
  EXPECT_EQ(FormulaText("b == 3 ? a : a", {{"a", "2"}}), "NO_VALUE b");
  EXPECT_EQ(FormulaText("has(b) ? a / max(1, b) : a", {{"a", "2"}}), "2");
}

TEST(EvaluateTest, HasAlwaysHasAValue) {
  const Case cases[] = {
      {"has(a) ? 1 : 0", "1"},   {"has(b) ? 1 : 0", "0"},   {"has(c) ? 1 : 0", "0"},
      {"has(sex) ? 1 : 0", "1"}, {"has(age) ? 1 : 0", "0"}, {"has(d) ? 1 : 0", "1"},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(FormulaText(c.formula, {{"a", "2"}, {"b", "refused"}, {"c", "na"}, {"d", ""}}, {{"sex", "male"}}),
              c.expected)
        << c.formula;
  }
}

TEST(EvaluateTest, ATableIsLookedUpByRangeOrExactKey) {
  EXPECT_EQ(FormulaText("lookup('norms', n)", {{"n", "0"}}), "50");
  EXPECT_EQ(FormulaText("lookup('norms', n)", {{"n", "4.5"}}), "50");
  EXPECT_EQ(FormulaText("lookup('norms', n)", {{"n", "5"}}), "60");
  EXPECT_EQ(FormulaText("lookup('norms', n)", {{"n", "5.5"}}), "NOT_IN_TABLE norms");
  EXPECT_EQ(FormulaText("lookup('norms', n - 1)", {{"n", "0"}}), "NOT_IN_TABLE norms");
}

TEST(EvaluateTest, AnotherScaleIsReadAsItsReadersSeeItOrPassesItsReasonOn) {
  const auto program = CompileText(R"pb(
    items { id: "a" single_choice: "steps" }
    items { id: "b" single_choice: "steps" }
    scales { id: "last" formula: "2 * half" }
    scales {
      id: "half"
      formula: "(a + b) / 2"
      rounding { digits: 0 }
    }
  )pb");
  EXPECT_EQ(ScoreText(*program, ScoreOf(*program, {{"a", "2"}, {"b", "3"}}), "last"), "6");
  EXPECT_EQ(ScoreText(*program, ScoreOf(*program, {{"a", "2"}}), "last"), "NO_VALUE b");
}

TEST(EvaluateTest, BandAndRangeAreCodesOfTheSetThatApplies) {
  const auto program = CompileText(R"pb(
    items { id: "a" single_choice: "steps" }
    context {
      id: "sex"
      codes { code: "female" code: "male" }
    }
    scales {
      id: "total"
      formula: "a"
      band_sets {
        id: "s"
        when: "sex == 'male'"
        bands {
          id: "low"
          title { by_locale { key: "en" value: "Low" } }
        }
        bands {
          id: "high"
          from: "2"
          title { by_locale { key: "en" value: "High" } }
          ranges {
            id: "lower"
            title { by_locale { key: "en" value: "Lower" } }
          }
          ranges {
            id: "upper"
            from: "3"
            title { by_locale { key: "en" value: "Upper" } }
          }
        }
      }
    }
    scales { id: "is_high" formula: "band(total) == 'high' ? 1 : 0" }
    scales { id: "is_upper" formula: "range(total, 's') == 'upper' ? 1 : 0" }
  )pb");
  const Words male = {{"sex", "male"}};
  EXPECT_EQ(ScoreText(*program, ScoreOf(*program, {{"a", "2"}}, male), "is_high"), "1");
  EXPECT_EQ(ScoreText(*program, ScoreOf(*program, {{"a", "1"}}, male), "is_high"), "0");
  EXPECT_EQ(ScoreText(*program, ScoreOf(*program, {{"a", "2"}}, male), "is_upper"), "0");
  EXPECT_EQ(ScoreText(*program, ScoreOf(*program, {{"a", "3"}}, male), "is_upper"), "1");
  EXPECT_EQ(ScoreText(*program, ScoreOf(*program, {{"a", "1"}}, male), "is_upper"), "NO_VALUE total")
      << "a band without ranges";
  EXPECT_EQ(ScoreText(*program, ScoreOf(*program, {{"a", "2"}}, {{"sex", "female"}}), "is_high"), "NO_VALUE total");
  EXPECT_EQ(ScoreText(*program, ScoreOf(*program, {{"a", "2"}}), "is_high"), "NO_VALUE total");
  EXPECT_EQ(ScoreText(*program, ScoreOf(*program, {}, male), "is_high"), "NO_VALUE a");
}

TEST(EvaluateTest, ADecisionIsItsOutcomeAndHasNoneWhileUndecided) {
  const auto program = CompileText(R"pb(
    items { id: "a" single_choice: "steps" }
    decisions {
      id: "verdict"
      rules { when: "a > 1" outcome: "yes" }
      otherwise: "no"
    }
    scales { id: "code" formula: "verdict == 'yes' ? 1 : verdict == 'UNDECIDED' ? 2 : 3" }
    scales { id: "known" formula: "has(verdict) ? 1 : 0" }
  )pb");
  const Result yes = ScoreOf(*program, {{"a", "2"}});
  EXPECT_EQ(ScoreText(*program, yes, "code") + ScoreText(*program, yes, "known"), "11");
  const Result no = ScoreOf(*program, {{"a", "0"}});
  EXPECT_EQ(ScoreText(*program, no, "code") + ScoreText(*program, no, "known"), "31");
  const Result open = ScoreOf(*program, {});
  EXPECT_EQ(ScoreText(*program, open, "code") + ScoreText(*program, open, "known"), "20");
}

TEST(EvaluateTest, TheLongestChainOfOperatorsThatFitsIsEvaluated) {
  std::string sum = "a";
  for (int depth = 1; depth < kMaxExpressionDepth; ++depth) sum += "+1";
  EXPECT_EQ(FormulaText(sum, {{"a", "2"}}), std::to_string(kMaxExpressionDepth + 1));
}

}  // namespace
}  // namespace ladder::quiz
