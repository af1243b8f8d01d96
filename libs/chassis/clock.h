// File: clock.h
//
// The time, passed in. Nothing outside of main() reads the real clock, so tests decide what time it is.
//
// There are two readings, and they are never compared with each other. Now() is the time of day: for what is stored,
// shown or counted by the day. It may step in either direction. SteadyNow() never steps: for deadlines, pauses and
// ages.
//
//   const absl::Time deadline = clock.SteadyNow() + absl::Seconds(5);
//   ...
//   if (clock.SteadyNow() >= deadline) return TooLate();

#ifndef LADDER_LIBS_CHASSIS_CLOCK_H_
#define LADDER_LIBS_CHASSIS_CLOCK_H_

#include <chrono>

#include "absl/time/clock.h"
#include "absl/time/time.h"

namespace ladder {

// Thread-safe.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual absl::Time Now() const = 0;
  // Its zero means nothing: it is another one in each process.
  virtual absl::Time SteadyNow() const = 0;
};

// The machine's clock.
class SystemClock final : public Clock {
 public:
  absl::Time Now() const override { return absl::Now(); }
  // Far from any time of day, so that a comparison of the two shows at once.
  absl::Time SteadyNow() const override {
    return absl::UnixEpoch() + absl::FromChrono(std::chrono::steady_clock::now().time_since_epoch());
  }
};

}  // namespace ladder

#endif  // LADDER_LIBS_CHASSIS_CLOCK_H_
