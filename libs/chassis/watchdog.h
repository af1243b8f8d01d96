// File: watchdog.h
//
// Ends the process where it has not come to an end by itself: for the last stretch of a shutdown, where a hang would
// otherwise last until the orchestrator kills the process without a word in the log.
//
//   Watchdog watchdog(absl::Seconds(10));
//   ...  // What may hang.
//   // Leaving the scope in time calls it off.

#ifndef LADDER_LIBS_CHASSIS_WATCHDOG_H_
#define LADDER_LIBS_CHASSIS_WATCHDOG_H_

#include <thread>

#include "absl/base/thread_annotations.h"
#include "absl/time/time.h"
#include "libs/chassis/mutex.h"

namespace ladder {

class Watchdog {
 public:
  // The exit code of a process that hung.
  static constexpr int kExitCode = 70;

  explicit Watchdog(absl::Duration limit);
  Watchdog(const Watchdog&) = delete;
  Watchdog& operator=(const Watchdog&) = delete;
  ~Watchdog();

 private:
  void Run(absl::Duration limit);

  Mutex mutex_;
  CondVar changed_;
  bool called_off_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace ladder

#endif  // LADDER_LIBS_CHASSIS_WATCHDOG_H_
