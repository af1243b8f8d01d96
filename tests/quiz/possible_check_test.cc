// What ranges prove wrong about a definition, and where they say so.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "libs/quiz/possible.h"
#include "tests/quiz/quiz_fixture.h"

namespace ladder::quiz {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr char kItems[] = R"pb(
  items { id: "a" single_choice: "steps" }
  items { id: "b" single_choice: "steps" }
  items {
    id: "n"
    number { min: "-2" max: "2" }
  }
  context {
    id: "sex"
    codes { code: "female" code: "male" }
  }
)pb";

// "path: message" of every error, without warnings.
std::vector<std::string> ErrorsOf(const std::string& definition) {
  const auto program = CompileText(absl::StrCat(kItems, definition));
  FaultList faults;
  CheckReachable(*program, faults);
  std::vector<std::string> errors;
  for (const Fault& fault : faults.faults()) {
    if (fault.severity == Fault::Severity::kError) errors.push_back(absl::StrCat(fault.path, ": ", fault.message));
  }
  return errors;
}

std::vector<std::string> ErrorsOfFormula(const std::string& formula) {
  return ErrorsOf(absl::StrCat("scales { id: 'x' formula: \"", formula, "\" }"));
}

TEST(CheckReachableTest, ADivisorThatMayBeZeroIsNamedWithItsPlace) {
  EXPECT_THAT(ErrorsOfFormula("1 + a / b"),
              ElementsAre("scales[0].formula:5: the divisor may be 0 here; guard it, for example with max(1, x)"));
  EXPECT_THAT(ErrorsOfFormula("a / n"), ElementsAre(HasSubstr("divisor")));
}

TEST(CheckReachableTest, GuardedDivisionsAreAccepted) {
  for (const std::string formula :
       {"a / max(1, b)", "b == 0 ? 0 : a / b", "n != 0 ? a / n : 0", "b > 0 ? a / b : 0", "0 < b ? a / b : 0",
        "!(b == 0) ? a / b : 0", "b > 0 && a / b > 1 ? 1 : 0", "a + b == 0 ? 0 : a / (a + b)",
        "has(b) && b >= 1 ? 1 / b : 0", "a > 1 || b == 0 ? 0 : 1 / b", "a / (2 * b - 1)",
        "a - 1 != 0 ? b / (a - 1) : 0", "a - 1 > 0 ? b / (a - 1) : 0", "2 * a > 0 ? b / (2 * a) : 0",
        "max(a, 0) > 0 ? b / max(a, 0) : 0", "(a > 1 ? a : b) > 0 ? 1 / (a > 1 ? a : b) : 0"}) {
    EXPECT_THAT(ErrorsOfFormula(formula), IsEmpty()) << formula;
  }
}

TEST(CheckReachableTest, GuardsOfSomethingElseAreNotTakenForGuards) {
  for (const std::string formula :
       {"a == 0 ? 0 : 1 / b", "b >= 0 ? 1 / b : 0", "a - 1 != 0 ? b / (a - 2) : 0",
        "b == 0 || a == 0 ? 1 : a > 0 ? 1 / n : 0", "a == 1 && b == 0 ? 0 : 1 / b", "n == 1 ? 0 : 1 / n"}) {
    EXPECT_THAT(ErrorsOfFormula(formula), ElementsAre(HasSubstr("divisor"))) << formula;
  }
}

TEST(CheckReachableTest, ALookupOutsideOfItsTableNamesAKey) {
  const std::string table =
      "tables { id: 'norms' rows { from: '0' to: '3' value: '50' } rows { from: '4' value: '60' } ";
  const std::string scale = "scales { id: 'x' formula: \"lookup('norms', a + b)\" }";
  EXPECT_THAT(ErrorsOf(absl::StrCat(table, "}", scale)),
              ElementsAre("scales[0].formula:1: table 'norms' has no row for the key 3, which can be reached; add the "
                          "row, or say outside: OUTSIDE_NOT_SCORED"));
  EXPECT_THAT(ErrorsOf(absl::StrCat(table, "outside: OUTSIDE_NOT_SCORED }", scale)), IsEmpty());
}

