// File: version_loader.h
//
// What checking an assessment needs of the version that scored it: at once where it is in memory, else later, without a
// thread that waits.
//
//   if (const auto version = loader.Find("mood", 3)) return Check(*version);
//   loader.Load("mood", 3, [](const absl::StatusOr<ScoringVersion>& version) { ... });
//
// Thread-safe.

#ifndef LADDER_RECORDS_SERVICE_VERSION_LOADER_H_
#define LADDER_RECORDS_SERVICE_VERSION_LOADER_H_

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "libs/chassis/executor.h"
#include "libs/chassis/mutex.h"
#include "records-service/program_cache.h"
#include "records-service/release/series_programs.h"

namespace ladder::records {

struct ScoringVersion {
  std::shared_ptr<const quiz::Program> program;
  std::string digest;
  std::int64_t first_of_series = 0;  // 0: the quiz has no ladder.
};

class VersionLoader {
 public:
  using Done = std::function<void(const absl::StatusOr<ScoringVersion>&)>;

  // All of these have to outlive it. `loaders` runs what compiles, with a queue that takes all that can wait.
  VersionLoader(ProgramCache& programs, release::SeriesPrograms& series, Executor& loaders)
      : programs_(programs), series_(series), loaders_(loaders) {}

  // Waits for nothing.
  std::optional<ScoringVersion> Find(const std::string& quiz, std::int64_t version);

  // Calls `done` exactly once, with NOT_FOUND where the version was never published. On a thread of `loaders`; once
  // that has stopped, before it returns. Those who wait for one version wait for one load.
  void Load(const std::string& quiz, std::int64_t version, Done done);

  // Cuts short what is being loaded, and what comes later: UNAVAILABLE.
  void Stop() { stop_.request_stop(); }

 private:
  using Key = std::pair<std::string, std::int64_t>;

  void Run(const Key& key);
  absl::StatusOr<ScoringVersion> LoadNow(const Key& key);

  ProgramCache& programs_;
  release::SeriesPrograms& series_;
  Executor& loaders_;
  std::stop_source stop_;
  Mutex mutex_;
  std::map<Key, std::vector<Done>> waiting_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace ladder::records

#endif  // LADDER_RECORDS_SERVICE_VERSION_LOADER_H_
