// File: not_found_memory.h
//
// Remembers for a second what does not exist, so that a storm of requests for it does not reach records.

#ifndef LADDER_SCORING_SERVICE_CONCURRENCY_NOT_FOUND_MEMORY_H_
#define LADDER_SCORING_SERVICE_CONCURRENCY_NOT_FOUND_MEMORY_H_

#include <cstddef>
#include <optional>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "libs/chassis/clock.h"
#include "scoring-service/concurrency/lru_cache.h"

namespace ladder::scoring {

// How long NOT_FOUND is believed without asking again.
inline constexpr absl::Duration kNotFoundLifetime = absl::Seconds(1);
// How many keys are remembered.
inline constexpr std::size_t kNotFoundCapacity = 4096;

// Thread-safe.
class NotFoundMemory {
 public:
  // `clock` is borrowed.
  explicit NotFoundMemory(const Clock* clock) : clock_(clock), entries_(kNotFoundCapacity) {}

  std::optional<absl::Status> Find(absl::string_view key) {
    std::optional<Entry> entry = entries_.Get(key);
    if (!entry || entry->until <= clock_->SteadyNow()) return std::nullopt;
    return std::move(entry->status);
  }

  // Keeps `status` where it is NOT_FOUND.
  void Keep(absl::string_view key, const absl::Status& status) {
    if (absl::IsNotFound(status)) entries_.Put(key, {status, clock_->SteadyNow() + kNotFoundLifetime});
  }

  void Forget(absl::string_view key) { entries_.Erase(key); }

 private:
  struct Entry {
    absl::Status status;
    absl::Time until;
  };

  const Clock* const clock_;
  LruCache<Entry> entries_;
};

}  // namespace ladder::scoring

#endif  // LADDER_SCORING_SERVICE_CONCURRENCY_NOT_FOUND_MEMORY_H_
