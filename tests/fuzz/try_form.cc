#include "tests/fuzz/try_form.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>

#include "libs/quiz/form.h"
#include "libs/quiz/limits.h"
#include "libs/quiz/possible.h"
#include "libs/quiz/render.h"
#include "libs/quiz/score.h"

namespace ladder::quiz {
namespace {

// Past its steps an analysis goes on with what holds for all forms, which reads each part of the program once more.
constexpr std::int64_t kMostStepsWhileAnswering = 2 * kMaxStepsWhileAnswering;

void ExpectPossible(const ScaleScore& score, const ScalePossibility& possible) {
  const ReachableRange& range = possible.range;
  if (!score.scored) {
    EXPECT_NE(score.why_not.reason, NoValue::Reason::kOutOfRange);
    EXPECT_TRUE(range.may_be_unscored);
    return;
  }
  EXPECT_TRUE(range.can_be_scored && score.value >= range.low && score.value <= range.high)
      << score.value.ToString() << " is not from " << range.low.ToString() << " to " << range.high.ToString();
  for (std::size_t i = 0; i < score.places.size(); ++i) {
    const Place& place = score.places[i];
    if (place.state != Place::State::kInBand) continue;
    EXPECT_TRUE(possible.places[i].may_apply);
    EXPECT_TRUE(possible.places[i].decided == kNone || possible.places[i].decided == place.band);
  }
}

// Every value that is shown can be read back from the result.
void ExpectReadable(const Program& program, const Result& result, const v1::QuizResult& rendered) {
  int shown = 0;
  for (std::size_t i = 0; i < program.scales.size(); ++i) {
    if (program.scales[i].internal) continue;
    const v1::ScaleResult& message = rendered.scales(shown++);
    if (result.scales[i].scored) {
      EXPECT_EQ(ExactOf(message.value()), result.scales[i].value);
    }
  }
}

}  // namespace

void TryForm(const Program& program, const Input& input) {
  Result result;
  Score(program, input, result);
  v1::QuizResult rendered;
  RenderResult(program, input, result, ChooseLocale(program, "en"), rendered);
  ExpectReadable(program, result, rendered);

  AnalysisUse use;
  const Possibility possible = PossibleFrom(program, input, {.steps = kMaxStepsWhileAnswering}, &use);
  EXPECT_LE(use.steps, kMostStepsWhileAnswering);
  for (std::size_t i = 0; i < program.scales.size(); ++i) ExpectPossible(result.scales[i], possible.scales[i]);
  RenderPossible(program, possible, rendered);

  const std::size_t bytes = rendered.ByteSizeLong();
  RenderExplanations(program, input, result, rendered);
  EXPECT_LE(rendered.ByteSizeLong() - bytes, kMaxExplanationBytes);

  const NextItems next = FindNextItems(program, input, possible);
  EXPECT_LE(next.to_ask.size() + next.answered, program.items.size());
}

}  // namespace ladder::quiz
