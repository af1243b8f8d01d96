// File: lru_cache.h
//
// A bounded map that forgets what was used longest ago.
//
//   LruCache<std::string> digests(4096);
//   digests.Put("quizzes/who-5/versions/1", digest);
//   std::optional<std::string> known = digests.Get("quizzes/who-5/versions/1");

#ifndef LADDER_SCORING_SERVICE_CONCURRENCY_LRU_CACHE_H_
#define LADDER_SCORING_SERVICE_CONCURRENCY_LRU_CACHE_H_

#include <cstddef>
#include <list>
#include <optional>
#include <string>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "libs/chassis/mutex.h"

namespace ladder::scoring {

// Thread-safe. Values are copied out, so keep them small or shared.
template <typename Value>
class LruCache {
 public:
  // REQUIRES: capacity > 0.
  explicit LruCache(std::size_t capacity) : capacity_(capacity) {}

  std::optional<Value> Get(absl::string_view key) {
    MutexLock lock(&mutex_);
    const auto found = by_key_.find(key);
    if (found == by_key_.end()) return std::nullopt;
    by_use_.splice(by_use_.begin(), by_use_, found->second);
    return found->second->second;
  }

  void Put(absl::string_view key, Value value) {
    MutexLock lock(&mutex_);
    const auto found = by_key_.find(key);
    if (found != by_key_.end()) {
      found->second->second = std::move(value);
      by_use_.splice(by_use_.begin(), by_use_, found->second);
      return;
    }
    by_use_.emplace_front(std::string(key), std::move(value));
    by_key_.emplace(by_use_.front().first, by_use_.begin());
    if (by_key_.size() > capacity_) {
      by_key_.erase(by_use_.back().first);
      by_use_.pop_back();
    }
  }

  void Erase(absl::string_view key) {
    MutexLock lock(&mutex_);
    const auto found = by_key_.find(key);
    if (found == by_key_.end()) return;
    by_use_.erase(found->second);
    by_key_.erase(found);
  }

  std::size_t size() const {
    MutexLock lock(&mutex_);
    return by_key_.size();
  }

 private:
  using Entries = std::list<std::pair<std::string, Value>>;

  const std::size_t capacity_;
  mutable Mutex mutex_;
  Entries by_use_ ABSL_GUARDED_BY(mutex_);  // The last used first.
  absl::flat_hash_map<std::string, typename Entries::iterator> by_key_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace ladder::scoring

#endif  // LADDER_SCORING_SERVICE_CONCURRENCY_LRU_CACHE_H_
