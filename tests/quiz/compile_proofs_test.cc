// What publishing proves of a sound structure, and that it is told before the examples are run.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "libs/quiz/compile.h"
#include "libs/quiz/limits.h"
#include "tests/quiz/compile_fault.h"
#include "tests/quiz/sound_quiz.h"

namespace ladder::quiz {
namespace {

INSTANTIATE_TEST_SUITE_P(
    Proofs, CompileFaultTest,
    ::testing::Values(BrokenQuiz{"lookup('metric', total)", "total / count", "scales[3].formula:1",
                                 "guard it, for example with max(1, x)"},
                      BrokenQuiz{R"(from: "1" to: "20" value: "20")", R"(from: "1" to: "2" value: "20")",
                                 "scales[3].formula:1", "table 'metric' has no row for the key"},
                      BrokenQuiz{R"(earlier { scale: "total" which: WHICH_LAST })",
                                 R"(earlier { scale: "total" which: WHICH_LAST } default: "10")", "context[2].default",
                                 "scale 'total' goes from 0 to 9; choose a default among these"}));

// Items that hang on one another make the range of the total an outer one.
TEST(UnreachableBandTest, IsAWarningWhereTheRangeIsNotExact) {
  const v1::QuizDefinition definition = SoundQuizWith(R"(id: "high"
        from: "4")",
                                                      R"(id: "out" from: "3.1" } bands { id: "high" from: "3.9")");
  std::vector<std::string> told;
  for (const Fault& fault : WarningsOf(definition)) told.push_back(fault.path + ": " + fault.message);
  EXPECT_THAT(told, ::testing::Contains(
                        ::testing::HasSubstr("scales[0].band_sets[0].bands[1]: band 'out' can never be reached")));
  EXPECT_THAT(ErrorsOf(definition), ::testing::IsEmpty());
}

TEST(EarlierScoreTest, TakesAnyNumberThatItsScaleCanReach) {
  for (const auto& compiled : {CompileDefinition(ParseQuiz(SoundQuiz())), CompilePublished(ParseQuiz(SoundQuiz()))}) {
    ASSERT_NE(compiled.program, nullptr);
    const ContextValue& before = compiled.program->context[2];
    EXPECT_EQ(before.number.min, Rational(0));
    EXPECT_EQ(before.number.max, Rational(9));
    EXPECT_EQ(before.number.step, Rational(1));
  }
}

// The default makes the grid finer, and the platform may send whatever lies on it.
TEST(EarlierScoreTest, ADefaultBetweenTheScalesStepsLetsOthersBetweenThemBeSent) {
  v1::QuizDefinition definition = SoundQuizWith("lookup('metric', total)", "1 / (before - 1.5)");
  const std::vector<Fault> without_default = ErrorsOf(definition);
  EXPECT_TRUE(OnlyExamplesDisagree(without_default)) << ::testing::PrintToString(without_default);
  definition.mutable_context(2)->set_default_("0.5");
  const std::vector<Fault> errors = ErrorsOf(definition);
  ASSERT_FALSE(errors.empty());
  EXPECT_EQ(errors[0].path, "scales[3].formula:1");
  EXPECT_THAT(errors[0].message, ::testing::HasSubstr("the divisor may be 0 here"));
}

TEST(EarlierScoreTest, AScaleCannotReadItsOwnSinceItsRangeWouldHaveNoEnd) {
  v1::QuizDefinition definition = SoundQuizWith("lookup('metric', total)", "last + 1");
  v1::ContextValue& last = *definition.add_context();
  last.set_id("last");
  last.mutable_earlier()->set_scale("converted");
  const std::vector<Fault> errors = ErrorsOf(definition);
  ASSERT_EQ(errors.size(), 1u);
  EXPECT_EQ(errors[0].path, "context[3].earlier");
}

// The search for the ends of a sum takes what stands for a member from the member's own number, and here the two have
// no common denominator of 256 bits.
TEST(ProofTest, AStepOfTheProofThatNeedsMoreThan256BitsIsAFault) {
  v1::QuizDefinition definition = ParseQuiz(R"pb(
    id: "sample"
    title { by_locale { key: "en" value: "Sample" } }
    provenance { source: "Made for a test" licence: "None needed" who_may_use: "Anyone" }
    option_sets {
      id: "one"
      options {
        id: "yes"
        text { by_locale { key: "en" value: "Yes" } }
        value: "1/7777777777777777777777777777777777777777771"
      }
    }
    items {
      id: "pain"
      text { by_locale { key: "en" value: "Are you in pain?" } }
      single_choice: "one"
    }
    scales {
      id: "total"
      aggregate {
        op: OP_SUM
        of: "pain"
        missing { at_least: 0 fill: FILL_VALUE value: "1/9999999999999999999999999999999999999999997" }
      }
    }
  )pb");
  const std::vector<Fault> errors = ErrorsOf(definition);
  ASSERT_FALSE(errors.empty());
  EXPECT_EQ(errors[0].path, "scales[0].aggregate");
  EXPECT_THAT(errors[0].message, ::testing::HasSubstr("may need more than 256 bits"));
}

// Each sum is an operand of the next one, so this is as deep as a tree can be.
TEST(DeepExpressionTest, TheLongestChainCompilesAndScores) {
  std::string formula = "total";
  for (int depth = 1; depth < kMaxExpressionDepth; ++depth) formula += "+1";
  v1::QuizDefinition definition = SoundQuizWith("lookup('metric', total)", formula);
  (*definition.mutable_examples(0)->mutable_scores())["converted"] = "264";
  (*definition.mutable_examples(1)->mutable_scores())["converted"] = "256";
  EXPECT_THAT(ErrorsOf(definition), ::testing::IsEmpty());
}

}  // namespace
}  // namespace ladder::quiz
