#include "libs/chassis/readiness.h"

#include <algorithm>
#include <utility>

#include "libs/chassis/log.h"

namespace ladder {

Readiness::Part* Readiness::AddPart(absl::string_view name) {
  MutexLock lock(&mutex_);
  parts_.push_back(std::unique_ptr<Part>(new Part(this, name)));
  TellLocked();
  return parts_.back().get();
}

bool Readiness::IsReady() const {
  MutexLock lock(&mutex_);
  return IsReadyLocked();
}

std::vector<std::string> Readiness::Missing() const {
  MutexLock lock(&mutex_);
  std::vector<std::string> names;
  for (const auto& part : parts_) {
    if (!part->up_) names.push_back(part->name_);
  }
  return names;
}

std::vector<std::pair<std::string, bool>> Readiness::Parts() const {
  MutexLock lock(&mutex_);
  std::vector<std::pair<std::string, bool>> parts;
  for (const auto& part : parts_) parts.emplace_back(part->name_, part->up_);
  return parts;
}

void Readiness::SetObserver(std::function<void(bool ready)> observer) {
  MutexLock lock(&mutex_);
  observer_ = std::move(observer);
  told_ = IsReadyLocked();
  if (observer_) observer_(told_);
}

void Readiness::Change(Part* part, bool up) {
  MutexLock lock(&mutex_);
  if (part->up_ == up) return;
  part->up_ = up;
  Log(LogLevel::kInfo, "readiness_changed", {{"part", part->name_}, {"up", up}, {"ready", IsReadyLocked()}});
  TellLocked();
}

bool Readiness::IsReadyLocked() const {
  return !parts_.empty() && std::all_of(parts_.begin(), parts_.end(), [](const auto& part) { return part->up_; });
}

void Readiness::TellLocked() {
  const bool ready = IsReadyLocked();
  if (ready == told_) return;
  told_ = ready;
  if (observer_) observer_(ready);
}

}  // namespace ladder