TEST(CheckReachableTest, LookupsOverSparseCodesAreProvedByTheirList) {
  std::string rows;
  for (int a = 0; a <= 3; ++a) {
    for (int b = 0; b <= 3; ++b) absl::StrAppend(&rows, "rows { from: '", 10 * a + b, "' value: '", a * b, "' } ");
  }
  EXPECT_THAT(ErrorsOf(absl::StrCat("tables { id: 'index' ", rows, "}",
                                    "scales { id: 'x' formula: \"lookup('index', 10 * a + b)\" }")),
              IsEmpty());
}

TEST(CheckReachableTest, NumbersPast256BitsAreRefused) {
  EXPECT_THAT(ErrorsOf(R"pb(
                scales { id: "x" formula: "a * 1000000 + 1" }
                scales { id: "x2" formula: "x * x" }
                scales { id: "x4" formula: "x2 * x2" }
                scales { id: "x8" formula: "x4 * x4" }
                scales { id: "x16" formula: "x8 * x8" }
              )pb"),
              ElementsAre(HasSubstr("scales[4].formula:1: a number here may need more than 256 bits")));
  std::string fraction = "1 / (a + 1000003)";
  for (const int prime : {1000033, 1000037, 1000039, 1000081, 1000099, 1000117, 1000121, 1000133, 1000151, 1000159,
                          1000171, 1000183, 1000187}) {
    absl::StrAppend(&fraction, " + 1 / (b + ", prime, ")");
  }
  EXPECT_THAT(ErrorsOfFormula(fraction), testing::Not(IsEmpty()));
}

// Standardised scores, as SF-36 and its like weigh them into a composite: each has a divisor of its own.
TEST(CheckReachableTest, AWeightedSumOfStandardisedScoresSharesItsDenominators) {
  std::string scales;
  std::string composite;
  const std::vector<std::pair<std::string, std::string>> norms = {
      {"84.52404", "22.89490"}, {"81.19907", "33.79729"}, {"75.49196", "23.55879"}, {"72.21316", "20.16964"},
      {"61.05453", "20.86942"}, {"83.59753", "22.37642"}, {"81.29467", "33.02717"}, {"74.84212", "18.01189"}};
  for (std::size_t i = 0; i < norms.size(); ++i) {
    absl::StrAppend(&scales, "scales { id: 'm", i, "' aggregate { op: OP_MEAN of: 'a' of: 'b' of: 'a", i, "' of: 'b", i,
                    "' missing { at_least_share: '1/2' } } } scales { id: 'z", i, "' formula: '(m", i, " * 100 / 3 - ",
                    norms[i].first, ") / ", norms[i].second, "' } items { id: 'a", i,
                    "' single_choice: 'steps' } items { id: 'b", i, "' single_choice: 'steps' } ");
    absl::StrAppend(&composite, " of: 'z", i, "' weights { key: 'z", i, "' value: '-0.", 12345 + 679 * i, "' }");
  }
  EXPECT_THAT(ErrorsOf(absl::StrCat(scales, "scales { id: 'sum' aggregate { op: OP_SUM ", composite,
                                    " } } scales { id: 'composite' formula: '50 + 10 * sum' }")),
              IsEmpty());
}

// A score uses one row of its norms, however many rows there are.
TEST(CheckReachableTest, NormsByAgeDoNotAddUpTheirDivisors) {
  std::string text = "context { id: 'age' number { min: '20' max: '79' } }";
  std::string of;
  const int sds[] = {307, 320, 333, 346, 359, 372};
  for (int scale = 0; scale < 6; ++scale) {
    absl::StrAppend(&text, "tables { id: 'sd", scale, "' ");
    for (int row = 0; row < 6; ++row) {
      absl::StrAppend(&text, "rows { from: '", 20 + 10 * row, "' to: '", 30 + 10 * row, "' value: '",
                      sds[row] + 7 * scale, "/100' } ");
    }
    absl::StrAppend(&text, "} scales { id: 'z", scale, "' formula: \"(a + b - 20.11) / lookup('sd", scale,
                    "', age)\" } ");
    absl::StrAppend(&of, " of: 'z", scale, "'");
  }
  EXPECT_THAT(
      ErrorsOf(absl::StrCat(text, "scales { id: 'mean' aggregate { op: OP_MEAN ", of, " missing { at_least: 5 } } }")),
      IsEmpty());
}

