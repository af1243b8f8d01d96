// File: fake_clock.h
//
// A clock that stands until it is moved. Its two readings begin equal; Set is a step of the time of day alone.

#ifndef LADDER_TESTS_TESTING_FAKE_CLOCK_H_
#define LADDER_TESTS_TESTING_FAKE_CLOCK_H_

#include "absl/base/thread_annotations.h"
#include "absl/time/time.h"
#include "libs/chassis/clock.h"
#include "libs/chassis/mutex.h"

namespace ladder::testing {

// Thread-safe.
class FakeClock final : public Clock {
 public:
  explicit FakeClock(absl::Time now = absl::FromUnixSeconds(1'700'000'000)) : now_(now), steady_now_(now) {}

  absl::Time Now() const override {
    MutexLock lock(&mutex_);
    return now_;
  }

  absl::Time SteadyNow() const override {
    MutexLock lock(&mutex_);
    return steady_now_;
  }

  void Advance(absl::Duration by) {
    MutexLock lock(&mutex_);
    now_ += by;
    steady_now_ += by;
  }

  void Set(absl::Time now) {
    MutexLock lock(&mutex_);
    now_ = now;
  }

 private:
  mutable Mutex mutex_;
  absl::Time now_ ABSL_GUARDED_BY(mutex_);
  absl::Time steady_now_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace ladder::testing

#endif  // LADDER_TESTS_TESTING_FAKE_CLOCK_H_
