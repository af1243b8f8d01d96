// File: lru_cache.h
//
// A bounded map that forgets what was used longest ago. It is bounded in entries and, where a value's size is known, in
// bytes.
//
//   LruCache<std::string> digests(4096);
//   digests.Put("quizzes/who-5/versions/1", digest);
//   std::optional<std::string> known = digests.Get("quizzes/who-5/versions/1");

#ifndef LADDER_SCORING_SERVICE_CONCURRENCY_LRU_CACHE_H_
#define LADDER_SCORING_SERVICE_CONCURRENCY_LRU_CACHE_H_

#include <cstddef>
#include <iterator>
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
  struct Limits {
    std::size_t entries = 0;  // More than 0.
    // Of all values together, as `bytes_of` counts them. The value used last stays, however large it is.
    std::size_t bytes = 0;
    std::size_t (*bytes_of)(const Value&) = nullptr;  // Null: bytes are not counted.
  };

  explicit LruCache(const Limits& limits) : limits_(limits) {}
  explicit LruCache(std::size_t entries) : LruCache(Limits{.entries = entries}) {}

  std::optional<Value> Get(absl::string_view key) {
    MutexLock lock(&mutex_);
    const auto found = by_key_.find(key);
    if (found == by_key_.end()) return std::nullopt;
    by_use_.splice(by_use_.begin(), by_use_, found->second);
    return found->second->value;
  }

  void Put(absl::string_view key, Value value) {
    MutexLock lock(&mutex_);
    if (const auto found = by_key_.find(key); found != by_key_.end()) Remove(found->second);
    const std::size_t bytes = limits_.bytes_of != nullptr ? limits_.bytes_of(value) : 0;
    by_use_.push_front({std::string(key), std::move(value), bytes});
    by_key_.emplace(by_use_.front().key, by_use_.begin());
    bytes_ += bytes;
    while (by_use_.size() > limits_.entries || (bytes_ > limits_.bytes && by_use_.size() > 1)) {
      Remove(std::prev(by_use_.end()));
    }
  }

  void Erase(absl::string_view key) {
    MutexLock lock(&mutex_);
    const auto found = by_key_.find(key);
    if (found != by_key_.end()) Remove(found->second);
  }

  std::size_t size() const {
    MutexLock lock(&mutex_);
    return by_key_.size();
  }

  std::size_t bytes() const {
    MutexLock lock(&mutex_);
    return bytes_;
  }

 private:
  struct Entry {
    std::string key;
    Value value;
    std::size_t bytes = 0;
  };
  using Entries = std::list<Entry>;

  void Remove(typename Entries::iterator entry) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    bytes_ -= entry->bytes;
    by_key_.erase(entry->key);
    by_use_.erase(entry);
  }

  const Limits limits_;
  mutable Mutex mutex_;
  std::size_t bytes_ ABSL_GUARDED_BY(mutex_) = 0;
  Entries by_use_ ABSL_GUARDED_BY(mutex_);  // The last used first.
  absl::flat_hash_map<std::string, typename Entries::iterator> by_key_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace ladder::scoring

#endif  // LADDER_SCORING_SERVICE_CONCURRENCY_LRU_CACHE_H_
