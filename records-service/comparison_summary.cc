#include "records-service/comparison_summary.h"

#include <algorithm>
#include <utility>

#include "libs/quiz/change.h"
#include "libs/quiz/render.h"

namespace ladder::records {
namespace {

// Contracts say so.
constexpr std::size_t kMaxRefusals = 10;
constexpr std::size_t kMaxExamples = 20;

using AlertStates = std::map<std::pair<std::string, std::string>, quiz::v1::AlertResult::State>;  // Alert, item.

// What is not here is clear.
AlertStates StatesOf(const quiz::v1::QuizResult& result) {
  AlertStates states;
  for (const quiz::v1::AlertResult& alert : result.alerts()) states[{alert.alert(), alert.item()}] = alert.state();
  return states;
}

quiz::v1::AlertResult::State StateIn(const AlertStates& states, const AlertStates::key_type& key) {
  const auto found = states.find(key);
  return found == states.end() ? quiz::v1::AlertResult::STATE_UNSPECIFIED : found->second;
}

// Of each scale that is scored; out of range if what is stored is no exact number.
using Scores = std::map<std::string, quiz::Rational>;

Scores ScoresOf(const quiz::v1::QuizResult& result) {
  Scores scores;
  for (const quiz::v1::ScaleResult& scale : result.scales()) {
    if (!scale.has_value()) continue;
    scores.emplace(scale.scale(), quiz::ExactOf(scale.value()).value_or(quiz::Rational::OutOfRange()));
  }
  return scores;
}

}  // namespace

void ComparisonSummary::ScaleTally::AddDifference(const quiz::Rational& difference) {
  ++differing;
  if (difference.out_of_range()) {
    ++not_assessable;
    return;
  }
  if (difference > rise.value_or(0)) rise = difference;
  if (difference < fall.value_or(0)) fall = difference;
}

void ComparisonSummary::Add(const std::string& name, const quiz::v1::QuizResult& before,
                            const quiz::v1::QuizResult& after) {
  ++compared_;
  AddStages(name, before.stage(), after.stage());
  if (before.guidance().guidance() != after.guidance().guidance()) ++guidance_changes_;
  AddScales(before, after);
  AddAlerts(before, after);
}

void ComparisonSummary::AddRefusal(const std::string& name, const quiz::InputViolation& why) {
  ++refused_;
  const auto same = [&why](const v1::Refusal& refusal) {
    return refusal.field() == why.field && refusal.description() == why.description;
  };
  auto found = std::find_if(refusals_.begin(), refusals_.end(), same);
  if (found == refusals_.end()) {
    if (refusals_.size() >= kMaxRefusals) return;
    v1::Refusal refusal;
    refusal.set_field(why.field);
    refusal.set_description(why.description);
    refusal.set_example(name);
    found = refusals_.insert(refusals_.end(), std::move(refusal));
  }
  found->set_assessments(found->assessments() + 1);
}

void ComparisonSummary::AddStages(const std::string& name, const quiz::v1::Stage& before,
                                  const quiz::v1::Stage& after) {
  ++moves_[{before.rung(), before.stage(), after.rung(), after.stage()}];
  if (before.stage() == after.stage()) {
    if (before.range() != after.range()) ++range_changes_;
    return;
  }
  ++stage_changes_;
  if (examples_.size() < kMaxExamples) examples_.push_back(name);
}

void ComparisonSummary::AddScales(const quiz::v1::QuizResult& before, const quiz::v1::QuizResult& after) {
  Scores scores_before = ScoresOf(before);
  for (const auto& [scale, score] : ScoresOf(after)) {
    ScaleTally& tally = scales_[scale];
    const auto found = scores_before.find(scale);
    if (found == scores_before.end()) {
      ++tally.newly_scored;
      continue;
    }
    ++tally.compared;
    if (found->second != score) tally.AddDifference(score - found->second);
    scores_before.erase(found);
  }
  for (const auto& [scale, score] : scores_before) ++scales_[scale].no_longer_scored;
}

void ComparisonSummary::AddAlerts(const quiz::v1::QuizResult& before, const quiz::v1::QuizResult& after) {
  constexpr auto kRaised = quiz::v1::AlertResult::STATE_RAISED;
  const AlertStates states_before = StatesOf(before);
  const AlertStates states_after = StatesOf(after);
  for (const auto& [key, state] : states_after) {
    if (state != kRaised || StateIn(states_before, key) == kRaised) continue;
    v1::AlertDifference& difference = alerts_[key.first];
    difference.set_raised(difference.raised() + 1);
  }
  for (const auto& [key, state] : states_before) {
    const quiz::v1::AlertResult::State now = StateIn(states_after, key);
    if (state != kRaised || now == kRaised) continue;
    v1::AlertDifference& difference = alerts_[key.first];
    if (now == quiz::v1::AlertResult::STATE_UNDECIDED) {
      difference.set_now_undecided(difference.now_undecided() + 1);
    } else {
      difference.set_cleared(difference.cleared() + 1);
    }
  }
}

void ComparisonSummary::FillScale(const std::string& id, const quiz::Scale* scale, v1::VersionComparison& out) const {
  v1::ScaleDifference& difference = *out.add_scales();
  difference.set_scale(id);
  const auto found = scales_.find(id);
  if (found == scales_.end()) return;
  const ScaleTally& tally = found->second;
  difference.set_compared(tally.compared);
  difference.set_differing(tally.differing);
  difference.set_newly_scored(tally.newly_scored);
  difference.set_no_longer_scored(tally.no_longer_scored);
  difference.set_not_assessable(tally.not_assessable);
  if (scale == nullptr) return;
  if (tally.rise.has_value()) *difference.mutable_largest_rise() = quiz::RenderBeside(*tally.rise, *scale);
  if (tally.fall.has_value()) *difference.mutable_largest_fall() = quiz::RenderBeside(*tally.fall, *scale);
}

void ComparisonSummary::Fill(v1::VersionComparison& out) const {
  out.set_compared(compared_);
  out.set_refused(refused_);
  out.set_unusable(unusable_);
  out.mutable_refusals()->Add(refusals_.begin(), refusals_.end());
  out.set_stage_changes(stage_changes_);
  out.set_range_changes(range_changes_);
  out.set_guidance_changes(guidance_changes_);
  for (const auto& [move, assessments] : moves_) {
    v1::StageMove& added = *out.add_stages();
    added.set_from(std::get<1>(move));
    added.set_to(std::get<3>(move));
    added.set_from_rung(std::get<0>(move));
    added.set_to_rung(std::get<2>(move));
    added.set_assessments(assessments);
  }
  std::map<std::string, ScaleTally> without = scales_;
  for (const quiz::Scale& scale : after_.scales) {
    if (scale.internal) continue;
    FillScale(scale.id, &scale, out);
    without.erase(scale.id);
  }
  for (const auto& [id, tally] : without) FillScale(id, nullptr, out);
  for (const auto& [id, difference] : alerts_) {
    v1::AlertDifference& added = *out.add_alerts();
    added = difference;
    added.set_alert(id);
  }
  out.mutable_stage_change_examples()->Add(examples_.begin(), examples_.end());
}

}  // namespace ladder::records
