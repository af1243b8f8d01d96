#include "records-service/score_changes.h"

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "libs/quiz/change.h"
#include "libs/quiz/input.h"
#include "libs/quiz/number.h"
#include "libs/quiz/render.h"

namespace ladder::records {
namespace {

// The score of a scale; out of range if what is stored is no exact number. Nothing where it was not scored.
std::optional<quiz::Rational> ScoreOf(const v1::ProgressPoint& point, absl::string_view scale) {
  for (const quiz::v1::ScaleResult& result : point.scales()) {
    if (result.scale() != scale || !result.has_value()) continue;
    return quiz::ExactOf(result.value()).value_or(quiz::Rational::OutOfRange());
  }
  return std::nullopt;
}

struct Scores {
  quiz::Rational earlier;
  quiz::Rational later;
};

v1::ScaleChange::Verdict VerdictOf(quiz::ReliableChange::Verdict verdict) {
  switch (verdict) {
    case quiz::ReliableChange::Verdict::kReliablyBetter:
      return v1::ScaleChange::VERDICT_RELIABLY_BETTER;
    case quiz::ReliableChange::Verdict::kReliablyWorse:
      return v1::ScaleChange::VERDICT_RELIABLY_WORSE;
    case quiz::ReliableChange::Verdict::kNoReliableChange:
      return v1::ScaleChange::VERDICT_NO_RELIABLE_CHANGE;
    case quiz::ReliableChange::Verdict::kReliableChange:
      return v1::ScaleChange::VERDICT_RELIABLE_CHANGE;
  }
  return v1::ScaleChange::VERDICT_UNSPECIFIED;
}

v1::ScaleChange::ClinicalSignificance SignificanceOf(quiz::ClinicalSignificance::Verdict verdict) {
  switch (verdict) {
    case quiz::ClinicalSignificance::Verdict::kRecovered:
      return v1::ScaleChange::CLINICAL_SIGNIFICANCE_RECOVERED;
    case quiz::ClinicalSignificance::Verdict::kImproved:
      return v1::ScaleChange::CLINICAL_SIGNIFICANCE_IMPROVED;
    case quiz::ClinicalSignificance::Verdict::kUnchanged:
      return v1::ScaleChange::CLINICAL_SIGNIFICANCE_UNCHANGED;
    case quiz::ClinicalSignificance::Verdict::kDeteriorated:
      return v1::ScaleChange::CLINICAL_SIGNIFICANCE_DETERIORATED;
    case quiz::ClinicalSignificance::Verdict::kNotAssessable:
      return v1::ScaleChange::CLINICAL_SIGNIFICANCE_NOT_ASSESSABLE;
  }
  return v1::ScaleChange::CLINICAL_SIGNIFICANCE_UNSPECIFIED;
}

v1::ScaleChange::Side SideOf(bool functional) {
  return functional ? v1::ScaleChange::SIDE_FUNCTIONAL : v1::ScaleChange::SIDE_CLINICAL;
}

v1::ScaleChange::Criterion CriterionOf(quiz::CutOff::Criterion criterion) {
  return criterion == quiz::CutOff::Criterion::kC ? v1::ScaleChange::CRITERION_C
                                                  : v1::ScaleChange::CRITERION_PUBLISHED_CUT_OFF;
}

void SetNotAssessable(v1::ScaleChange::Reason reason, absl::string_view why, v1::ScaleChange& change) {
  change.set_verdict(v1::ScaleChange::VERDICT_NOT_ASSESSABLE);
  change.set_reason(reason);
  change.set_why(std::string(why));
  change.set_clinical_significance(v1::ScaleChange::CLINICAL_SIGNIFICANCE_NOT_ASSESSABLE);
  change.set_significance_why(std::string(why));
}

void SetOutOfRange(v1::ScaleChange& change) {
  SetNotAssessable(v1::ScaleChange::REASON_OUT_OF_RANGE,
                   "a score or the difference is no exact number of at most 256 bits", change);
}

// What a scale lacks for all of clinical significance to be told; empty where it lacks nothing.
absl::string_view LackOf(const quiz::Scale& scale, const quiz::ClinicalSignificance& significance,
                         const std::optional<quiz::CutOff>& cut_off) {
  if (scale.direction == quiz::v1::Scale::DIRECTION_UNSPECIFIED) {
    return significance.verdict == quiz::ClinicalSignificance::Verdict::kNotAssessable
               ? "the scale declares no direction, so no change is better or worse"
               : "";
  }
  return cut_off.has_value() ? "" : "the norms give no cut-off, so recovered cannot be told from improved";
}

void FillSignificance(const quiz::Scale& scale, const quiz::Norms& norms, const Scores& scores,
                      quiz::ReliableChange::Verdict reliable, v1::ScaleChange& change) {
  const std::optional<quiz::CutOff> cut_off = quiz::CutOffOf(norms);
  const quiz::ClinicalSignificance significance =
      quiz::SignificanceOf(scores.earlier, scores.later, reliable, cut_off, scale.direction);
  change.set_clinical_significance(SignificanceOf(significance.verdict));
  change.set_significance_why(std::string(LackOf(scale, significance, cut_off)));
  if (!significance.earlier_is_functional.has_value() || !significance.later_is_functional.has_value()) return;
  *change.mutable_cut_off() = quiz::RenderBeside(cut_off->value, scale);
  change.set_criterion(CriterionOf(cut_off->criterion));
  change.set_from_side(SideOf(*significance.earlier_is_functional));
  change.set_to_side(SideOf(*significance.later_is_functional));
}

void FillChange(const quiz::Program& program, quiz::Index scale, const quiz::Norms* norms, const Comparison& comparison,
                v1::ScaleChange& change) {
  if (!comparison.comparable) {
    return SetNotAssessable(v1::ScaleChange::REASON_NOT_COMPARABLE,
                            "the definition does not declare the two versions comparable", change);
  }
  const std::optional<quiz::Rational> earlier = ScoreOf(comparison.from, change.scale());
  const std::optional<quiz::Rational> later = ScoreOf(comparison.to, change.scale());
  if (!earlier.has_value() || !later.has_value()) {
    return SetNotAssessable(
        v1::ScaleChange::REASON_NOT_SCORED,
        absl::StrCat("the ", earlier.has_value() ? "later" : "earlier", " assessment has no score of this scale"),
        change);
  }
  const quiz::Rational difference = *later - *earlier;
  if (difference.out_of_range()) return SetOutOfRange(change);
  *change.mutable_difference() = quiz::RenderValue(difference, program.scales[scale]);
  if (norms == nullptr) {
    return SetNotAssessable(v1::ScaleChange::REASON_NO_NORMS,
                            "no norms with a deviation and a reliability hold under this context", change);
  }
  const std::optional<quiz::ReliableChange> reliable =
      quiz::ChangeBetween(*earlier, *later, *norms->sd, *norms->reliability, program.scales[scale].direction);
  if (!reliable.has_value()) return SetOutOfRange(change);
  change.set_reliable_change_index(reliable->reliable_change_index);
  change.set_standard_error_of_difference(reliable->standard_error_of_difference);
  change.set_verdict(VerdictOf(reliable->verdict));
  FillSignificance(program.scales[scale], *norms, {*earlier, *later}, reliable->verdict, change);
  const auto norms_index = static_cast<int>(norms - program.norms.data());
  change.set_source(program.definition.norms(norms_index).source());
}

}  // namespace

void AddChanges(const quiz::Program& program, const v1::Submission& submission, const Comparison& comparison,
                v1::Progress& progress) {
  std::vector<quiz::InputViolation> violations;
  const std::optional<quiz::Input> input =
      quiz::CheckInput(program, submission.answers(), submission.context(), violations);
  for (std::size_t i = 0; i < program.scales.size(); ++i) {
    const auto scale = static_cast<quiz::Index>(i);
    const auto is_of_scale = [scale](const quiz::Norms& norms) { return norms.scale == scale; };
    const bool has_norms = std::any_of(program.norms.begin(), program.norms.end(), is_of_scale);
    if (!has_norms || program.scales[i].internal) continue;
    v1::ScaleChange* change = progress.add_changes();
    change->set_scale(program.scales[i].id);
    change->set_span(comparison.span);
    change->set_from(comparison.from.assessment());
    change->set_to(comparison.to.assessment());
    change->set_threshold(quiz::kReliableChangeThreshold);
    const quiz::Norms* norms = input.has_value() ? quiz::FindNorms(program, scale, *input) : nullptr;
    FillChange(program, scale, norms, comparison, *change);
  }
}

}  // namespace ladder::records
