// File: timers.h
//
// Calls at a later time, so that waiting needs no thread of its own. Tests pass a fake that moves with their clock.
//
//   Timers::Id id = timers.RunAt(clock.SteadyNow() + absl::Seconds(1), [] { ... });
//   timers.Cancel(id);

#ifndef LADDER_LIBS_CHASSIS_TIMERS_H_
#define LADDER_LIBS_CHASSIS_TIMERS_H_

#include <cstdint>
#include <functional>
#include <map>
#include <thread>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/time/time.h"
#include "libs/chassis/clock.h"
#include "libs/chassis/mutex.h"

namespace ladder {

// Thread-safe.
class Timers {
 public:
  using Id = std::uint64_t;

  virtual ~Timers() = default;

  // Runs `task` once, when SteadyNow() is `when` or soon after. Tasks share one thread, so they must not block.
  virtual Id RunAt(absl::Time when, std::function<void()> task) = 0;

  // Forgets a task that has not begun. Returns at once, also where the task is running.
  virtual void Cancel(Id id) = 0;
};

// Timers on a thread of their own.
class ThreadTimers final : public Timers {
 public:
  // `clock` is borrowed.
  explicit ThreadTimers(const Clock* clock);
  // Stops.
  ~ThreadTimers() override;

  Id RunAt(absl::Time when, std::function<void()> task) override;
  void Cancel(Id id) override;

  // Waits for the task that is running and forgets all others. Later calls of RunAt are forgotten, too. Idempotent;
  // not to be called from a task.
  void Stop();

 private:
  void Run();

  const Clock* const clock_;
  Mutex mutex_;
  CondVar changed_;
  Id next_id_ ABSL_GUARDED_BY(mutex_) = 1;
  std::map<std::pair<absl::Time, Id>, std::function<void()>> tasks_ ABSL_GUARDED_BY(mutex_);
  absl::flat_hash_map<Id, absl::Time> due_ ABSL_GUARDED_BY(mutex_);
  bool stopped_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace ladder

#endif  // LADDER_LIBS_CHASSIS_TIMERS_H_
