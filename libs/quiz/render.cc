#include "libs/quiz/render.h"

#include <cstddef>
#include <string>

#include "absl/strings/match.h"
#include "libs/quiz/change.h"
#include "libs/quiz/limits.h"
#include "libs/quiz/render_internal.h"
#include "libs/quiz/score/aggregate.h"
#include "libs/quiz/text.h"

namespace ladder::quiz {
namespace {

constexpr absl::string_view kDefaultNotice = "Decision support, not a diagnosis.";

v1::MissingUse::Fill FillOf(const MissingPolicy& policy) {
  switch (policy.fill) {
    case MissingPolicy::Fill::kLeaveOut:
      return v1::MissingUse::FILL_LEAVE_OUT;
    case MissingPolicy::Fill::kProrate:
      return v1::MissingUse::FILL_PRORATE;
    case MissingPolicy::Fill::kValue:
      return v1::MissingUse::FILL_VALUE;
  }
  return v1::MissingUse::FILL_UNSPECIFIED;
}

v1::BandResult::NoBand NoBandOf(Place::State state) {
  switch (state) {
    case Place::State::kInBand:
      return v1::BandResult::NO_BAND_UNSPECIFIED;
    case Place::State::kNotScored:
      return v1::BandResult::NO_BAND_NOT_SCORED;
    case Place::State::kNotApplicable:
      return v1::BandResult::NO_BAND_NOT_APPLICABLE;
    case Place::State::kContextAbsent:
      return v1::BandResult::NO_BAND_CONTEXT_ABSENT;
  }
  return v1::BandResult::NO_BAND_UNSPECIFIED;
}

// Renders one result part by part.
class Renderer {
 public:
  Renderer(const Program& program, const Input& input, const Result& result, absl::string_view locale)
      : program_(program), input_(input), result_(result), locale_(locale) {}

  void RenderAlerts(v1::QuizResult& out) const {
    AppendAlerts(AlertJudgement::State::kRaised, v1::AlertResult::STATE_RAISED, out);
    AppendAlerts(AlertJudgement::State::kUndecided, v1::AlertResult::STATE_UNDECIDED, out);
  }

  void RenderGuidance(v1::QuizResult& out) const {
    if (program_.guidance.empty()) return;
    v1::GuidanceResult& guidance = *out.mutable_guidance();
    const std::string& notice = Text(program_.definition.notice());
    guidance.set_notice(notice.empty() ? std::string(kDefaultNotice) : notice);
    guidance.set_undecided(result_.guidance_undecided);
    if (result_.guidance == kNone) return;
    const v1::Guidance& definition = program_.definition.guidance(static_cast<int>(result_.guidance));
    const Index modality = program_.guidance[result_.guidance].modality;
    guidance.set_guidance(definition.id());
    guidance.set_modality(definition.modality());
    guidance.set_modality_title(Text(program_.definition.modalities(static_cast<int>(modality)).title()));
    guidance.set_professional_text(Text(definition.professional_text()));
    guidance.set_client_text(Text(definition.client_text()));
  }

  void RenderScale(Index index, v1::ScaleResult& out) const {
    const Scale& scale = program_.scales[index];
    const ScaleScore& score = result_.scales[index];
    out.set_scale(scale.id);
    out.set_title(Text(program_.definition.scales(static_cast<int>(index)).title()));
    for (Index set = 0; set < scale.band_sets.size(); ++set) RenderBand(index, set, *out.add_bands());
    RenderMissing(scale, score, out);
    if (!score.scored) {
      *out.mutable_not_scored() = RenderNoValue(program_, score.why_not);
      return;
    }
    *out.mutable_value() = RenderValue(score.value, scale);
    const Norms* norms = FindNorms(program_, index, input_);
    if (norms != nullptr) out.set_standard_error(StandardErrorOfMeasurement(*norms->sd, *norms->reliability));
  }

  void RenderDecision(Index index, v1::DecisionResult& out) const {
    const v1::Decision& definition = program_.definition.decisions(static_cast<int>(index));
    const std::string& outcome = program_.codes[result_.outcomes[index]];
    out.set_decision(definition.id());
    out.set_title(Text(definition.title()));
    out.set_outcome(outcome);
    const auto text = definition.outcomes().find(outcome);
    if (text != definition.outcomes().end()) out.set_outcome_text(Text(text->second));
  }