TEST(CheckReachableTest, ADivisorIsGuardedByItsOwnConditionAlsoWithoutAGrid) {
  const std::string ratio = "scales { id: 'ratio' formula: 'a / (b + 1) * a / (a + 7) / (b + 11) / (a + 13)' } ";
  const std::string many =
      "items { id: 'tiny' number { min: '0' max: '1000' step: '0.001' } } "
      "scales { id: 'fine' formula: 'tiny / (a + 1009) / (b + 1013)' } ";
  for (const std::string guarded : {"ratio == 0 ? 0 : a / ratio", "ratio > 0 ? a / ratio : 0"}) {
    EXPECT_THAT(ErrorsOf(absl::StrCat(ratio, "scales { id: 'x' formula: '", guarded, "' }")), IsEmpty()) << guarded;
  }
  for (const std::string guarded : {"fine == 0 ? 0 : a / fine", "fine > 0 ? a / fine : 0"}) {
    EXPECT_THAT(ErrorsOf(absl::StrCat(many, "scales { id: 'x' formula: '", guarded, "' }")), IsEmpty()) << guarded;
  }
  EXPECT_THAT(ErrorsOf(absl::StrCat(many, "scales { id: 'x' formula: 'fine >= 0 ? a / fine : 0' }")),
              ElementsAre(HasSubstr("the divisor may be 0")));
}

TEST(CheckReachableTest, AnEarlierScoreHasTheStepsOfItsScale) {
  const std::string context =
      "context { id: 'before' earlier { scale: 'total' } } "
      "scales { id: 'total' aggregate { op: OP_SUM of: 'a' of: 'b' } } ";
  for (const std::string formula : {"100 * (before - total) / max(1, before)",
                                    "before == 0 ? 0 : 100 * (before - total) / before", "lookup('t', before)"}) {
    std::string rows;
    for (int i = 0; i <= 6; ++i) absl::StrAppend(&rows, "rows { from: '", i, "' value: '", i * i, "' } ");
    EXPECT_THAT(
        ErrorsOf(absl::StrCat(context, "tables { id: 't' ", rows, "} scales { id: 'x' formula: \"", formula, "\" }")),
        IsEmpty())
        << formula;
  }
}

TEST(CheckReachableTest, ABoundThatIsOnlyAnOuterOneIsNotCalledReached) {
  EXPECT_THAT(
      ErrorsOf("tables { id: 't' rows { from: '0' value: '1' } } scales { id: 'x' formula: \"lookup('t', a - a)\" }"),
      ElementsAre(HasSubstr("which ranges cannot rule out")));
}

TEST(CheckReachableTest, UnwieldyNumbersAreRefusedWithoutBeingAdded) {
  // Sixty digits each, without a common divisor.
  const std::string tiny = "1/100000000000000000000000000000000000000000000000000000000";
  const std::vector<std::string> weights = {tiny + "07", tiny + "09", tiny + "21"};
  std::string items;
  std::string of;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    absl::StrAppend(&items, "items { id: 'w", i, "' single_choice: 'steps' }");
    absl::StrAppend(&of, " of: 'w", i, "' weights { key: 'w", i, "' value: '", weights[i], "' }");
  }
  for (const std::string op : {"OP_SUM", "OP_MEAN"}) {
    EXPECT_THAT(ErrorsOf(absl::StrCat(items, "scales { id: 'x' aggregate { op: ", op, of, " } }")),
                Contains(HasSubstr("256 bits")));
  }
  EXPECT_THAT(ErrorsOf(absl::StrCat("tables { id: 'norms' outside: OUTSIDE_NOT_SCORED rows { from: '0' value: '",
                                    weights[0], "' } rows { from: '1' value: '", weights[1],
                                    "' } } scales { id: 'x' formula: \"lookup('norms', a) + lookup('norms', b)\" }")),
              Contains(HasSubstr("256 bits")));
}

TEST(CheckReachableTest, ManyWeightsOfOneScaleShareTheirDenominator) {
  std::string items;
  std::string aggregate;
  for (int i = 0; i < 40; ++i) {
    absl::StrAppend(&items, "items { id: 'q", i, "' single_choice: 'steps' }");
    absl::StrAppend(&aggregate, " of: 'q", i, "' weights { key: 'q", i, "' value: '-0.", 12345 + 67 * i, "' }");
  }
  EXPECT_THAT(ErrorsOf(absl::StrCat(items, "scales { id: 'x' aggregate { op: OP_SUM ", aggregate, " } }")), IsEmpty());
}

