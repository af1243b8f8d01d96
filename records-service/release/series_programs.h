// File: series_programs.h
//
// Which versions belong to a series, found in the store and kept: what a version says of its series never changes.
//
// Thread-safe. Methods may wait for the store, and VersionsOf compiles.

#ifndef LADDER_RECORDS_SERVICE_RELEASE_SERIES_PROGRAMS_H_
#define LADDER_RECORDS_SERVICE_RELEASE_SERIES_PROGRAMS_H_

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "libs/chassis/mutex.h"
#include "libs/quiz/program.h"
#include "records-service/program_cache.h"
#include "records-service/release/series.h"
#include "records-service/store/store.h"

namespace ladder::records::release {

class SeriesPrograms {
 public:
  // Both have to outlive it.
  SeriesPrograms(QuizStore& quizzes, ProgramCache& programs) : quizzes_(quizzes), programs_(programs) {}

  // The number of the first version of the series that a version belongs to. NOT_FOUND where the version was never
  // published.
  absl::StatusOr<std::int64_t> FirstOf(const std::string& quiz, std::int64_t version);
  // The same where it was found before: waits for nothing.
  std::optional<std::int64_t> KnownFirstOf(const std::string& quiz, std::int64_t version);

  // All published versions of the series that `first` began, oldest first. NOT_FOUND where none did. A version that
  // passes a limit of this program is left out, so that the others go on; if all do, its status.
  absl::StatusOr<std::vector<std::shared_ptr<const quiz::Program>>> VersionsOf(const std::string& quiz,
                                                                               std::int64_t first);

 private:
  // The version whose series this one continues; 0: it begins one.
  absl::StatusOr<std::int64_t> ContinuedBy(const std::string& quiz, std::int64_t version);

  QuizStore& quizzes_;
  ProgramCache& programs_;
  Mutex mutex_;
  std::map<std::pair<std::string, std::int64_t>, std::int64_t> firsts_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace ladder::records::release

#endif  // LADDER_RECORDS_SERVICE_RELEASE_SERIES_PROGRAMS_H_
