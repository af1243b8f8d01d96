#include "records-service/program_cache.h"

#include <optional>

#include "absl/strings/str_cat.h"
#include "libs/chassis/errors.h"
#include "libs/quiz/compile.h"
#include "libs/quiz/resource_names.h"

namespace ladder::records {
namespace {

absl::Status NobodyWaits() { return absl::CancelledError("nobody waits for the version any more"); }

}  // namespace

absl::StatusOr<CompiledVersion> ProgramCache::Load(const std::string& quiz, std::int64_t version,
                                                   std::stop_token stop) {
  const Key key(quiz, version);
  const auto flight = std::make_shared<Flight>();
  // Before the lock, so that it is let go after it: whoever requests the stop may be waiting for the lock.
  const std::stop_callback wake(stop, [this] {
    MutexLock lock(&mutex_);
    changed_.NotifyAll();
  });
  {
    MutexLock lock(&mutex_);
    for (;;) {
      if (std::optional<CompiledVersion> kept = FindKept(key)) return *std::move(kept);
      const auto [under_way, is_ours] = flights_.try_emplace(key, flight);
      if (is_ours) break;
      const std::shared_ptr<Flight> others = under_way->second;
      while (!others->outcome.has_value() && !stop.stop_requested()) changed_.Wait(lock);
      if (!others->outcome.has_value()) return NobodyWaits();
      // Cut short for the one who compiled, and not for us.
      if (!absl::IsCancelled(others->outcome->status())) return *others->outcome;
    }
  }
  absl::StatusOr<CompiledVersion> compiled = Compile(key, stop);
  MutexLock lock(&mutex_);
  if (compiled.ok()) Keep(key, *compiled);
  flight->outcome = compiled;
  flights_.erase(key);
  changed_.NotifyAll();
  return compiled;
}

absl::StatusOr<std::shared_ptr<const quiz::Program>> ProgramCache::Get(const std::string& quiz, std::int64_t version) {
  absl::StatusOr<CompiledVersion> loaded = Load(quiz, version);
  if (!loaded.ok()) return loaded.status();
  return loaded->program;
}

std::optional<CompiledVersion> ProgramCache::Find(const std::string& quiz, std::int64_t version) {
  MutexLock lock(&mutex_);
  return FindKept({quiz, version});
}

absl::StatusOr<CompiledVersion> ProgramCache::Compile(const Key& key, const std::stop_token& stop) {
  const auto& [quiz, version] = key;
  const std::string name = quiz::QuizName{quiz, version}.ToString();
  const absl::StatusOr<std::optional<VersionRow>> row = store_.FindVersion(quiz, version, QuizStore::Content::kWhole);
  if (!row.ok()) return row.status();
  if (!row->has_value()) return NotFound("quiz version", name);
  quiz::v1::QuizDefinition definition;
  if (!definition.ParseFromString((*row)->definition)) return Internal(absl::StrCat(name, " is damaged"));
  quiz::CompileResult compiled = quiz::CompilePublished(definition, stop);
  if (compiled.stopped) return NobodyWaits();
  if (compiled.passes_limit) {
    return FailedPrecondition("QUIZ_BEYOND_LIMITS",
                              absl::StrCat(name, " is too large to be used: ", WhyPastLimits(compiled)),
                              {{"quiz_version", name}});
  }
  if (compiled.program == nullptr) return Internal(absl::StrCat(name, " does not compile any more"));
  return CompiledVersion{std::move(compiled.program), (*row)->digest};
}

std::optional<CompiledVersion> ProgramCache::FindKept(const Key& key) {
  const auto found = by_key_.find(key);
  if (found == by_key_.end()) return std::nullopt;
  entries_.splice(entries_.begin(), entries_, found->second);
  return entries_.front().second;
}

void ProgramCache::Keep(const Key& key, CompiledVersion version) {
  if (by_key_.contains(key)) return;
  bytes_ += version.program->approximate_bytes;
  entries_.emplace_front(key, std::move(version));
  by_key_[key] = entries_.begin();
  while (entries_.size() > capacity_ || (bytes_ > max_bytes_ && entries_.size() > 1)) {
    bytes_ -= entries_.back().second.program->approximate_bytes;
    by_key_.erase(entries_.back().first);
    entries_.pop_back();
  }
}

}  // namespace ladder::records
