// Ranges of what no completion of a small quiz shows: context, earlier scores, many items, large numbers.

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "libs/quiz/possible.h"
#include "tests/quiz/quiz_fixture.h"

namespace ladder::quiz {
namespace {

TEST(PossibleTest, BandSetsThatDoNotApplyAreNotDecided) {
  const auto program = CompileText(R"pb(
    items { id: "a" single_choice: "steps" }
    context {
      id: "sex"
      codes { code: "female" code: "male" }
    }
    scales {
      id: "total"
      aggregate { op: OP_SUM of: "a" }
      band_sets {
        id: "women"
        when: "sex == 'female'"
        bands { id: "low" }
        bands { id: "high" from: "2" }
      }
    }
  )pb");
  const auto place = [&](const Words& context) {
    return PossibleFrom(*program, InputOf(*program, {{"a", "3"}}, context)).scales[0].places[0];
  };
  EXPECT_EQ(place({{"sex", "female"}}).decided, 1u);
  EXPECT_FALSE(place({{"sex", "male"}}).may_apply);
  EXPECT_FALSE(place({}).may_apply);
  EXPECT_TRUE(PossibleForAll(*program).scales[0].places[0].may_apply);
}

TEST(PossibleTest, AnEarlierScoreHasTheRangeOfItsScale) {
  const auto program = CompileText(R"pb(
    items { id: "a" single_choice: "steps" }
    items { id: "b" single_choice: "steps" show_when: "has(before) && before > 2" }
    context {
      id: "before"
      earlier { scale: "total" }
    }
    scales {
      id: "total"
      aggregate { op: OP_SUM of: "a" of: "b" }
    }
    scales { id: "change" formula: "total - before" }
  )pb");
  const Possibility possible = PossibleForAll(*program);
  EXPECT_EQ(possible.scales[1].range.low, Rational(-6));
  EXPECT_EQ(possible.scales[1].range.high, Rational(6));
  EXPECT_EQ(possible.scales[1].range.grid, Rational(1));
}

// A multiplicative utility: constants need other bounds of their denominators than the sets that publishing looked at.
TEST(PossibleTest, EveryPartOfAFormKeepsAScaleThatPublishingHasBounded) {
  std::string text;
  std::string product = "1";
  for (int i = 0; i < 6; ++i) {
    absl::StrAppend(&text, "items { id: 'q", i, "' single_choice: 'steps' } ");
    absl::StrAppend(&product, " * (1 - 0.", 1031 + 517 * i, " * q", i, " * 0.28", 11 + i, ")");
  }
  const auto program =
      CompileText(absl::StrCat(text, "scales { id: 'utility' formula: '", product, "' rounding { digits: 4 } }"));
  Words answers;
  for (int i = 0; i < 6; ++i) {
    const ReachableRange range = PossibleFrom(*program, InputOf(*program, answers)).scales[0].range;
    EXPECT_TRUE(range.can_be_scored) << i << " answered";
    answers[absl::StrCat("q", i)] = absl::StrCat((i * 7) % 4);
  }
}

TEST(PossibleTest, MeansOfFewerMembersLieOnAFinerGrid) {
  const auto program = CompileText(R"pb(
    items {
      id: "a"
      number { min: "0" max: "4" }
    }
    items {
      id: "b"
      number { min: "0" max: "4" }
    }
    items {
      id: "c"
      number { min: "0" max: "4" }
    }
    scales {
      id: "mean"
      aggregate {
        op: OP_MEAN
        of: "a"
        of: "b"
        of: "c"
        missing { at_least: 2 }
      }
    }
    scales {
      id: "sum"
      aggregate {
        op: OP_SUM
        of: "a"
        of: "b"
        of: "c"
        missing { at_least: 2 fill: FILL_PRORATE }
      }
    }
  )pb");
  const Possibility possible = PossibleForAll(*program);
  EXPECT_EQ(*possible.scales[0].range.grid, *Rational::Parse("1/6"));
  EXPECT_EQ(*possible.scales[1].range.grid, *Rational::Parse("1/2"));
}

TEST(PossibleTest, ManyItemsWithManyWaysToBeAbsentAreBounded) {
  std::string items;
  std::string of;
  for (int i = 0; i < 200; ++i) {
    absl::StrAppend(&items, "items { id: 'q", i, "' single_choice: 'steps' ",
                    i % 3 == 0 ? "show_when: 'q1 > 0' hidden_value: '1'" : "", " }");
    absl::StrAppend(&of, " of: 'q", i, "'");
    if (i % 5 == 0) absl::StrAppend(&of, " ");
  }
  const auto program = CompileText(absl::StrCat(
      items, "scales { id: 'sum' aggregate { op: OP_SUM missing { at_least: 100 may_miss: 'q5' may_miss: 'q7'",
      " fill: FILL_PRORATE }", of, "} }", "scales { id: 'mean' aggregate { op: OP_MEAN",
      " missing { at_least_share: '1/2' fill: FILL_VALUE value: '2' }", of, "} }"));
  const Possibility possible = PossibleFrom(*program, InputOf(*program, {}));
  EXPECT_EQ(possible.scales[0].range.low, Rational(0));
  EXPECT_EQ(possible.scales[0].range.high, Rational(600));
  EXPECT_EQ(possible.scales[1].range.high, Rational(3));
}

}  // namespace
}  // namespace ladder::quiz
