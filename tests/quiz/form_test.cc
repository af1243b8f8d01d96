#include "libs/quiz/form.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/quiz/quiz_fixture.h"

namespace ladder::quiz {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr char kQuiz[] = R"pb(
  items { id: "a" single_choice: "steps" }
  items { id: "b" single_choice: "steps" show_when: "a > 0" }
  items { id: "c" single_choice: "steps" show_when: "a > 1" }
  items { id: "d" single_choice: "steps" optional: true }
  scales {
    id: "total"
    aggregate { op: OP_SUM of: "a" of: "b" }
    band_sets {
      id: "s"
      bands {
        id: "low"
        title { by_locale { key: "en" value: "Low" } }
      }
      bands {
        id: "high"
        from: "4"
        title { by_locale { key: "en" value: "High" } }
      }
    }
  }
)pb";

NextItems Next(const Program& program, const Words& answers) {
  const Input input = InputOf(program, answers);
  return FindNextItems(program, input, PossibleFrom(program, input));
}

std::vector<std::string> ToAsk(const Program& program, const Words& answers) {
  std::vector<std::string> ids;
  for (const Index item : Next(program, answers).to_ask) ids.push_back(program.items[item].id);
  return ids;
}

TEST(FormTest, WhatIsShownAndOpenIsAskedInOrder) {
  const auto program = CompileText(kQuiz);
  EXPECT_THAT(ToAsk(*program, {}), ElementsAre("a", "d"));
  EXPECT_THAT(ToAsk(*program, {{"a", "1"}}), ElementsAre("b", "d"));
  EXPECT_THAT(ToAsk(*program, {{"a", "2"}, {"d", "0"}}), ElementsAre("b", "c"));
  EXPECT_THAT(ToAsk(*program, {{"a", "0"}, {"d", "0"}}), IsEmpty());
}

TEST(FormTest, CodesForMissingAndNotApplicableAreAnswersAndNotAskedAgain) {
  const auto program = CompileText(kQuiz);
  EXPECT_THAT(ToAsk(*program, {{"a", "refused"}, {"d", "na"}}), IsEmpty());
  EXPECT_EQ(Next(*program, {{"a", "refused"}, {"d", "na"}}).answered, 2u);
}

TEST(FormTest, ProgressCountsWhatIsAnsweredAndWhatIsNotKnownYet) {
  const auto program = CompileText(kQuiz);
  const NextItems start = Next(*program, {});
  EXPECT_EQ(start.answered, 0u);
  EXPECT_EQ(start.undecided, 2u);
  EXPECT_FALSE(start.complete);
  const NextItems hidden = Next(*program, {{"a", "0"}, {"b", "3"}});
  EXPECT_EQ(hidden.answered, 1u) << "an answer to a hidden item does not count";
  EXPECT_EQ(hidden.undecided, 0u);
  EXPECT_TRUE(hidden.complete);
}

TEST(FormTest, AFormIsDecidedOnceNoAnswerCanChangeABand) {
  const auto program = CompileText(kQuiz);
  EXPECT_FALSE(Next(*program, {}).decided);
  EXPECT_FALSE(Next(*program, {{"a", "2"}}).decided);
  EXPECT_TRUE(Next(*program, {{"a", "0"}}).decided) << "only a is left in the sum";
  EXPECT_TRUE(Next(*program, {{"a", "2"}, {"b", "3"}}).decided) << "c and d change nothing";
}

TEST(FormTest, AScaleThatMayStayUnscoredIsNotDecided) {
  const auto program = CompileText(R"pb(
    items { id: "a" single_choice: "steps" }
    items { id: "b" single_choice: "steps" }
    scales {
      id: "total"
      aggregate { op: OP_SUM of: "a" of: "b" }
      band_sets {
        id: "s"
        bands {
          id: "only"
          title { by_locale { key: "en" value: "Only" } }
        }
      }
    }
  )pb");
  EXPECT_FALSE(Next(*program, {{"a", "1"}}).decided) << "b may stay unanswered, and then there is no band";
  EXPECT_TRUE(Next(*program, {{"a", "1"}, {"b", "1"}}).decided);
  EXPECT_TRUE(Next(*program, {{"a", "refused"}}).decided) << "it cannot be scored any more";
}

TEST(FormTest, ADecisionHasToBeDecidedToo) {
  const auto program = CompileText(R"pb(
    items { id: "a" single_choice: "steps" }
    items { id: "b" single_choice: "steps" }
    decisions {
      id: "verdict"
      rules { when: "a == 3" outcome: "yes" }
      rules { when: "b == 3" outcome: "no" }
      otherwise: "no"
    }
  )pb");
  EXPECT_FALSE(Next(*program, {{"b", "1"}}).decided);
  EXPECT_TRUE(Next(*program, {{"a", "3"}}).decided);
}

TEST(FormTest, AQuizThatDecidesNothingIsNeverDecided) {
  const auto program = CompileText(R"pb(
    items { id: "a" single_choice: "steps" }
    scales {
      id: "total"
      aggregate { op: OP_SUM of: "a" }
    }
  )pb");
  EXPECT_FALSE(Next(*program, {{"a", "1"}}).decided);
}

}  // namespace
}  // namespace ladder::quiz