TEST(CheckReachableTest, BandsAndRangesThatNothingReachesAreErrors) {
  EXPECT_THAT(
      ErrorsOf(R"pb(
        scales {
          id: "x"
          aggregate {
            op: OP_SUM
            of: "a"
            of: "b"
            weights { key: "a" value: "2" }
            weights { key: "b" value: "4" }
          }
          band_sets {
            id: "s"
            bands { id: "none" }
            bands {
              id: "some"
              from: "1"
              ranges { id: "odd" }
              ranges { id: "even" from: "2" }
            }
            bands { id: "odd" from: "11" }
            bands { id: "more" from: "12" }
            bands { id: "never" from: "19" }
          }
        }
      )pb"),
      ElementsAre("scales[0].band_sets[0].bands[1].ranges[0]: range 'odd' can never be reached; scale 'x' goes "
                  "from 0 to 18 in steps of 2",
                  "scales[0].band_sets[0].bands[2]: band 'odd' can never be reached; scale 'x' goes from 0 to "
                  "18 in steps of 2",
                  "scales[0].band_sets[0].bands[4]: band 'never' can never be reached; scale 'x' goes from 0 to "
                  "18 in steps of 2"));
}

TEST(CheckReachableTest, RulesAfterOneThatAlwaysSettlesTheMatterAreErrors) {
  EXPECT_THAT(ErrorsOf(R"pb(
                decisions {
                  id: "d"
                  rules { when: "a > 3" outcome: "never" }
                  rules { when: "has(a) || !has(a)" outcome: "likely" }
                  rules { when: "has(a)" outcome: "first" }
                  otherwise: "none"
                }
                decisions {
                  id: "e"
                  rules { when: "a >= 0" outcome: "always" }
                  rules { when: "b > 1" outcome: "late" }
                  otherwise: "none"
                }
              )pb"),
              ElementsAre(HasSubstr("decisions[0].rules[0].when: this rule of decision 'd' can never apply"),
                          HasSubstr("decisions[1].rules[1].when: this rule of decision 'e' can never apply")));
}

TEST(CheckReachableTest, WhatIsNeverShownRaisedOrGivenIsAnError) {
  EXPECT_THAT(ErrorsOf(R"pb(
                items { id: "c" single_choice: "steps" show_when: "a > 3" }
                modalities { id: "therapy" }
                alerts { id: "x" when: "n > 2" }
                alerts { id: "y" when: "it > 3" for_each: "a" for_each: "b" }
                alerts { id: "z" when: "it > 1" for_each: "a" for_each: "b" }
                guidance { id: "g" when: "a < 0" modality: "therapy" }
                guidance { id: "h" modality: "therapy" }
                guidance { id: "i" when: "a > 0" modality: "therapy" }
              )pb"),
              ElementsAre(HasSubstr("items[3].show_when: item 'c' can never be shown"),
                          HasSubstr("alerts[0].when: alert 'x' can never be raised"),
                          HasSubstr("alerts[1].when: alert 'y' can never be raised"),
                          HasSubstr("guidance[0].when: guidance 'g' can never apply"),
                          HasSubstr("guidance[2].when: guidance 'i' can never apply")));
}

TEST(CheckReachableTest, AScaleThatReadsItsOwnEarlierScoreHasNoBounds) {
  EXPECT_THAT(ErrorsOf(R"pb(
                context {
                  id: "before"
                  earlier { scale: "x" }
                }
                scales { id: "x" formula: "a + before" }
              )pb"),
              ElementsAre(HasSubstr("context[1].earlier")));
}

TEST(CheckReachableTest, AnOrdinaryQuizHasNoFaults) {
  EXPECT_THAT(ErrorsOf(R"pb(
                scales {
                  id: "x"
                  aggregate {
                    op: OP_MEAN
                    of: "a"
                    of: "b"
                    missing { at_least: 1 }
                  }
                  rounding { digits: 2 }
                  band_sets {
                    id: "s"
                    bands { id: "low" }
                    bands { id: "high" from: "1.5" }
                  }
                }
                scales { id: "y" formula: "x * 100 / 3" }
                decisions {
                  id: "d"
                  rules { when: "band(x) == 'high' && sex == 'female'" outcome: "yes" }
                  otherwise: "no"
                }
                alerts { id: "r" when: "a >= 1" }
              )pb"),
              IsEmpty());
}

}  // namespace
}  // namespace ladder::quiz
