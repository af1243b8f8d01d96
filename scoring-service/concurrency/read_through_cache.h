// File: read_through_cache.h
//
// A bounded cache that fetches what it lacks: one fetch of a key however many wait. Failures are not kept, but for a
// second NOT_FOUND is remembered.
//
//   digests.Get(key, deadline, [=](auto end) { records->GetVersion(..., end); }, callback);

#ifndef LADDER_SCORING_SERVICE_CONCURRENCY_READ_THROUGH_CACHE_H_
#define LADDER_SCORING_SERVICE_CONCURRENCY_READ_THROUGH_CACHE_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "libs/chassis/clock.h"
#include "libs/chassis/measure.h"
#include "libs/chassis/timers.h"
#include "scoring-service/concurrency/lru_cache.h"
#include "scoring-service/concurrency/not_found_memory.h"
#include "scoring-service/concurrency/single_flight.h"

namespace ladder::scoring {

// Thread-safe. See SingleFlight for the threads of callbacks and for lifetimes.
template <typename Value>
class ReadThroughCache {
 public:
  using Callback = typename SingleFlight<Value>::Callback;
  using Fetch = typename SingleFlight<Value>::Fetch;

  // `clock` and `timers` are borrowed. REQUIRES: capacity > 0.
  ReadThroughCache(std::size_t capacity, const Clock* clock, Timers* timers)
      : ReadThroughCache(typename LruCache<Value>::Limits{.entries = capacity}, clock, timers) {}
  ReadThroughCache(const typename LruCache<Value>::Limits& limits, const Clock* clock, Timers* timers)
      : values_(limits), not_found_(clock), flights_(clock, timers) {}

  // What is here already.
  std::optional<Value> Peek(const std::string& key) {
    std::optional<Value> value = values_.Get(key);
    if (value.has_value()) hits_.Add();
    return value;
  }

  // Calls `done` exactly once: at once where the value is here, else as SingleFlight::Join does.
  void Get(const std::string& key, absl::Time deadline, const Fetch& fetch, Callback done) {
    if (std::optional<absl::StatusOr<Value>> known = Find(key)) {
      if (known->ok()) hits_.Add();
      return done(*std::move(known));
    }
    const Fetch fetch_and_keep = [this, &key, &fetch](Callback end) {
      // A flight may have ended since the look above.
      if (std::optional<absl::StatusOr<Value>> known = Find(key)) return end(*std::move(known));
      fetch([this, key, end = std::move(end)](absl::StatusOr<Value> value) {
        if (value.ok()) values_.Put(key, *value);
        not_found_.Keep(key, value.status());
        end(std::move(value));
      });
    };
    flights_.Join(key, deadline, fetch_and_keep, std::move(done));
  }

  // How often a value was here.
  const Counter& hits() const { return hits_; }
  std::size_t size() const { return values_.size(); }
  std::size_t bytes() const { return values_.bytes(); }
  std::int64_t waiting() const { return flights_.waiting(); }

 private:
  std::optional<absl::StatusOr<Value>> Find(const std::string& key) {
    if (std::optional<Value> value = values_.Get(key)) return absl::StatusOr<Value>(*std::move(value));
    if (std::optional<absl::Status> missing = not_found_.Find(key)) return absl::StatusOr<Value>(*std::move(missing));
    return std::nullopt;
  }

  Counter hits_;
  LruCache<Value> values_;
  NotFoundMemory not_found_;
  SingleFlight<Value> flights_;
};

}  // namespace ladder::scoring

#endif  // LADDER_SCORING_SERVICE_CONCURRENCY_READ_THROUGH_CACHE_H_
