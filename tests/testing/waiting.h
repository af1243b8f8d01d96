// File: waiting.h
//
// Waiting for other threads and processes, always with a bound.

#ifndef LADDER_TESTS_TESTING_WAITING_H_
#define LADDER_TESTS_TESTING_WAITING_H_

#include <chrono>
#include <functional>
#include <optional>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/time/time.h"
#include "libs/chassis/mutex.h"

namespace ladder::testing {

// Long enough for a loaded machine under a sanitizer; a test that waits this long has failed.
inline constexpr absl::Duration kPatience = absl::Seconds(20);

// True as soon as `condition` holds; false where it does not within `patience`. For states that nobody announces.
bool Eventually(const std::function<bool()>& condition, absl::Duration patience = kPatience);

// Real time since its construction: for bounds on how long something may take, which are the point of some tests.
class Stopwatch {
 public:
  absl::Duration Elapsed() const { return absl::FromChrono(std::chrono::steady_clock::now() - begin_); }

 private:
  const std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
};

// A value that another thread gives, once.
template <typename T>
class Promised {
 public:
  void Give(T value) {
    {
      MutexLock lock(&mutex_);
      ++times_;
      if (!value_.has_value()) value_ = std::move(value);
    }
    given_.NotifyAll();
  }

  // Nullopt where nothing came in time.
  std::optional<T> Wait(absl::Duration patience = kPatience) {
    MutexLock lock(&mutex_);
    while (!value_.has_value()) {
      if (!given_.WaitFor(lock, patience) && !value_.has_value()) return std::nullopt;
    }
    return value_;
  }

  int times_given() const {
    MutexLock lock(&mutex_);
    return times_;
  }

 private:
  mutable Mutex mutex_;
  CondVar given_;
  std::optional<T> value_ ABSL_GUARDED_BY(mutex_);
  int times_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace ladder::testing

#endif  // LADDER_TESTS_TESTING_WAITING_H_
