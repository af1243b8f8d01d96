// File: fault_plan.h
//
// Which calls to a fake fail, and which wait until the test lets them go on.

#ifndef LADDER_TESTS_SCORING_SERVICE_FAKES_FAULT_PLAN_H_
#define LADDER_TESTS_SCORING_SERVICE_FAKES_FAULT_PLAN_H_

#include <cstddef>
#include <deque>
#include <functional>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "libs/chassis/mutex.h"

namespace ladder::scoring {

// Thread-safe. Every call to a fake passes here.
class FaultPlan {
 public:
  // The n-th call from now on, counted from 1, fails with `status`.
  void FailCall(int n, absl::Status status) {
    MutexLock lock(&mutex_);
    fail_at_ = calls_ + n;
    failure_ = std::move(status);
  }
  // Forgets the planned failure of FailCall.
  void FailNone() {
    MutexLock lock(&mutex_);
    fail_at_ = 0;
  }
  // Every call from now on fails with `status`, until it is OK.
  void FailAll(absl::Status status) {
    MutexLock lock(&mutex_);
    fail_all_ = std::move(status);
  }
  // Calls wait from now on.
  void Hold() {
    MutexLock lock(&mutex_);
    holding_ = true;
  }
  // Lets the oldest waiting call go on. False: none waits.
  bool ReleaseOne() {
    std::function<void()> call;
    {
      MutexLock lock(&mutex_);
      if (held_.empty()) return false;
      call = std::move(held_.front());
      held_.pop_front();
    }
    call();
    return true;
  }
  // Lets all go on, and later ones at once.
  void Release() {
    {
      MutexLock lock(&mutex_);
      holding_ = false;
    }
    while (ReleaseOne()) {
    }
  }

  int calls() {
    MutexLock lock(&mutex_);
    return calls_;
  }
  std::size_t held() {
    MutexLock lock(&mutex_);
    return held_.size();
  }
  // The planned failure was met.
  bool hit() {
    MutexLock lock(&mutex_);
    return fail_at_ != 0 && calls_ >= fail_at_;
  }

  // For the fakes: runs `call` now or when it is released, with how it should fail.
  void Run(std::function<void(absl::Status)> call) {
    absl::Status failure;
    {
      MutexLock lock(&mutex_);
      ++calls_;
      failure = calls_ == fail_at_ ? failure_ : fail_all_;
      if (holding_) {
        held_.push_back([call = std::move(call), failure] { call(failure); });
        return;
      }
    }
    call(std::move(failure));
  }

 private:
  Mutex mutex_;
  int calls_ ABSL_GUARDED_BY(mutex_) = 0;
  int fail_at_ ABSL_GUARDED_BY(mutex_) = 0;
  absl::Status failure_ ABSL_GUARDED_BY(mutex_);
  absl::Status fail_all_ ABSL_GUARDED_BY(mutex_);
  bool holding_ ABSL_GUARDED_BY(mutex_) = false;
  std::deque<std::function<void()>> held_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace ladder::scoring

#endif  // LADDER_TESTS_SCORING_SERVICE_FAKES_FAULT_PLAN_H_
