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

TEST(EarlierScoreTest, AScaleCannotReadItsOwnSinceItsRangeWouldHaveNoEnd) {
  v1::QuizDefinition definition = SoundQuizWith("lookup('metric', total)", "last + 1");
  v1::ContextValue& last = *definition.add_context();
  last.set_id("last");
  last.mutable_earlier()->set_scale("converted");
  const std::vector<Fault> errors = ErrorsOf(definition);
  ASSERT_EQ(errors.size(), 1u);
  EXPECT_EQ(errors[0].path, "context[3].earlier");
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
