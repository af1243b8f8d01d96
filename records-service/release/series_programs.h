// File: series_programs.h
//
// Which versions belong to a series, found in the store and kept: what a version says of its series never changes.
//
// Thread-safe. Methods may wait for the store and compile.

#ifndef LADDER_RECORDS_SERVICE_RELEASE_SERIES_PROGRAMS_H_
#define LADDER_RECORDS_SERVICE_RELEASE_SERIES_PROGRAMS_H_

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "libs/chassis/mutex.h"
#include "libs/quiz/program.h"
#include "records-service/program_cache.h"
#include "records-service/store/store.h"

namespace ladder::records::release {

class SeriesPrograms {
 public:
  // Both have to outlive it.
  SeriesPrograms(QuizStore& quizzes, ProgramCache& programs) : quizzes_(quizzes), programs_(programs) {}

  // The number of the first version of the series that a version belongs to. NOT_FOUND where the version was never
  // published.
  absl::StatusOr<std::int64_t> FirstOf(const std::string& quiz, std::int64_t version);

  // All published versions of the series that `first` began, oldest first. NOT_FOUND where none did.
  absl::StatusOr<std::vector<std::shared_ptr<const quiz::Program>>> VersionsOf(const std::string& quiz,
                                                                               std::int64_t first);

 private:
  QuizStore& quizzes_;
  ProgramCache& programs_;
  Mutex mutex_;
  std::map<std::pair<std::string, std::int64_t>, std::int64_t> firsts_ ABSL_GUARDED_BY(mutex_);
};

// How a store names a series: "{quiz}/{first version}".
std::string SeriesText(absl::string_view quiz, std::int64_t first);
// The quiz and the first version. INTERNAL where it is no such text.
absl::StatusOr<std::pair<std::string, std::int64_t>> ParseSeriesText(absl::string_view text);

}  // namespace ladder::records::release

#endif  // LADDER_RECORDS_SERVICE_RELEASE_SERIES_PROGRAMS_H_
