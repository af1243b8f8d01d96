// File: single_flight.h
//
// One fetch of a thing, however many wait for it. A flight is nobody's child: a waiter whose time is over only stops
// waiting, and the flight goes on for the others and for the cache that it fills.
//
//   flights.Join("quizzes/who-5", deadline, [&](auto done) { records->GetQuiz("who-5", done); }, callback);

#ifndef LADDER_SCORING_SERVICE_CONCURRENCY_SINGLE_FLIGHT_H_
#define LADDER_SCORING_SERVICE_CONCURRENCY_SINGLE_FLIGHT_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "libs/chassis/clock.h"
#include "libs/chassis/errors.h"
#include "libs/chassis/mutex.h"
#include "libs/chassis/timers.h"

namespace ladder::scoring {

// How long a flight may take before its waiters are told to try again. Every call in it has a shorter deadline of its
// own; this one holds also where one of them never answers.
inline constexpr absl::Duration kFlightDeadline = absl::Seconds(5);

// Thread-safe. Callbacks run without a lock held: on the thread that ends the flight, on the timers' thread where the
// waiter's or the flight's time is over, or on the caller's. Outlives every flight that it started.
template <typename Value>
class SingleFlight {
 public:
  using Callback = std::function<void(absl::StatusOr<Value>)>;
  // Fetches, and calls back exactly once, perhaps before it returns.
  using Fetch = std::function<void(Callback)>;

  // Both are borrowed.
  SingleFlight(const Clock* clock, Timers* timers) : clock_(clock), timers_(timers) {}

  // Waits for the flight of `key`, which `fetch` starts where there is none. `done` is called exactly once: with what
  // the flight gave, with DEADLINE_EXCEEDED at `deadline`, or with UNAVAILABLE where the flight took too long.
  void Join(const std::string& key, absl::Time deadline, const Fetch& fetch, Callback done) {
    const absl::Time now = clock_->SteadyNow();
    if (deadline <= now) return done(absl::DeadlineExceededError("the deadline is over"));
    std::shared_ptr<Flight> flight;
    bool is_new = false;
    {
      MutexLock lock(&mutex_);
      std::shared_ptr<Flight>& entry = flights_[key];
      if (entry == nullptr) {
        is_new = true;
        entry = std::make_shared<Flight>();
        entry->key = key;
      }
      flight = entry;
      AddWaiter(flight, deadline, std::move(done));
      if (is_new) {
        flight->timer = timers_->RunAt(now + kFlightDeadline, [this, flight] {
          End(flight, Unavailable("QUIZ_UNAVAILABLE", "the quiz could not be fetched in time"));
        });
      }
    }
    if (is_new) fetch([this, flight](absl::StatusOr<Value> value) { End(flight, std::move(value)); });
  }

  // How many wait.
  std::int64_t waiting() const {
    MutexLock lock(&mutex_);
    return waiting_;
  }

 private:
  struct Waiter {
    Callback done;
    Timers::Id timer = 0;
  };
  struct Flight {
    std::string key;
    bool ended = false;
    std::vector<std::shared_ptr<Waiter>> waiters;
    Timers::Id timer = 0;
  };

  void AddWaiter(const std::shared_ptr<Flight>& flight, absl::Time deadline, Callback done)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    auto waiter = std::make_shared<Waiter>();
    waiter->done = std::move(done);
    waiter->timer = timers_->RunAt(deadline, [this, weak = std::weak_ptr<Waiter>(waiter)] { StopWaiting(weak); });
    flight->waiters.push_back(std::move(waiter));
    ++waiting_;
  }

  void StopWaiting(const std::weak_ptr<Waiter>& weak) {
    const std::shared_ptr<Waiter> waiter = weak.lock();
    if (waiter == nullptr) return;
    if (Callback done = TakeCallback(*waiter)) done(absl::DeadlineExceededError("the deadline is over"));
  }

  // Empty where the waiter was answered already.
  Callback TakeCallback(Waiter& waiter) {
    MutexLock lock(&mutex_);
    if (waiter.done) --waiting_;
    return std::exchange(waiter.done, nullptr);
  }

  void End(const std::shared_ptr<Flight>& flight, absl::StatusOr<Value> value) {
    std::vector<std::shared_ptr<Waiter>> waiters;
    {
      MutexLock lock(&mutex_);
      if (flight->ended) return;
      flight->ended = true;
      flights_.erase(flight->key);
      waiters.swap(flight->waiters);
    }
    timers_->Cancel(flight->timer);
    for (const std::shared_ptr<Waiter>& waiter : waiters) {
      timers_->Cancel(waiter->timer);
      if (Callback done = TakeCallback(*waiter)) done(value);
    }
  }

  const Clock* const clock_;
  Timers* const timers_;
  mutable Mutex mutex_;
  absl::flat_hash_map<std::string, std::shared_ptr<Flight>> flights_ ABSL_GUARDED_BY(mutex_);
  std::int64_t waiting_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace ladder::scoring

#endif  // LADDER_SCORING_SERVICE_CONCURRENCY_SINGLE_FLIGHT_H_
