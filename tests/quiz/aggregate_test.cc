#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "tests/quiz/quiz_fixture.h"

namespace ladder::quiz {
namespace {

// The score of an aggregate over items a, b, c, d of four steps each.
std::string Aggregated(absl::string_view aggregate, const Words& answers) {
  const auto program = CompileText(absl::StrCat(R"pb(
                                                  items { id: "a" single_choice: "steps" }
                                                  items { id: "b" single_choice: "steps" }
                                                  items { id: "c" single_choice: "steps" }
                                                  items { id: "d" single_choice: "steps" }
                                                  scales { id: "total" aggregate {)pb",
                                                aggregate, " of: \"a\" of: \"b\" of: \"c\" of: \"d\" } }"));
  return ScoreText(*program, ScoreOf(*program, answers), "total");
}

const Words kAll = {{"a", "0"}, {"b", "1"}, {"c", "2"}, {"d", "3"}};
const Words kOneMissing = {{"a", "0"}, {"b", "1"}, {"d", "3"}};
const Words kOneLeft = {{"a", "0"}, {"b", "1"}, {"c", "na"}, {"d", "3"}};
const Words kAllLeft = {{"a", "na"}, {"b", "na"}, {"c", "na"}, {"d", "na"}};

TEST(AggregateTest, EachOperationOverAllMembers) {
  EXPECT_EQ(Aggregated("op: OP_SUM", kAll), "6");
  EXPECT_EQ(Aggregated("op: OP_MEAN", kAll), "3/2");
  EXPECT_EQ(Aggregated("op: OP_COUNT where: 'it >= 2'", kAll), "2");
  EXPECT_EQ(Aggregated("op: OP_MAX", kAll), "3");
  EXPECT_EQ(Aggregated("op: OP_MIN", kAll), "0");
}

TEST(AggregateTest, WeightsCountInSumsAndMeans) {
  EXPECT_EQ(Aggregated("op: OP_SUM weights { key: 'c' value: '1/2' } weights { key: 'd' value: '-2' }", kAll), "-4");
  EXPECT_EQ(Aggregated("op: OP_MEAN weights { key: 'd' value: '3' }", kAll), "2");
}

TEST(AggregateTest, WithoutAPolicyEveryMemberIsNeeded) {
  EXPECT_EQ(Aggregated("op: OP_SUM", kOneMissing), "TOO_FEW_ANSWERED total");
  EXPECT_EQ(Aggregated("op: OP_MAX", {}), "TOO_FEW_ANSWERED total");
}

TEST(AggregateTest, MembersThatHaveLeftAreNotCountedAtAll) {
  EXPECT_EQ(Aggregated("op: OP_SUM", kOneLeft), "4");
  EXPECT_EQ(Aggregated("op: OP_MEAN", kOneLeft), "4/3");
  EXPECT_EQ(Aggregated("op: OP_MIN", kOneLeft), "0");
}

TEST(AggregateTest, AnAggregateThatAllHaveLeftIsNotScored) {
  EXPECT_EQ(Aggregated("op: OP_SUM", kAllLeft), "NONE_APPLICABLE total");
  EXPECT_EQ(Aggregated("op: OP_SUM missing { at_least: 0 }", kAllLeft), "NONE_APPLICABLE total");
  EXPECT_EQ(Aggregated("op: OP_COUNT where: 'it >= 2' missing { fill: FILL_VALUE value: '2' }", kAllLeft),
            "NONE_APPLICABLE total");
}

TEST(AggregateTest, LeavingOutDividesByWhatIsThere) {
  const std::string policy = " missing { at_least: 3 }";
  EXPECT_EQ(Aggregated("op: OP_SUM" + policy, kOneMissing), "4");
  EXPECT_EQ(Aggregated("op: OP_MEAN" + policy, kOneMissing), "4/3");
  EXPECT_EQ(Aggregated("op: OP_COUNT where: 'it >= 1'" + policy, kOneMissing), "2");
  EXPECT_EQ(Aggregated("op: OP_MIN" + policy, kOneMissing), "0");
  EXPECT_EQ(Aggregated("op: OP_SUM" + policy, {{"a", "1"}, {"b", "1"}}), "TOO_FEW_ANSWERED total");
}

TEST(AggregateTest, AtLeastCountsAnswersEvenWhereMembersHaveLeft) {
  EXPECT_EQ(Aggregated("op: OP_SUM missing { at_least: 4 }", kOneLeft), "TOO_FEW_ANSWERED total");
  EXPECT_EQ(Aggregated("op: OP_SUM missing { at_least: 3 }", kOneLeft), "4");
}

TEST(AggregateTest, AShareIsOfThoseThatHaveNotLeftAndRoundsUp) {
  const std::string half = "op: OP_SUM missing { at_least_share: '1/2' }";
  EXPECT_EQ(Aggregated(half, {{"a", "1"}, {"b", "1"}}), "2");
  EXPECT_EQ(Aggregated(half, {{"a", "1"}}), "TOO_FEW_ANSWERED total");
  EXPECT_EQ(Aggregated(half, {{"a", "1"}, {"b", "na"}}), "TOO_FEW_ANSWERED total") << "half of 3 is 2";
  EXPECT_EQ(Aggregated(half, {{"a", "1"}, {"b", "na"}, {"c", "na"}}), "1");
}

TEST(AggregateTest, ProratingFillsUpByTheWeightsOfTheApplicable) {
  const std::string policy = " missing { at_least: 2 fill: FILL_PRORATE }";
  EXPECT_EQ(Aggregated("op: OP_SUM" + policy, kOneMissing), "16/3");
  EXPECT_EQ(Aggregated("op: OP_SUM weights { key: 'c' value: '3' }" + policy, kOneMissing), "8");
  EXPECT_EQ(Aggregated("op: OP_COUNT where: 'it >= 1'" + policy, kOneMissing), "8/3");
  EXPECT_EQ(Aggregated("op: OP_MEAN" + policy, kOneMissing), "4/3");
  EXPECT_EQ(Aggregated("op: OP_SUM" + policy, {{"a", "1"}, {"b", "2"}, {"c", "na"}}), "9/2");
  EXPECT_EQ(Aggregated("op: OP_SUM" + policy, kAll), "6");
}

TEST(AggregateTest, AFillValueStandsForTheMemberBeforeConditionAndWeight) {
  const std::string policy = " missing { at_least: 3 fill: FILL_VALUE value: '5' }";
  EXPECT_EQ(Aggregated("op: OP_SUM weights { key: 'c' value: '2' }" + policy, kOneMissing), "14");
  EXPECT_EQ(Aggregated("op: OP_MEAN" + policy, kOneMissing), "9/4");
  EXPECT_EQ(Aggregated("op: OP_COUNT where: 'it >= 4'" + policy, kOneMissing), "1");
  EXPECT_EQ(Aggregated("op: OP_MAX" + policy, kOneMissing), "5");
  EXPECT_EQ(Aggregated("op: OP_SUM" + policy, {{"a", "1"}, {"b", "1"}}), "TOO_FEW_ANSWERED total")
      << "what is filled does not count as answered";
}

TEST(AggregateTest, AtLeastZeroMakesASumOrCountOfNothingZero) {
  EXPECT_EQ(Aggregated("op: OP_SUM missing { at_least: 0 }", {}), "0");
  EXPECT_EQ(Aggregated("op: OP_COUNT where: 'it >= 0' missing { at_least: 0 }", {}), "0");
  EXPECT_EQ(Aggregated("op: OP_SUM missing { at_least: 0 fill: FILL_VALUE value: '2' }", {}), "8");
}

TEST(AggregateTest, AnExcusedMemberIsNotNeeded) {
  EXPECT_EQ(Aggregated("op: OP_SUM missing { may_miss: 'c' }", kOneMissing), "4");
  EXPECT_EQ(Aggregated("op: OP_SUM missing { may_miss: 'd' }", kOneMissing), "TOO_FEW_ANSWERED total");
  EXPECT_EQ(Aggregated("op: OP_SUM missing { at_least: 1 may_miss: 'c' fill: FILL_PRORATE }", kOneMissing), "16/3");
  EXPECT_EQ(Aggregated("op: OP_SUM missing { at_least_share: '1' may_miss: 'c' }", kOneMissing), "4");
}

TEST(AggregateTest, AConditionOfACountMayReadOthersAndCarriesTheirAbsenceUp) {
  const auto program = CompileText(R"pb(
    items { id: "a" single_choice: "steps" }
    items { id: "b" single_choice: "steps" }
    items { id: "least" single_choice: "steps" }
    scales {
      id: "total"
      aggregate { op: OP_COUNT of: "a" of: "b" where: "it >= least" }
    }
  )pb");
  EXPECT_EQ(ScoreText(*program, ScoreOf(*program, {{"a", "1"}, {"b", "3"}, {"least", "2"}}), "total"), "1");
  EXPECT_EQ(ScoreText(*program, ScoreOf(*program, {{"a", "1"}, {"b", "3"}}), "total"), "NO_VALUE least");
}

TEST(AggregateTest, AScaleThatIsNotScoredIsAMissingMemberAndCarriesItsReasonUp) {
  const auto program = CompileText(R"pb(
    items { id: "a" single_choice: "steps" }
    items { id: "b" single_choice: "steps" }
    scales {
      id: "first"
      aggregate { op: OP_SUM of: "a" }
    }
    scales {
      id: "second"
      aggregate { op: OP_SUM of: "b" }
    }
    scales {
      id: "strict"
      aggregate { op: OP_SUM of: "first" of: "second" }
    }
    scales {
      id: "lenient"
      aggregate {
        op: OP_MEAN
        of: "first"
        of: "second"
        missing { at_least: 1 }
      }
    }
  )pb");
  const Result result = ScoreOf(*program, {{"a", "3"}, {"b", "na"}});
  EXPECT_EQ(ScoreText(*program, result, "strict"), "NONE_APPLICABLE second");
  EXPECT_EQ(ScoreText(*program, result, "lenient"), "3");
}

TEST(AggregateTest, TheUseOfThePolicyIsReported) {
  const auto program = CompileText(R"pb(
    items { id: "a" single_choice: "steps" }
    items { id: "b" single_choice: "steps" }
    items { id: "c" single_choice: "steps" }
    scales {
      id: "total"
      aggregate {
        op: OP_SUM
        of: "a"
        of: "b"
        of: "c"
        missing { at_least: 1 }
      }
    }
  )pb");
  const MissingUse use = ScoreOf(*program, {{"a", "1"}, {"b", "na"}}).scales[0].missing;
  EXPECT_EQ(use.answered, 1u);
  EXPECT_EQ(use.applicable, 2u);
  EXPECT_EQ(use.needed, 1u);
  EXPECT_TRUE(use.met);
  EXPECT_FALSE(ScoreOf(*program, {}).scales[0].missing.met);
}

TEST(AggregateTest, AGateThatFailsLeavesEveryScaleUnscored) {
  const auto program = CompileText(R"pb(
    items { id: "a" single_choice: "steps" }
    items { id: "b" single_choice: "steps" }
    items {
      id: "note"
      free_text {}
      show_when: "a > 1"
    }
    gate { need { at_least_share: "1" } }
    scales { id: "total" formula: "a" }
  )pb");
  EXPECT_EQ(ScoreText(*program, ScoreOf(*program, {{"a", "1"}, {"b", "1"}}), "total"), "1") << "hidden items have left";
  EXPECT_EQ(ScoreText(*program, ScoreOf(*program, {{"a", "2"}, {"b", "1"}}), "total"), "GATE");
  EXPECT_EQ(ScoreText(*program, ScoreOf(*program, {{"a", "2"}, {"b", "1"}, {"note", "x"}}), "total"), "2");
  EXPECT_TRUE(ScoreOf(*program, {{"a", "2"}}).gate_failed);
  EXPECT_TRUE(ScoreOf(*program, {{"a", "na"}, {"b", "na"}, {"note", "x"}}).gate_failed)
      << "the note is undecided, so it is missing";
}

TEST(AggregateTest, AGateThatAllHaveLeftPassesUnlessItAsksForANumberOfAnswers) {
  const auto gated = [](absl::string_view need) {
    return CompileText(absl::StrCat(R"(
      items { id: "a" single_choice: "steps" }
      items { id: "b" single_choice: "steps" }
      gate { of: "a" need { )",
                                    need, R"( } }
      scales { id: "total" formula: "b" })"));
  };
  for (const char* need : {"all {}", "at_least_share: '1'", "at_least: 0"}) {
    EXPECT_EQ(ScoreText(*gated(need), ScoreOf(*gated(need), {{"a", "na"}, {"b", "1"}}), "total"), "1") << need;
  }
  const auto program = gated("at_least: 1");
  EXPECT_EQ(ScoreText(*program, ScoreOf(*program, {{"a", "na"}, {"b", "1"}}), "total"), "GATE");
  EXPECT_EQ(ScoreText(*program, ScoreOf(*program, {{"b", "1"}}), "total"), "GATE");
  EXPECT_EQ(ScoreText(*program, ScoreOf(*program, {{"a", "0"}, {"b", "1"}}), "total"), "1");
}

}  // namespace
}  // namespace ladder::quiz
