#include <gtest/gtest.h>

#include "tests/quiz/quiz_fixture.h"

namespace ladder::quiz {
namespace {

ItemState StateOf(const Program& program, const Result& result, const std::string& item) {
  return result.items[program.names.at(item).index];
}

TEST(ItemStatesTest, AnItemIsMissingUntilItIsAnsweredByAnOptionWithAValue) {
  const auto program = CompileText(R"pb(items { id: "a" single_choice: "steps" })pb");
  EXPECT_EQ(StateOf(*program, ScoreOf(*program, {}), "a"), ItemState::kMissing);
  EXPECT_EQ(StateOf(*program, ScoreOf(*program, {{"a", "0"}}), "a"), ItemState::kAnswered);
  EXPECT_EQ(StateOf(*program, ScoreOf(*program, {{"a", "refused"}}), "a"), ItemState::kMissing);
  EXPECT_EQ(StateOf(*program, ScoreOf(*program, {{"a", "na"}}), "a"), ItemState::kNotApplicable);
}

TEST(ItemStatesTest, ACodeForNoAnswerChosenAloneMakesAMultipleChoiceMissing) {
  const auto program = CompileText(R"pb(items {
                                          id: "d"
                                          multiple_choice { option_set: "devices" }
                                        })pb");
  EXPECT_EQ(StateOf(*program, ScoreOf(*program, {{"d", "refused"}}), "d"), ItemState::kMissing);
  EXPECT_EQ(StateOf(*program, ScoreOf(*program, {{"d", "aid"}}), "d"), ItemState::kAnswered);
  EXPECT_EQ(StateOf(*program, ScoreOf(*program, {{"d", ""}}), "d"), ItemState::kAnswered);
}

TEST(ItemStatesTest, AnItemWhoseConditionIsFalseIsHiddenEvenWhenAnswered) {
  const auto program = CompileText(R"pb(
    items { id: "a" single_choice: "steps" }
    items { id: "b" single_choice: "steps" show_when: "a > 1" }
  )pb");
  EXPECT_EQ(StateOf(*program, ScoreOf(*program, {{"a", "1"}, {"b", "3"}}), "b"), ItemState::kHidden);
  EXPECT_EQ(StateOf(*program, ScoreOf(*program, {{"a", "2"}, {"b", "3"}}), "b"), ItemState::kAnswered);
  EXPECT_EQ(StateOf(*program, ScoreOf(*program, {{"b", "3"}}), "b"), ItemState::kUndecided);
}

TEST(ItemStatesTest, AConditionMayReadALaterItemAndAHiddenOneHasNoValue) {
  const auto program = CompileText(R"pb(
    items { id: "c" single_choice: "steps" show_when: "b == 3" }
    items { id: "b" single_choice: "steps" show_when: "a > 1" }
    items { id: "a" single_choice: "steps" }
  )pb");
  EXPECT_EQ(StateOf(*program, ScoreOf(*program, {{"a", "3"}, {"b", "3"}}), "c"), ItemState::kMissing);
  EXPECT_EQ(StateOf(*program, ScoreOf(*program, {{"a", "0"}, {"b", "3"}}), "c"), ItemState::kUndecided);
}

TEST(ItemStatesTest, AHiddenItemLeavesUnlessItHasAHiddenValueAndThenTheAnswerIsStillIgnored) {
  const auto program = CompileText(R"pb(
    items { id: "a" single_choice: "steps" }
    items { id: "b" single_choice: "steps" show_when: "a > 1" hidden_value: "7" reverse: true }
    items { id: "c" single_choice: "steps" show_when: "a > 1" }
    scales {
      id: "mean"
      aggregate { op: OP_MEAN of: "b" of: "c" }
    }
    scales { id: "has_b" formula: "has(b) ? 1 : 0" }
    scales { id: "has_c" formula: "has(c) ? 1 : 0" }
  )pb");
  const Result result = ScoreOf(*program, {{"a", "0"}, {"b", "3"}, {"c", "3"}});
  EXPECT_EQ(ScoreText(*program, result, "mean"), "7") << "never turned, and alone in the mean";
  EXPECT_EQ(ScoreText(*program, result, "has_b"), "1");
  EXPECT_EQ(ScoreText(*program, result, "has_c"), "0");
}

TEST(ItemStatesTest, AnUndecidedItemIsMissingSoItsHiddenValueDoesNotCount) {
  const auto program = CompileText(R"pb(
    items { id: "a" single_choice: "steps" }
    items { id: "b" single_choice: "steps" show_when: "a > 1" hidden_value: "0" }
    scales {
      id: "total"
      aggregate { op: OP_SUM of: "b" }
    }
  )pb");
  EXPECT_EQ(ScoreText(*program, ScoreOf(*program, {{"b", "3"}}), "total"), "TOO_FEW_ANSWERED total");
}

TEST(ItemStatesTest, ReverseTurnsValuesWithinTheItemsOwnRange) {
  const auto program = CompileText(R"pb(
    items { id: "a" single_choice: "steps" reverse: true }
    items {
      id: "d"
      multiple_choice { option_set: "devices" sum_values: true }
      reverse: true
    }
    items {
      id: "n"
      number { min: "10" max: "20" step: "0.5" }
      reverse: true
    }
    scales { id: "of_a" formula: "a" }
    scales { id: "of_d" formula: "d" }
    scales { id: "of_n" formula: "n" }
  )pb");
  const Result result = ScoreOf(*program, {{"a", "1"}, {"d", "aid,help"}, {"n", "12.5"}});
  EXPECT_EQ(ScoreText(*program, result, "of_a"), "2");
  EXPECT_EQ(ScoreText(*program, result, "of_d"), "-1") << "sums go from -1 to 3";
  EXPECT_EQ(ScoreText(*program, result, "of_n"), "35/2");
}

TEST(ItemStatesTest, NamedValuesCountWhereAScaleSaysSoAndAreNeverTurned) {
  const auto program = CompileText(R"pb(
    option_sets {
      id: "weighted"
      options {
        id: "no"
        value: "0"
        values { key: "w" value: "-7.23" }
        text { by_locale { key: "en" value: "No" } }
      }
      options {
        id: "yes"
        value: "1"
        values { key: "w" value: "1/3" }
        text { by_locale { key: "en" value: "Yes" } }
      }
    }
    items { id: "a" single_choice: "weighted" reverse: true }
    scales {
      id: "plain"
      aggregate { op: OP_SUM of: "a" }
    }
    scales {
      id: "weighted"
      aggregate { op: OP_SUM of: "a" use_values: "w" }
    }
  )pb");
  const Result result = ScoreOf(*program, {{"a", "yes"}});
  EXPECT_EQ(ScoreText(*program, result, "plain"), "0");
  EXPECT_EQ(ScoreText(*program, result, "weighted"), "1/3");
}

}  // namespace
}  // namespace ladder::quiz
