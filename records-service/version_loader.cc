#include "records-service/version_loader.h"

#include "libs/chassis/errors.h"

namespace ladder::records {

std::optional<ScoringVersion> VersionLoader::Find(const std::string& quiz, std::int64_t version) {
  const std::optional<CompiledVersion> compiled = programs_.Find(quiz, version);
  if (!compiled.has_value()) return std::nullopt;
  if (!compiled->program->ladder.has_value()) return ScoringVersion{compiled->program, compiled->digest};
  const std::optional<std::int64_t> first = series_.KnownFirstOf(quiz, version);
  if (!first.has_value()) return std::nullopt;
  return ScoringVersion{compiled->program, compiled->digest, *first};
}

void VersionLoader::Load(const std::string& quiz, std::int64_t version, Done done) {
  const Key key(quiz, version);
  {
    MutexLock lock(&mutex_);
    std::vector<Done>& waiting = waiting_[key];
    waiting.push_back(std::move(done));
    if (waiting.size() > 1) return;
  }
  if (!loaders_.TrySubmit([this, key] { Run(key); })) Run(key);
}

void VersionLoader::Run(const Key& key) {
  const absl::StatusOr<ScoringVersion> version = LoadNow(key);
  std::vector<Done> waiting;
  {
    MutexLock lock(&mutex_);
    waiting = std::move(waiting_.at(key));
    waiting_.erase(key);
  }
  for (const Done& done : waiting) done(version);
}

absl::StatusOr<ScoringVersion> VersionLoader::LoadNow(const Key& key) {
  const auto& [quiz, version] = key;
  const absl::StatusOr<CompiledVersion> compiled = programs_.Load(quiz, version, stop_.get_token());
  if (absl::IsCancelled(compiled.status())) return Unavailable(kClosed, "the service is stopping: nothing was written");
  if (!compiled.ok()) return compiled.status();
  ScoringVersion loaded{compiled->program, compiled->digest};
  if (!loaded.program->ladder.has_value()) return loaded;
  const absl::StatusOr<std::int64_t> first = series_.FirstOf(quiz, version);
  if (!first.ok()) return first.status();
  loaded.first_of_series = *first;
  return loaded;
}

}  // namespace ladder::records
