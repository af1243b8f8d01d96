#include "tests/fuzz/try_out.h"

#include <cstddef>
#include <memory>

#include "libs/quiz/compile.h"
#include "libs/quiz/form.h"
#include "libs/quiz/possible.h"
#include "libs/quiz/render.h"
#include "libs/quiz/score.h"
#include "tests/fuzz/fuzz_target.h"
#include "tests/fuzz/random_answers.h"
#include "tests/quiz/sound_quiz.h"

namespace ladder::fuzz {
namespace {

constexpr int kFormsPerQuiz = 2;

void RequirePossible(const quiz::ScaleScore& score, const quiz::ScalePossibility& possible) {
  if (!score.scored) {
    LADDER_FUZZ_REQUIRE(possible.range.may_be_unscored);
    return;
  }
  LADDER_FUZZ_REQUIRE(possible.range.can_be_scored);
  LADDER_FUZZ_REQUIRE(possible.range.low <= score.value && score.value <= possible.range.high);
  for (std::size_t i = 0; i < score.places.size(); ++i) {
    const quiz::Place& place = score.places[i];
    if (place.state != quiz::Place::State::kInBand) continue;
    LADDER_FUZZ_REQUIRE(possible.places[i].may_apply);
    LADDER_FUZZ_REQUIRE(possible.places[i].decided == quiz::kNone || possible.places[i].decided == place.band);
  }
}

}  // namespace

void TryForm(const quiz::Program& program, const quiz::Input& input) {
  quiz::Result result;
  quiz::Score(program, input, result);
  const quiz::Possibility possible = quiz::PossibleFrom(program, input);
  for (std::size_t i = 0; i < program.scales.size(); ++i) RequirePossible(result.scales[i], possible.scales[i]);
  quiz::v1::QuizResult rendered;
  quiz::RenderResult(program, input, result, quiz::ChooseLocale(program, "en"), rendered);
  quiz::RenderPossible(program, possible, rendered);
  quiz::RenderExplanations(program, input, result, rendered);
  const quiz::NextItems next = quiz::FindNextItems(program, input);
  LADDER_FUZZ_REQUIRE(next.to_ask.size() + next.answered <= program.items.size());
}

bool TryDefinition(const quiz::v1::QuizDefinition& definition, quiz::Random& random) {
  const quiz::CompileResult proved = quiz::CompileDefinition(definition);
  LADDER_FUZZ_REQUIRE(proved.program != nullptr || !proved.faults.empty());
  if (!quiz::OnlyExamplesDisagree(proved.faults)) return false;
  const quiz::CompileResult compiled = quiz::CompilePublished(definition);
  LADDER_FUZZ_REQUIRE(compiled.program != nullptr);
  for (int i = 0; i < kFormsPerQuiz; ++i) TryForm(*compiled.program, quiz::RandomInput(*compiled.program, random));
  return true;
}

}  // namespace ladder::fuzz
