// Goal: the range analysis takes no more steps than its budget has; past it ranges are wider, say so, and are never
// wrong. That they are not wrong is also held against random quizzes, in property_possible_test.cc.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <ostream>
#include <stop_token>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "libs/quiz/compile.h"
#include "libs/quiz/limits.h"
#include "libs/quiz/possible.h"
#include "libs/quiz/possible/budget.h"
#include "tests/quiz/costly_quizzes.h"

namespace ladder::quiz {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// Past its budget an analysis still evaluates each expression once, with intervals.
constexpr std::int64_t kMostStepsWithRest = 3 * kMaxAnalysisSteps;
constexpr std::int64_t kMostStepsWhileAnswering = 2 * kMaxStepsWhileAnswering;

Input NothingAnswered(const Program& program) {
  Input input;
  input.answers.resize(program.items.size());
  input.context.resize(program.context.size());
  return input;
}

std::vector<std::string> ErrorsOf(const std::vector<Fault>& faults) {
  std::vector<std::string> errors;
  for (const Fault& fault : faults) {
    if (fault.severity == Fault::Severity::kError) errors.push_back(absl::StrCat(fault.path, ": ", fault.message));
  }
  return errors;
}

TEST(AnalysisBudgetTest, IsExhaustedOnceItsStepsAreTakenAndRemembersWhereThatWas) {
  AnalysisBudget budget(100);
  const std::string first = "scales[0].formula";
  const std::string second = "scales[1].formula";
  {
    const AnalysisBudget::Place place(budget, first);
    budget.Spend(99);
    EXPECT_FALSE(budget.exhausted());
    EXPECT_FALSE(budget.cut_short());
  }
  const AnalysisBudget::Place place(budget, second);
  budget.Spend(1);
  EXPECT_TRUE(budget.exhausted());
  EXPECT_TRUE(budget.cut_short());
  EXPECT_EQ(budget.cut_short_at(), second);
  EXPECT_EQ(budget.used(), 100);
}

TEST(AnalysisBudgetTest, WhatItCannotAffordTakesNothing) {
  AnalysisBudget budget(100);
  EXPECT_FALSE(budget.Afford(101));
  EXPECT_TRUE(budget.cut_short());
  EXPECT_FALSE(budget.exhausted());
  EXPECT_TRUE(budget.Afford(100));
  EXPECT_TRUE(budget.exhausted());
}

TEST(AnalysisBudgetTest, IsExhaustedSoonAfterItWasAskedToStop) {
  std::stop_source stop;
  AnalysisBudget budget(1'000'000, stop.get_token());
  budget.Spend(10'000);
  EXPECT_FALSE(budget.exhausted());
  stop.request_stop();
  budget.Spend(10'000);
  EXPECT_TRUE(budget.exhausted());
}

struct Costly {
  std::string name;
  std::function<v1::QuizDefinition()> make;
};

void PrintTo(const Costly& costly, std::ostream* out) { *out << costly.name; }

class CostlyQuizTest : public ::testing::TestWithParam<Costly> {};

TEST_P(CostlyQuizTest, StaysWithinTheBudget) {
  const v1::QuizDefinition definition = GetParam().make();
  EXPECT_LT(CompileDefinition(definition).analysis_steps, kMostStepsWithRest);
  const CompileResult compiled = CompilePublished(definition);
  ASSERT_NE(compiled.program, nullptr);
  EXPECT_LT(compiled.analysis_steps, kMostStepsWithRest);
  AnalysisUse use;
  PossibleFrom(*compiled.program, NothingAnswered(*compiled.program), {.steps = kMaxStepsWhileAnswering}, &use);
  EXPECT_LT(use.steps, kMostStepsWhileAnswering);
}

INSTANTIATE_TEST_SUITE_P(All, CostlyQuizTest,
                         ::testing::Values(Costly{"SumOfProducts", [] { return SumOfProducts(200); }},
                                           Costly{"NestedProducts", [] { return NestedProducts(8); }},
                                           Costly{"SlowPartial", [] { return SlowPartial(10, 500); }},
                                           Costly{"ConditionalChains", [] { return ConditionalChains(100, 24); }},
                                           Costly{"WeightedMeans", [] { return WeightedMeans(100, 12); }},
                                           Costly{"EarlierScore", [] { return EarlierScoreOfProducts(20); }},
                                           Costly{"RangeCodes", [] { return ManyRangeCodes(10, 400); }},
                                           Costly{"Rows", [] { return ManyRows(5, 5'000); }},
                                           Costly{"AlertsForEach", [] { return AlertsForEach(3, 100, 15); }}),
                         [](const auto& test) { return test.param.name; });

TEST(AnalysisStepsTest, PublishingWarnsWhereTheStepsDidNotSuffice) {
  v1::QuizDefinition definition = SumOfProducts(200);
  AddEmptyExample(definition);
  const CompileResult compiled = CompileDefinition(definition);
  EXPECT_NE(compiled.program, nullptr);
  ASSERT_THAT(compiled.faults, ::testing::SizeIs(1));
  EXPECT_EQ(compiled.faults[0].severity, Fault::Severity::kWarning);
  EXPECT_EQ(compiled.faults[0].path, "scales[0].formula");
  EXPECT_THAT(compiled.faults[0].message, HasSubstr("ranges are wider than they could be"));
}

// A scale that uses up the steps, and one behind it whose divisor is only shown to be other than 0 by a list of values.
v1::QuizDefinition UnprovedBehindProducts() {
  v1::QuizDefinition definition = SumOfProducts(200);
  v1::Scale& ratio = *definition.add_scales();
  ratio.set_id("ratio");
  *ratio.mutable_title() = EnglishText("Ratio");
  ratio.set_formula("q0 / (q1 * q2 - 307)");  // 307 is a prime, and items go to 300.
  return definition;
}

TEST(AnalysisStepsTest, AProofThatFailsForLackOfStepsSaysSo) {
  EXPECT_THAT(ErrorsOf(CompileDefinition(UnprovedBehindProducts()).faults),
              Contains(::testing::AllOf(HasSubstr("scales[1].formula"), HasSubstr("the divisor may be 0"),
                                        HasSubstr("steps of the analysis did not suffice from scales[0].formula"))));
}

// Earlier programs proved it with as many steps as they wanted.
TEST(AnalysisStepsTest, AVersionWhoseRangesCannotBeBoundedIsRefusedAtUse) {
  const CompileResult compiled = CompilePublished(UnprovedBehindProducts());
  EXPECT_EQ(compiled.program, nullptr);
  EXPECT_TRUE(compiled.passes_limit);
  EXPECT_THAT(WhyPastLimits(compiled), HasSubstr("the analysis of the quiz takes more than"));
}

TEST(AnalysisStepsTest, WithAnEarlierScoreEveryProofHasToHoldAtUse) {
  v1::QuizDefinition definition = UnprovedBehindProducts();
  v1::ContextValue& before = *definition.add_context();
  before.set_id("before");
  before.mutable_earlier()->set_scale("sum");
  EXPECT_TRUE(CompilePublished(definition).passes_limit);
  EXPECT_NE(CompilePublished(EarlierScoreOfProducts(200)).program, nullptr);
}

TEST(AnalysisStepsTest, PartialTakesWhatHoldsForAllFormsWhereItsStepsDoNotSuffice) {
  const std::shared_ptr<const Program> program = CompilePublished(SlowPartial(10, 500)).program;
  ASSERT_NE(program, nullptr);
  AnalysisUse use;
  const Possibility possible = PossibleFrom(*program, NothingAnswered(*program), {.steps = 0}, &use);
  EXPECT_TRUE(use.cut_short);
  for (std::size_t i = 0; i < program->scales.size(); ++i) {
    const ReachableRange& range = possible.scales[i].range;
    const ReachableRange& for_all = program->for_all->scales[i].range;
    EXPECT_TRUE(range.can_be_scored);
    EXPECT_FALSE(range.exact);
    EXPECT_EQ(range.low, for_all.low);
    EXPECT_EQ(range.high, for_all.high);
  }
}

TEST(AnalysisStepsTest, AnAnalysisThatIsAskedToStopEndsSoon) {
  const std::shared_ptr<const Program> program = CompilePublished(SumOfProducts(200)).program;
  ASSERT_NE(program, nullptr);
  std::stop_source stop;
  stop.request_stop();
  FaultList faults;
  const Reachability reachability = CheckReachable(*program, faults, {.stop = stop.get_token()});
  EXPECT_LT(reachability.use.steps, kMaxAnalysisSteps / 10);
}

TEST(AnalysisStepsTest, TheSameDefinitionTakesTheSameSteps) {
  const v1::QuizDefinition definition = NestedProducts(10);
  EXPECT_EQ(CompileDefinition(definition).analysis_steps, CompileDefinition(definition).analysis_steps);
  EXPECT_GT(CompileDefinition(definition).analysis_steps, 0);
}

}  // namespace
}  // namespace ladder::quiz
