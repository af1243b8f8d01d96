// File: fake_clock.h
//
// A clock that stands until it is moved.

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
  explicit FakeClock(absl::Time now = absl::FromUnixSeconds(1'700'000'000)) : now_(now) {}

  absl::Time Now() const override {
    MutexLock lock(&mutex_);
    return now_;
  }

  void Advance(absl::Duration by) {
    MutexLock lock(&mutex_);
    now_ += by;
  }

  void Set(absl::Time now) {
    MutexLock lock(&mutex_);
    now_ = now;
  }

 private:
  mutable Mutex mutex_;
  absl::Time now_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace ladder::testing

#endif  // LADDER_TESTS_TESTING_FAKE_CLOCK_H_
