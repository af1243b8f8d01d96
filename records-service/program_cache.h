// File: program_cache.h
//
// Compiled versions, the ones used last, and those that were refused because they pass a limit. A version never
// changes, so what is here is never wrong.
//
//   const absl::StatusOr<CompiledVersion> version = programs.Load("mood", 3, stop);
//   if (!version.ok()) return version.status();
//   quiz::Score(*version->program, input, result);
//
// Thread-safe. Load and Get may wait for the store and compile. However many ask for one new version at once, one of
// them compiles it and the others wait for it.

#ifndef LADDER_RECORDS_SERVICE_PROGRAM_CACHE_H_
#define LADDER_RECORDS_SERVICE_PROGRAM_CACHE_H_

#include <cstddef>
#include <cstdint>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "libs/chassis/mutex.h"
#include "libs/quiz/program.h"
#include "records-service/store/store.h"

namespace ladder::records {

// The reason of FAILED_PRECONDITION where a version passes a limit of this program.
inline constexpr char kQuizBeyondLimits[] = "QUIZ_BEYOND_LIMITS";

struct CompiledVersion {
  std::shared_ptr<const quiz::Program> program;
  std::string digest;  // Of its published bytes.
};

class ProgramCache {
 public:
  // Memory that the versions here may take together, about. The one used last stays, however large it is.
  static constexpr std::size_t kMaxBytes = std::size_t{64} << 20;

  // Holds `capacity` versions. `store` has to outlive the cache.
  ProgramCache(QuizStore& store, std::size_t capacity, std::size_t max_bytes = kMaxBytes)
      : store_(store), capacity_(capacity), max_bytes_(max_bytes) {}

  // NOT_FOUND if the version was never published; FAILED_PRECONDITION, kQuizBeyondLimits, if it passes a limit of this
  // program, which is remembered; CANCELLED once `stop` is requested.
  absl::StatusOr<CompiledVersion> Load(const std::string& quiz, std::int64_t version, std::stop_token stop = {});
  // The program alone.
  absl::StatusOr<std::shared_ptr<const quiz::Program>> Get(const std::string& quiz, std::int64_t version);

  // What is in memory: waits for nothing.
  std::optional<CompiledVersion> Find(const std::string& quiz, std::int64_t version);

 private:
  using Key = std::pair<std::string, std::int64_t>;
  using Outcome = absl::StatusOr<CompiledVersion>;  // A version, or why it is refused.
  using Entry = std::pair<Key, Outcome>;

  // A version that somebody compiles at this moment.
  struct Flight {
    std::optional<Outcome> outcome;  // Set at its end.
  };

  Outcome Compile(const Key& key, const std::stop_token& stop);
  std::optional<Outcome> FindKept(const Key& key) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Keep(const Key& key, Outcome outcome) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  QuizStore& store_;
  const std::size_t capacity_;
  const std::size_t max_bytes_;
  Mutex mutex_;
  CondVar changed_;
  std::size_t bytes_ ABSL_GUARDED_BY(mutex_) = 0;
  std::list<Entry> entries_ ABSL_GUARDED_BY(mutex_);  // The one used last in front.
  std::map<Key, std::list<Entry>::iterator> by_key_ ABSL_GUARDED_BY(mutex_);
  std::map<Key, std::shared_ptr<Flight>> flights_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace ladder::records

#endif  // LADDER_RECORDS_SERVICE_PROGRAM_CACHE_H_
