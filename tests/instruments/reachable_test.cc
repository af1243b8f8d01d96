// On real instruments and real answers: what is said of scores before the form ends holds when it ends.

#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <string>

#include "libs/quiz/compile.h"
#include "libs/quiz/possible.h"
#include "libs/quiz/score.h"
#include "tests/instruments/comparison.h"
#include "tests/instruments/instrument.h"

namespace ladder::quiz {
namespace {

// How much of a case is answered when the possible is asked for, in quarters.
constexpr std::size_t kQuarters[] = {0, 1, 2, 3, 4};

void ExpectWithin(const ScalePossibility& possible, const ScaleScore& score, const std::string& where) {
  const ReachableRange& range = possible.range;
  if (!score.scored) {
    EXPECT_TRUE(range.may_be_unscored) << where << " is not scored";
    return;
  }
  ASSERT_TRUE(range.can_be_scored) << where << " is scored";
  EXPECT_TRUE(range.low <= score.value && score.value <= range.high)
      << where << " is " << score.value.ToString() << ", outside of " << range.low.ToString() << " to "
      << range.high.ToString();
  if (range.grid.has_value() && range.grid->sign() != 0) {
    EXPECT_TRUE(((score.value - range.low) / *range.grid).is_integer())
        << where << " is " << score.value.ToString() << ", off the grid " << range.grid->ToString();
  }
}

void ExpectPlace(const ReachablePlace& possible, const Place& place, const std::string& where) {
  if (place.state != Place::State::kInBand) return;
  EXPECT_TRUE(possible.may_apply) << where;
  EXPECT_NE(std::find(possible.possible.begin(), possible.possible.end(), place.band), possible.possible.end())
      << where;
  EXPECT_TRUE(possible.decided == kNone || possible.decided == place.band) << where;
  EXPECT_TRUE(possible.decided_range == kNone || possible.decided_range == place.range) << where;
}

void ExpectHolds(const Program& program, const Possibility& possible, const Result& result, const std::string& where) {
  for (std::size_t i = 0; i < program.scales.size(); ++i) {
    const std::string scale = where + ", " + program.scales[i].id;
    ExpectWithin(possible.scales[i], result.scales[i], scale);
    for (std::size_t j = 0; j < result.scales[i].places.size(); ++j) {
      ExpectPlace(possible.scales[i].places[j], result.scales[i].places[j], scale);
    }
  }
  for (std::size_t i = 0; i < program.decisions.size(); ++i) {
    const std::vector<Index>& outcomes = possible.outcomes[i];
    EXPECT_NE(std::find(outcomes.begin(), outcomes.end(), result.outcomes[i]), outcomes.end())
        << where << ", " << program.decisions[i].id;
  }
}

class ReachableTest : public testing::TestWithParam<std::string> {};

TEST_P(ReachableTest, HoldsFromEveryQuarterOfEveryCase) {
  absl::StatusOr<Instrument> instrument = LoadInstrument(GetParam());
  ASSERT_TRUE(instrument.ok()) << instrument.status();
  const CompileResult compiled = CompileDefinition(instrument->definition);
  ASSERT_NE(compiled.program, nullptr);
  const Program& program = *compiled.program;
  const Possibility for_all = PossibleForAll(program);
  for (std::size_t i = 0; i < instrument->cases.size(); ++i) {
    const Case& test_case = instrument->cases[i];
    const std::size_t count = test_case.answers.size();
    const std::optional<Input> whole = InputOfCase(program, *instrument, test_case, {}, count);
    if (!whole.has_value()) continue;
    Result result;
    Score(program, *whole, result);
    ExpectHolds(program, for_all, result, "case " + std::to_string(i));
    for (const std::size_t quarters : kQuarters) {
      const std::optional<Input> part = InputOfCase(program, *instrument, test_case, {}, count * quarters / 4);
      ASSERT_TRUE(part.has_value());
      ExpectHolds(program, PossibleFrom(program, *part), result,
                  "case " + std::to_string(i) + " after " + std::to_string(quarters) + " quarters");
    }
  }
}

INSTANTIATE_TEST_SUITE_P(All, ReachableTest, testing::ValuesIn(InstrumentNames()),
                         [](const auto& instrument) { return instrument.param; });

}  // namespace
}  // namespace ladder::quiz
