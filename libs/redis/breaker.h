// File: breaker.h
//
// Decides whether commands go to Redis or are refused at once, and how long to wait before the next attempt to connect:
// uniform between 0 and a bound that doubles with each failure in a row (full jitter), so that the servers of a fleet
// do not come back all at once.
//
//   Breaker breaker(options, &clock, &random);   // Open.
//   breaker.OnConnected();                       // Closed: commands go.
//   pause = breaker.OnFailure();                 // Open again.

#ifndef LADDER_LIBS_REDIS_BREAKER_H_
#define LADDER_LIBS_REDIS_BREAKER_H_

#include "absl/base/thread_annotations.h"
#include "absl/time/time.h"
#include "libs/chassis/clock.h"
#include "libs/chassis/mutex.h"
#include "libs/chassis/random.h"

namespace ladder::redis {

// Thread-safe.
class Breaker {
 public:
  struct Options {
    absl::Duration backoff_initial;
    absl::Duration backoff_max;
    // A connection that lasted this long was sound: its end counts as the first failure. One that broke sooner goes on
    // with the row, so that a Redis which accepts and then fails every command is left alone more and more.
    absl::Duration settle_time;
  };

  // Keeps `clock` and `random`.
  Breaker(Options options, const Clock* clock, RandomSource* random);

  bool IsClosed() const;
  void OnConnected();
  // A connection broke, or an attempt to make one failed. Returns the pause before the next attempt.
  absl::Duration OnFailure();

 private:
  const Options options_;
  const Clock* const clock_;
  RandomSource* const random_;
  mutable Mutex mutex_;
  bool closed_ ABSL_GUARDED_BY(mutex_) = false;
  absl::Time connected_at_ ABSL_GUARDED_BY(mutex_);
  absl::Duration bound_ ABSL_GUARDED_BY(mutex_);  // Of the next pause.
};

}  // namespace ladder::redis

#endif  // LADDER_LIBS_REDIS_BREAKER_H_
