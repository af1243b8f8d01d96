#include "records-service/stage_path.h"

#include <algorithm>
#include <utility>

#include "absl/time/time.h"
#include "libs/chassis/timestamp.h"

namespace ladder::records {
namespace {

bool HasLadder(const v1::Progress& progress) {
  const auto has_stage = [](const v1::ProgressPoint& point) { return point.has_stage(); };
  return !progress.rungs().empty() || std::any_of(progress.points().begin(), progress.points().end(), has_stage);
}

// What two points lie apart. The times were made from rows, so they are valid.
absl::Duration TimeBetween(const v1::ProgressPoint& earlier, const v1::ProgressPoint& later) {
  const auto seconds = later.assess_time().seconds() - earlier.assess_time().seconds();
  return absl::Seconds(seconds) + absl::Nanoseconds(later.assess_time().nanos() - earlier.assess_time().nanos());
}

// The time on one rung, as it adds up.
struct Stay {
  v1::RungTime rung;
  absl::Duration time;
};

Stay& StayOn(const quiz::v1::Stage& stage, bool comparable, std::vector<Stay>& stays) {
  for (Stay& stay : stays) {
    if (stay.rung.stage() == stage.stage() && stay.rung.comparable() == comparable) return stay;
  }
  Stay& added = stays.emplace_back();
  added.rung.set_stage(stage.stage());
  added.rung.set_title(stage.title());
  added.rung.set_comparable(comparable);
  return added;
}

}  // namespace

void AddPath(v1::Progress& progress) {
  if (!HasLadder(progress)) return;
  v1::StageLeg* leg = nullptr;
  for (const v1::ProgressPoint& point : progress.points()) {
    const bool goes_on = leg != nullptr && leg->stage() == point.stage().stage() && point.comparable_with_previous();
    if (leg != nullptr) *leg->mutable_end_time() = point.assess_time();
    if (!goes_on) {
      leg = progress.add_path();
      leg->set_stage(point.stage().stage());
      leg->set_title(point.stage().title());
      leg->set_rung(point.stage().rung());
      *leg->mutable_start_time() = point.assess_time();
      *leg->mutable_end_time() = point.assess_time();
      leg->set_comparable_with_previous(point.comparable_with_previous());
    }
    leg->set_assessments(leg->assessments() + 1);
  }
}

void AddRungTimes(const std::vector<bool>& comparable, v1::Progress& progress) {
  if (progress.points().empty() || !HasLadder(progress)) return;
  std::vector<Stay> stays;
  for (const quiz::v1::Rung& rung : progress.rungs()) {
    Stay& stay = stays.emplace_back();
    stay.rung.set_stage(rung.stage());
    stay.rung.set_title(rung.title());
    stay.rung.set_comparable(true);
  }
  for (int i = 0; i < progress.points_size(); ++i) {
    const v1::ProgressPoint& point = progress.points(i);
    Stay& stay = StayOn(point.stage(), comparable[static_cast<std::size_t>(i)], stays);
    stay.rung.set_assessments(stay.rung.assessments() + 1);
    if (i + 1 < progress.points_size()) stay.time += TimeBetween(point, progress.points(i + 1));
  }
  const auto order = [](const Stay& stay) { return std::pair(stay.rung.stage().empty(), !stay.rung.comparable()); };
  std::stable_sort(stays.begin(), stays.end(), [&](const Stay& a, const Stay& b) { return order(a) < order(b); });
  for (Stay& stay : stays) {
    *stay.rung.mutable_time() = ToDurationMessage(stay.time);
    progress.mutable_rung_times()->Add(std::move(stay.rung));
  }
}

}  // namespace ladder::records
