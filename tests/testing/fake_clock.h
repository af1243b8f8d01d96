// File: fake_clock.h
//
// A clock that moves only when it is told to. Thread-safe.
//
//   FakeClock clock;
//   clock.Advance(absl::Minutes(5));

#ifndef LADDER_TESTS_TESTING_FAKE_CLOCK_H_
#define LADDER_TESTS_TESTING_FAKE_CLOCK_H_

#include "absl/base/thread_annotations.h"
#include "absl/time/time.h"
#include "libs/chassis/clock.h"
#include "libs/chassis/mutex.h"

namespace ladder::testing {

class FakeClock final : public Clock {
 public:
  // 2026-01-02 03:04:05 UTC where nothing is said.
  explicit FakeClock(absl::Time now = absl::FromUnixSeconds(1767323045)) : now_(now) {}

  absl::Time Now() const override {
    MutexLock lock(&mutex_);
    return now_;
  }
  void Advance(absl::Duration by) {
    MutexLock lock(&mutex_);
    now_ += by;
  }

 private:
  mutable Mutex mutex_;
  absl::Time now_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace ladder::testing

#endif  // LADDER_TESTS_TESTING_FAKE_CLOCK_H_
