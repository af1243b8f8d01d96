#include "libs/chassis/watchdog.h"

#include <unistd.h>

#include <chrono>

#include "libs/chassis/log.h"

namespace ladder {

Watchdog::Watchdog(absl::Duration limit) : thread_([this, limit] { Run(limit); }) {}

Watchdog::~Watchdog() {
  {
    MutexLock lock(&mutex_);
    called_off_ = true;
  }
  changed_.NotifyAll();
  thread_.join();
}

void Watchdog::Run(absl::Duration limit) {
  const auto until = std::chrono::steady_clock::now() + absl::ToChronoNanoseconds(limit);
  MutexLock lock(&mutex_);
  while (!called_off_) {
    const auto left = until - std::chrono::steady_clock::now();
    if (left <= std::chrono::nanoseconds::zero()) {
      Log(LogLevel::kError, "stop_hung", {{"limit", absl::FormatDuration(limit)}});
      _exit(kExitCode);
    }
    changed_.WaitFor(lock, absl::FromChrono(left));
  }
}

}  // namespace ladder
