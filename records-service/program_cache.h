// File: program_cache.h
//
// Compiled versions, the ones used last. A version never changes, so what is here is never wrong.
//
// Thread-safe. Get may wait for the store and compile. Two who ask for the same new version at once may both compile
// it, which costs milliseconds once.

#ifndef LADDER_RECORDS_SERVICE_PROGRAM_CACHE_H_
#define LADDER_RECORDS_SERVICE_PROGRAM_CACHE_H_

#include <cstddef>
#include <cstdint>
#include <list>
#include <map>
#include <memory>
#include <string>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "libs/chassis/mutex.h"
#include "libs/quiz/program.h"
#include "records-service/store/store.h"

namespace ladder::records {

class ProgramCache {
 public:
  // Holds `capacity` versions. `store` has to outlive the cache.
  ProgramCache(QuizStore& store, std::size_t capacity) : store_(store), capacity_(capacity) {}

  // NOT_FOUND where the version was never published.
  absl::StatusOr<std::shared_ptr<const quiz::Program>> Get(const std::string& quiz, std::int64_t version);

 private:
  using Key = std::pair<std::string, std::int64_t>;
  using Entry = std::pair<Key, std::shared_ptr<const quiz::Program>>;

  std::shared_ptr<const quiz::Program> Find(const Key& key);
  void Keep(const Key& key, std::shared_ptr<const quiz::Program> program);

  QuizStore& store_;
  const std::size_t capacity_;
  Mutex mutex_;
  std::list<Entry> entries_ ABSL_GUARDED_BY(mutex_);  // The one used last in front.
  std::map<Key, std::list<Entry>::iterator> by_key_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace ladder::records

#endif  // LADDER_RECORDS_SERVICE_PROGRAM_CACHE_H_
