// Small integers are scored on a fast path. Here each quiz is scored on the general one, too.

#include <gtest/gtest.h>

#include <optional>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "libs/quiz/render.h"
#include "tests/quiz/everything_quiz.h"

namespace ladder::quiz {
namespace {

void Generalise(Rational& number) { number = number.GeneralForTest(); }
void Generalise(std::optional<Rational>& number) {
  if (number.has_value()) Generalise(*number);
}
void Generalise(NumberFormat& format) {
  Generalise(format.min);
  Generalise(format.max);
  Generalise(format.step);
}

void Generalise(Item& item) {
  std::vector<Option> options(item.options.begin(), item.options.end());
  for (Option& option : options) {
    Generalise(option.value);
    for (NamedValue& named : option.named) Generalise(named.value);
  }
  item.options = OptionList(std::move(options));
  Generalise(item.number);
  Generalise(item.reverse_sum);
  Generalise(item.hidden_value);
}

void Generalise(MissingPolicy& policy) {
  Generalise(policy.share);
  Generalise(policy.value);
}

void Generalise(Scale& scale) {
  if (Aggregate* aggregate = std::get_if<Aggregate>(&scale.rule)) {
    for (Member& member : aggregate->members) Generalise(member.weight);
    Generalise(aggregate->missing);
  }
  for (BandSet& set : scale.band_sets) {
    for (Band& band : set.bands) {
      Generalise(band.from);
      for (Range& range : band.ranges) Generalise(range.from);
    }
  }
}

// The same program with every number kept in 256 bits.
Program Generalised(Program program) {
  for (Rational& number : program.numbers) Generalise(number);
  for (Item& item : program.items) Generalise(item);
  for (ContextValue& context : program.context) {
    Generalise(context.number);
    Generalise(context.default_number);
  }
  if (program.gate.has_value()) Generalise(program.gate->need);
  for (Table& table : program.tables) {
    for (Table::Row& row : table.rows) {
      Generalise(row.from);
      Generalise(row.to);
      Generalise(row.value);
    }
  }
  for (Scale& scale : program.scales) Generalise(scale);
  for (Norms& norms : program.norms) {
    Generalise(norms.sd);
    Generalise(norms.reliability);
  }
  return program;
}

Input Generalised(Input input) {
  for (AnswerValue& answer : input.answers) Generalise(answer.number);
  for (ContextInput& context : input.context) Generalise(context.number);
  return input;
}

void ExpectSame(const Result& fast, const Result& general) {
  EXPECT_EQ(fast.items, general.items);
  EXPECT_EQ(fast.required, general.required);
  EXPECT_EQ(fast.gate_failed, general.gate_failed);
  EXPECT_EQ(fast.outcomes, general.outcomes);
  EXPECT_EQ(fast.guidance, general.guidance);
  EXPECT_EQ(fast.guidance_undecided, general.guidance_undecided);
  EXPECT_EQ(fast.complete, general.complete);
  ASSERT_EQ(fast.scales.size(), general.scales.size());
  for (std::size_t i = 0; i < fast.scales.size(); ++i) {
    EXPECT_EQ(fast.scales[i].scored, general.scales[i].scored);
    EXPECT_EQ(fast.scales[i].value, general.scales[i].value);
    EXPECT_EQ(fast.scales[i].raw, general.scales[i].raw);
    EXPECT_EQ(fast.scales[i].why_not, general.scales[i].why_not);
  }
}

std::string Rendered(const Program& program, const Input& input, const Result& result) {
  v1::QuizResult message;
  RenderResult(program, input, result, "en", message);
  RenderExplanations(program, input, result, message);
  return message.SerializeAsString();
}

TEST(NumberPathsTest, TheFastAndTheGeneralPathGiveTheSameResultsAndTheSameBytes) {
  constexpr int kRounds = 2000;
  const auto program = CompileText(kEverythingQuiz);
  const Program general_program = Generalised(*program);
  std::mt19937 random(20261123);
  int scored = 0;
  for (int round = 0; round < kRounds; ++round) {
    SCOPED_TRACE(round);
    const Words answers = RandomAnswers(random);
    const Input input = InputOf(*program, answers, RandomContext(random));
    const Input general_input = Generalised(input);
    Result fast;
    Result general;
    Score(*program, input, fast);
    Score(general_program, general_input, general);
    ExpectSame(fast, general);
    EXPECT_EQ(Rendered(*program, input, fast), Rendered(general_program, general_input, general));
    for (const ScaleScore& scale : fast.scales) scored += scale.scored ? 1 : 0;
    if (::testing::Test::HasFailure()) return;
  }
  EXPECT_GT(scored, kRounds) << "too few scales were scored for the comparison to mean something";
}

TEST(NumberPathsTest, AResultThatIsUsedAgainHoldsNothingOfTheScoreBefore) {
  const auto program = CompileText(kEverythingQuiz);
  std::mt19937 random(7);
  Result reused;
  for (int round = 0; round < 200; ++round) {
    SCOPED_TRACE(round);
    const Words answers = RandomAnswers(random);
    const Input input = InputOf(*program, answers, RandomContext(random));
    Result fresh;
    Score(*program, input, fresh);
    Score(*program, input, reused);
    ExpectSame(fresh, reused);
    EXPECT_EQ(Rendered(*program, input, fresh), Rendered(*program, input, reused));
  }
}

}  // namespace
}  // namespace ladder::quiz
