// Every published instrument would have to be ten times as large to meet a limit.

#include "libs/quiz/limits.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>

#include "libs/quiz/compile.h"
#include "libs/quiz/possible.h"
#include "tests/instruments/instrument.h"

namespace ladder::quiz {
namespace {

constexpr int kRoom = 10;

class InstrumentLimitsTest : public testing::TestWithParam<std::string> {};

TEST_P(InstrumentLimitsTest, ListsAreATenthOfWhatTheyMayBe) {
  const absl::StatusOr<Instrument> instrument = LoadInstrument(GetParam());
  ASSERT_TRUE(instrument.ok()) << instrument.status();
  const v1::QuizDefinition& definition = instrument->definition;
  int options = 0;
  int named = 0;
  for (const v1::OptionSet& set : definition.option_sets()) {
    options += set.options_size();
    for (const v1::Option& option : set.options()) named += static_cast<int>(option.values().size());
  }
  int rows = 0;
  for (const v1::Table& table : definition.tables()) rows += table.rows_size();
  int members = definition.gate().of_size();
  int sets = 0;
  int bands = 0;
  for (const v1::Scale& scale : definition.scales()) {
    members += scale.aggregate().of_size();
    sets += scale.band_sets_size();
    for (const v1::BandSet& set : scale.band_sets()) {
      bands += set.bands_size();
      for (const v1::Band& band : set.bands()) bands += band.ranges_size();
    }
  }
  int rules = 0;
  for (const v1::Decision& decision : definition.decisions()) rules += decision.rules_size();
  int judgements = 0;
  for (const v1::Alert& alert : definition.alerts()) judgements += alert.for_each_size();
  EXPECT_LE(kRoom * options, kMaxOptions);
  EXPECT_LE(kRoom * named, kMaxNamedValues);
  EXPECT_LE(kRoom * rows, kMaxTableRows);
  EXPECT_LE(kRoom * members, kMaxMembers);
  EXPECT_LE(kRoom * sets, kMaxBandSets);
  EXPECT_LE(kRoom * bands, kMaxBands);
  EXPECT_LE(kRoom * rules, kMaxRules);
  EXPECT_LE(kRoom * judgements, kMaxAlertJudgements);
}

TEST_P(InstrumentLimitsTest, WorkIsATenthOfWhatItMayBe) {
  const absl::StatusOr<Instrument> instrument = LoadInstrument(GetParam());
  ASSERT_TRUE(instrument.ok()) << instrument.status();
  const CompileResult proved = CompileDefinition(instrument->definition);
  ASSERT_NE(proved.program, nullptr);
  EXPECT_LE(kRoom * proved.analysis_steps, kMaxAnalysisSteps);
  const CompileResult compiled = CompilePublished(instrument->definition);
  EXPECT_LE(kRoom * compiled.analysis_steps, kMaxAnalysisSteps);
  const Program& program = *compiled.program;
  EXPECT_LE(kRoom * program.scoring_steps, kMaxScoringSteps);
  EXPECT_LE(kRoom * program.scoring_steps * instrument->definition.examples_size(), kMaxExampleSteps);
  std::size_t nodes = 0;
  for (const Expression& expression : program.expressions) nodes += expression.nodes.size();
  EXPECT_LE(kRoom * nodes, kMaxExpressionNodes);
  // Nothing answered, and the first half of the first example.
  const v1::Example& example = instrument->definition.examples(0);
  for (const int answered : {0, example.answers_size() / 2}) {
    AnswerList answers;
    for (int i = 0; i < answered; ++i) *answers.Add() = example.answers(i);
    std::vector<InputViolation> violations;
    const std::optional<Input> input = CheckInput(program, answers, example.context(), violations);
    ASSERT_TRUE(input.has_value());
    AnalysisUse use;
    PossibleFrom(program, *input, {.steps = kMaxStepsWhileAnswering}, &use);
    EXPECT_LE(kRoom * use.steps, kMaxStepsWhileAnswering);
    EXPECT_FALSE(use.cut_short);
  }
}

INSTANTIATE_TEST_SUITE_P(All, InstrumentLimitsTest, testing::ValuesIn(InstrumentNames()),
                         [](const auto& test) { return test.param; });

}  // namespace
}  // namespace ladder::quiz
