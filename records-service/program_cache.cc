#include "records-service/program_cache.h"

#include <optional>

#include "absl/strings/str_cat.h"
#include "libs/chassis/errors.h"
#include "libs/chassis/log.h"
#include "libs/quiz/compile.h"
#include "libs/quiz/resource_names.h"

namespace ladder::records {
namespace {

// Of a refusal: its texts, about.
constexpr std::size_t kBytesOfRefusal = 1024;

absl::Status NobodyWaits() { return absl::CancelledError("nobody waits for the version any more"); }

std::size_t BytesOf(const absl::StatusOr<CompiledVersion>& outcome) {
  return outcome.ok() ? outcome->program->approximate_bytes : kBytesOfRefusal;
}

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
      if (std::optional<Outcome> kept = FindKept(key)) return *std::move(kept);
      const auto [under_way, is_ours] = flights_.try_emplace(key, flight);
      if (is_ours) break;
      const std::shared_ptr<Flight> others = under_way->second;
      while (!others->outcome.has_value() && !stop.stop_requested()) changed_.Wait(lock);
      if (!others->outcome.has_value()) return NobodyWaits();
      // Cut short for the one who compiled, and not for us.
      if (!absl::IsCancelled(others->outcome->status())) return *others->outcome;
    }
  }
  Outcome compiled = Compile(key, stop);
  MutexLock lock(&mutex_);
  if (compiled.ok() || ReasonOf(compiled.status()) == kQuizBeyondLimits) Keep(key, compiled);
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
  std::optional<Outcome> kept = FindKept({quiz, version});
  if (!kept.has_value() || !kept->ok()) return std::nullopt;
  return **std::move(kept);
}

ProgramCache::Outcome ProgramCache::Compile(const Key& key, const std::stop_token& stop) {
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
    const std::string why = WhyPastLimits(compiled);
    Log(LogLevel::kWarning, "version_beyond_limits", {{"quiz_version", name}, {"limit", why}});
    return FailedPrecondition(kQuizBeyondLimits, absl::StrCat(name, " is too large to be used: ", why),
                              {{"quiz_version", name}});
  }
  if (compiled.program == nullptr) return Internal(absl::StrCat(name, " does not compile any more"));
  return CompiledVersion{std::move(compiled.program), (*row)->digest};
}

std::optional<ProgramCache::Outcome> ProgramCache::FindKept(const Key& key) {
  const auto found = by_key_.find(key);
  if (found == by_key_.end()) return std::nullopt;
  entries_.splice(entries_.begin(), entries_, found->second);
  return entries_.front().second;
}

void ProgramCache::Keep(const Key& key, Outcome outcome) {
  if (by_key_.contains(key)) return;
  bytes_ += BytesOf(outcome);
  entries_.emplace_front(key, std::move(outcome));
  by_key_[key] = entries_.begin();
  while (entries_.size() > capacity_ || (bytes_ > max_bytes_ && entries_.size() > 1)) {
    bytes_ -= BytesOf(entries_.back().second);
    by_key_.erase(entries_.back().first);
    entries_.pop_back();
  }
}

}  // namespace ladder::records
