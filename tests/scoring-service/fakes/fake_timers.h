// File: fake_timers.h
//
// Timers that move with a FakeClock, when they are told to.
//
//   FakeClock clock;
//   FakeTimers timers(&clock);
//   timers.Advance(absl::Seconds(5));  // The clock, too; runs what became due, in order.

#ifndef LADDER_TESTS_SCORING_SERVICE_FAKES_FAKE_TIMERS_H_
#define LADDER_TESTS_SCORING_SERVICE_FAKES_FAKE_TIMERS_H_

#include <cstddef>
#include <functional>
#include <map>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/time/time.h"
#include "libs/chassis/mutex.h"
#include "libs/chassis/timers.h"
#include "tests/testing/fake_clock.h"

namespace ladder::scoring {

// Thread-safe; Advance belongs to one thread.
class FakeTimers final : public Timers {
 public:
  explicit FakeTimers(ladder::testing::FakeClock* clock) : clock_(clock) {}

  Id RunAt(absl::Time when, std::function<void()> task) override {
    MutexLock lock(&mutex_);
    tasks_.emplace(std::make_pair(when, next_id_), std::move(task));
    return next_id_++;
  }

  void Cancel(Id id) override {
    MutexLock lock(&mutex_);
    for (auto task = tasks_.begin(); task != tasks_.end(); ++task) {
      if (task->first.second != id) continue;
      tasks_.erase(task);
      return;
    }
  }

  void Advance(absl::Duration by) {
    clock_->Advance(by);
    while (std::function<void()> task = TakeDue()) task();
  }

  std::size_t waiting() {
    MutexLock lock(&mutex_);
    return tasks_.size();
  }

  // When the next task is due. REQUIRES: there is one.
  absl::Time next() {
    MutexLock lock(&mutex_);
    return tasks_.begin()->first.first;
  }

 private:
  std::function<void()> TakeDue() {
    MutexLock lock(&mutex_);
    if (tasks_.empty() || tasks_.begin()->first.first > clock_->SteadyNow()) return nullptr;
    std::function<void()> task = std::move(tasks_.begin()->second);
    tasks_.erase(tasks_.begin());
    return task;
  }

  ladder::testing::FakeClock* const clock_;
  Mutex mutex_;
  Id next_id_ ABSL_GUARDED_BY(mutex_) = 1;
  std::map<std::pair<absl::Time, Id>, std::function<void()>> tasks_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace ladder::scoring

#endif  // LADDER_TESTS_SCORING_SERVICE_FAKES_FAKE_TIMERS_H_
