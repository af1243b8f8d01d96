#include "scoring-service/source/quiz_source_stack.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "libs/chassis/log.h"
#include "libs/quiz/published.h"

namespace ladder::scoring {
namespace {

std::unique_ptr<RedisBytes> MakeRedisBytes(redis::Client* redis, BytesSource* next) {
  return redis == nullptr ? nullptr : std::make_unique<RedisBytes>(redis, next);
}

BytesSource* FirstOf(RedisBytes* redis, RecordsBytes* records) {
  if (redis != nullptr) return redis;
  return records;
}

// So many quizzes are fetched before anybody asks. Each that is at hand already is one call deeper on the stack.
constexpr std::size_t kMaxWarmed = 256;

// Warming ends where compiled versions fill this part of their memory: one more could push out one that was warmed.
constexpr std::size_t kWarmedShareOfMemory = 2;

void LogNotWarmed(const std::string& quiz, const absl::Status& status) {
  Log(LogLevel::kWarning, "quiz_not_warmed",
      {{"quiz", quiz}, {"error", status.ToString(absl::StatusToStringMode::kWithNoExtraData)}});
}

}  // namespace

QuizSourceStack::QuizSourceStack(const QuizSourceOptions& options, const QuizSourceDependencies& dependencies)
    : options_(options),
      dependencies_(dependencies),
      records_bytes_(dependencies.records),
      redis_bytes_(MakeRedisBytes(dependencies.redis, &records_bytes_)),
      compiling_(FirstOf(redis_bytes_.get(), &records_bytes_), dependencies.compile_threads, dependencies.clock,
                 dependencies.timers),
      pointers_(dependencies.records, dependencies.clock, dependencies.timers, dependencies.random),
      resolving_({options.compiled_capacity, options.compiled_bytes}, &pointers_, dependencies.records, &compiling_,
                 dependencies.clock, dependencies.timers) {}

void QuizSourceStack::Start(std::function<void()> on_ready) {
  pointers_.Start([this, on_ready = std::move(on_ready)](const std::vector<std::string>& active) {
    on_ready();
    std::vector<std::string> warmed = active;
    warmed.resize(std::min({warmed.size(), options_.compiled_capacity, kMaxWarmed}));
    Warm(std::move(warmed));
  });
  if (dependencies_.redis == nullptr) return;
  const absl::Status subscribed = dependencies_.redis->Subscribe(
      quiz::kActivationChannel, [this](const std::string& quiz) { Hint(quiz); }, [this] { pointers_.RefreshAll(); });
  if (!subscribed.ok()) Log(LogLevel::kError, "no_activation_hints", {{"error", subscribed.ToString()}});
}

// One quiz after the other, so that warming never competes with requests for more than one thread.
void QuizSourceStack::Warm(std::vector<std::string> quizzes) {
  if (quizzes.empty()) return;
  if (resolving_.bytes_in_memory() >= options_.compiled_bytes / kWarmedShareOfMemory) {
    Log(LogLevel::kWarning, "quizzes_not_warmed",
        {{"quizzes", static_cast<std::int64_t>(quizzes.size())},
         {"bytes_in_memory", static_cast<std::int64_t>(resolving_.bytes_in_memory())}});
    return;
  }
  const quiz::QuizName name{std::move(quizzes.back()), 0};
  quizzes.pop_back();
  resolving_.Get(name, dependencies_.clock->SteadyNow() + kFlightDeadline,
                 [this, name, rest = std::move(quizzes)](const absl::StatusOr<CompiledQuizPtr>& quiz) {
                   if (!quiz.ok()) LogNotWarmed(name.ToString(), quiz.status());
                   Warm(rest);
                 });
}

void QuizSourceStack::AddTo(Metrics& metrics) const {
  constexpr char kLookups[] = "ladder_quiz_lookups_total";
  constexpr char kLookupsHelp[] = "Quiz versions found, by the layer that had them.";
  constexpr char kFailures[] = "ladder_quiz_fetch_failures_total";
  constexpr char kFailuresHelp[] = "Fetches of a quiz version that a layer could not answer.";
  metrics.Add(kLookups, kLookupsHelp, resolving_.memory_hits(), {{"layer", "memory"}});
  metrics.Add(kLookups, kLookupsHelp, records_bytes_.hits(), {{"layer", "records"}});
  metrics.Add(kFailures, kFailuresHelp, records_bytes_.failures(), {{"layer", "records"}});
  if (redis_bytes_ != nullptr) {
    metrics.Add(kLookups, kLookupsHelp, redis_bytes_->hits(), {{"layer", "redis"}});
    metrics.Add(kFailures, kFailuresHelp, redis_bytes_->failures(), {{"layer", "redis"}});
    metrics.Add("ladder_quiz_cache_tampered_total", "Copies of a quiz in Redis that were not what was published.",
                redis_bytes_->tampered());
  }
  constexpr char kRefused[] = "ladder_quiz_refused_total";
  constexpr char kRefusedHelp[] = "Quiz versions that could not be compiled: past a limit, too slow, or damaged.";
  metrics.Add(kRefused, kRefusedHelp, compiling_.beyond_limits(), {{"why", "limit"}});
  metrics.Add(kRefused, kRefusedHelp, compiling_.stopped(), {{"why", "time"}});
  metrics.Add(kRefused, kRefusedHelp, compiling_.damaged(), {{"why", "damaged"}});
  metrics.AddGauge("ladder_quiz_flight_waiters", "Calls that wait for a quiz version to be fetched.",
                   [this] { return static_cast<double>(resolving_.waiting()); });
  metrics.AddGauge("ladder_quiz_versions_in_memory", "Compiled quiz versions in memory.",
                   [this] { return static_cast<double>(resolving_.versions_in_memory()); });
  metrics.AddGauge("ladder_quiz_memory_bytes", "Memory that compiled quiz versions take, about.",
                   [this] { return static_cast<double>(resolving_.bytes_in_memory()); });
  metrics.AddGauge("ladder_quiz_pointer_age_seconds", "Time since it was asked which versions are active.",
                   [this]() -> std::optional<double> {
                     const std::optional<absl::Duration> age = pointers_.Age();
                     if (!age.has_value()) return std::nullopt;
                     return absl::ToDoubleSeconds(*age);
                   });
}

}  // namespace ladder::scoring