  // What concerns the form rather than the scores.
  void RenderForm(v1::QuizResult& out) const {
    out.mutable_completeness()->set_complete(result_.complete);
    for (Index item = 0; item < program_.items.size(); ++item) {
      const ItemState state = result_.items[item];
      const bool open = state == ItemState::kMissing || state == ItemState::kUndecided;
      if (result_.required[item] != 0 && open) {
        out.mutable_completeness()->add_missing_required(program_.items[item].id);
      }
      const bool unused = state == ItemState::kHidden || state == ItemState::kUndecided;
      if (!input_.answers[item].given || !unused) continue;
      v1::IgnoredAnswer& ignored = *out.add_ignored();
      ignored.set_item(program_.items[item].id);
      ignored.set_why(state == ItemState::kHidden ? v1::IgnoredAnswer::WHY_HIDDEN : v1::IgnoredAnswer::WHY_UNDECIDED);
    }
  }

 private:
  const std::string& Text(const v1::Text& text) const {
    return TextIn(text, locale_, DefaultLocale(program_.definition));
  }

  void AppendAlerts(AlertJudgement::State wanted, v1::AlertResult::State state, v1::QuizResult& out) const {
    for (const AlertJudgement& judgement : result_.alerts) {
      if (judgement.state != wanted) continue;
      const Alert& alert = program_.alerts[judgement.alert];
      const v1::Alert& definition = program_.definition.alerts(static_cast<int>(judgement.alert));
      v1::AlertResult& rendered = *out.add_alerts();
      rendered.set_alert(alert.id);
      if (judgement.item != kNone) rendered.set_item(program_.items[judgement.item].id);
      rendered.set_state(state);
      rendered.set_severity(alert.severity == v1::Alert::SEVERITY_URGENT ? v1::AlertResult::SEVERITY_URGENT
                                                                         : v1::AlertResult::SEVERITY_NOTICE);
      rendered.set_professional_text(Text(definition.professional_text()));
    }
  }

  void RenderBand(Index scale, Index set, v1::BandResult& out) const {
    const BandSet& bands = program_.scales[scale].band_sets[set];
    const Place& place = result_.scales[scale].places[set];
    out.set_band_set(bands.id);
    out.set_no_band(NoBandOf(place.state));
    if (place.state != Place::State::kInBand) return;
    const v1::Band& definition = BandDefinition(program_, scale, set, place.band);
    out.set_band(definition.id());
    out.set_title(Text(definition.title()));
    if (place.range == kNone) return;
    const v1::Range& range = definition.ranges(static_cast<int>(place.range));
    out.set_range(range.id());
    out.set_range_title(Text(range.title()));
  }

  // Only where members were missing: else the policy had nothing to do.
  void RenderMissing(const Scale& scale, const ScaleScore& score, v1::ScaleResult& out) const {
    const Aggregate* aggregate = std::get_if<Aggregate>(&scale.rule);
    if (aggregate == nullptr || score.missing.answered == score.missing.applicable) return;
    v1::MissingUse& use = *out.mutable_missing();
    use.set_answered(score.missing.answered);
    use.set_applicable(score.missing.applicable);
    use.set_needed(score.missing.needed);
    if (score.missing.met) use.set_fill(FillOf(aggregate->missing));
    for (const Member& member : aggregate->members) {
      if (score_internal::StateOfMember(program_, result_, member) != score_internal::MemberState::kMissing) continue;
      use.add_missing(IdOf(program_, {member.kind, member.index}));
    }
  }

  const Program& program_;
  const Input& input_;
  const Result& result_;
  absl::string_view locale_;
};

}  // namespace

absl::string_view ChooseLocale(const Program& program, absl::string_view asked) {
  // No locale is longer, so only a part of a longer tag can be one.
  if (asked.size() > kMaxLocaleCharacters) {
    const std::size_t end = asked.rfind('-', kMaxLocaleCharacters);
    asked = end == absl::string_view::npos ? absl::string_view() : asked.substr(0, end);
  }
  // From the whole tag to its language: "de-AT", then "de".
  while (!asked.empty()) {
    for (const std::string& locale : program.locales) {
      if (absl::EqualsIgnoreCase(locale, asked)) return locale;
    }
    const std::size_t end = asked.rfind('-');
    asked = end == absl::string_view::npos ? absl::string_view() : asked.substr(0, end);
  }
  return DefaultLocale(program.definition);
}

void RenderResult(const Program& program, const Input& input, const Result& result, absl::string_view locale,
                  v1::QuizResult& out) {
  const Renderer renderer(program, input, result, locale);
  renderer.RenderAlerts(out);
  RenderStage(program, result, locale, out);
  renderer.RenderGuidance(out);
  for (Index scale = 0; scale < program.scales.size(); ++scale) {
    if (!program.scales[scale].internal) renderer.RenderScale(scale, *out.add_scales());
  }
  for (Index decision = 0; decision < program.decisions.size(); ++decision) {
    renderer.RenderDecision(decision, *out.add_decisions());
  }
  renderer.RenderForm(out);
  out.set_gate_failed(result.gate_failed);
  out.set_locale(std::string(locale));
}

}  // namespace ladder::quiz
