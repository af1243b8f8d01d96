#include "records-service/rescoring.h"

#include "libs/quiz/render.h"
#include "libs/quiz/score.h"

namespace ladder::records {
namespace {

void CopyScale(const quiz::v1::ScaleResult& from, quiz::v1::ScaleResult& to) {
  to.set_scale(from.scale());
  if (from.has_value()) *to.mutable_value()->mutable_exact() = from.value().exact();
  if (from.has_not_scored()) *to.mutable_not_scored() = from.not_scored();
  for (const quiz::v1::BandResult& band : from.bands()) {
    quiz::v1::BandResult& copy = *to.add_bands();
    copy.set_band_set(band.band_set());
    copy.set_band(band.band());
    copy.set_range(band.range());
    copy.set_no_band(band.no_band());
  }
}

}  // namespace

std::optional<quiz::v1::QuizResult> Rescore(const quiz::Program& program, const v1::Submission& submission,
                                            std::vector<quiz::InputViolation>& violations) {
  const std::optional<quiz::Input> input =
      quiz::CheckInput(program, submission.answers(), submission.context(), violations);
  if (!input.has_value()) return std::nullopt;
  quiz::Result result;
  quiz::Score(program, *input, result);
  quiz::v1::QuizResult rendered;
  quiz::RenderResult(program, *input, result, quiz::ChooseLocale(program, ""), rendered);
  return rendered;
}

quiz::v1::QuizResult ScoresOf(const quiz::v1::QuizResult& result) {
  quiz::v1::QuizResult scores;
  for (const quiz::v1::AlertResult& alert : result.alerts()) {
    quiz::v1::AlertResult& copy = *scores.add_alerts();
    copy.set_alert(alert.alert());
    copy.set_item(alert.item());
    copy.set_state(alert.state());
  }
  if (result.has_stage()) {
    quiz::v1::Stage& stage = *scores.mutable_stage();
    stage.set_scale(result.stage().scale());
    stage.set_stage(result.stage().stage());
    stage.set_range(result.stage().range());
    stage.set_rung(result.stage().rung());
    if (result.stage().has_bounce_point()) {
      *stage.mutable_bounce_point()->mutable_exact() = result.stage().bounce_point().exact();
    }
    if (result.stage().has_not_scored()) *stage.mutable_not_scored() = result.stage().not_scored();
  }
  if (result.has_guidance()) scores.mutable_guidance()->set_guidance(result.guidance().guidance());
  for (const quiz::v1::ScaleResult& scale : result.scales()) CopyScale(scale, *scores.add_scales());
  for (const quiz::v1::DecisionResult& decision : result.decisions()) {
    quiz::v1::DecisionResult& copy = *scores.add_decisions();
    copy.set_decision(decision.decision());
    copy.set_outcome(decision.outcome());
  }
  scores.set_gate_failed(result.gate_failed());
  return scores;
}

}  // namespace ladder::records
