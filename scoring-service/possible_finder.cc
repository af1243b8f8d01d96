#include "scoring-service/possible_finder.h"

#include <utility>

namespace ladder::scoring {

void PossibleFinder::Find(CompiledQuizPtr quiz, const quiz::Input& input, Use use) {
  quiz::AnalysisUse taken;
  const quiz::Possibility at_once = quiz::PossibleFrom(*quiz->program, input, {.steps = kStepsInPlace}, &taken);
  if (!taken.cut_short) return use(at_once);
  const bool accepted =
      executor_->TrySubmit([quiz = std::move(quiz), input, use] { use(quiz::PossibleFrom(*quiz->program, input)); });
  if (!accepted) use(at_once);
}

}  // namespace ladder::scoring
