#include "libs/quiz/compile/coverage.h"

#include <algorithm>

#include "absl/strings/str_cat.h"

namespace ladder::quiz {
namespace {

// Whether the policy says anything else than that all members are required.
bool TakesMissingMembers(const Scale& scale) {
  const auto* aggregate = std::get_if<Aggregate>(&scale.rule);
  if (aggregate == nullptr) return false;
  return aggregate->missing.need != MissingPolicy::Need::kAll ||
         std::any_of(aggregate->members.begin(), aggregate->members.end(),
                     [](const Member& member) { return member.may_miss; });
}

}  // namespace

Coverage::Coverage(const Program& program)
    : program_(program), scales_(program.scales.size()), alerts_(program.alerts.size()) {
  for (Index i = 0; i < program.scales.size(); ++i) {
    for (const BandSet& set : program.scales[i].band_sets) scales_[i].bands.emplace_back(set.bands.size());
  }
}

void Coverage::Add(const Result& result) {
  for (Index i = 0; i < scales_.size(); ++i) {
    const ScaleScore& score = result.scales[i];
    if (score.missing.answered < score.missing.applicable) scales_[i].missing = true;
    for (Index j = 0; j < score.places.size(); ++j) {
      const Place& place = score.places[j];
      if (place.state == Place::State::kInBand) scales_[i].bands[j][place.band] = true;
    }
  }
  for (const AlertJudgement& judgement : result.alerts) {
    if (judgement.state == AlertJudgement::State::kRaised) alerts_[judgement.alert] = true;
  }
}

void Coverage::Warn(Compilation& compilation) const {
  for (Index i = 0; i < scales_.size(); ++i) WarnOfScale(i, compilation);
  for (Index i = 0; i < alerts_.size(); ++i) {
    if (!alerts_[i]) {
      compilation.faults.Warning(At("alerts", static_cast<int>(i)), "no example raises this alert; add one that does");
    }
  }
}

void Coverage::WarnOfScale(Index scale, Compilation& compilation) const {
  const std::string path = At("scales", static_cast<int>(scale));
  if (TakesMissingMembers(program_.scales[scale]) && !scales_[scale].missing) {
    compilation.faults.Warning(path + ".aggregate.missing", "no example leaves a member unanswered; add one that does");
  }
  for (std::size_t i = 0; i < scales_[scale].bands.size(); ++i) {
    for (std::size_t j = 0; j < scales_[scale].bands[i].size(); ++j) {
      if (scales_[scale].bands[i][j]) continue;
      compilation.faults.Warning(
          absl::StrCat(path, ".", At("band_sets", static_cast<int>(i)), ".", At("bands", static_cast<int>(j))),
          "no example reaches this band; add one that does");
    }
  }
}

}  // namespace ladder::quiz
