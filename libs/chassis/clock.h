// File: clock.h
//
// The time, passed in. Nothing outside of main() reads the real clock, so tests decide what time it is.

#ifndef LADDER_LIBS_CHASSIS_CLOCK_H_
#define LADDER_LIBS_CHASSIS_CLOCK_H_

#include "absl/time/clock.h"
#include "absl/time/time.h"

namespace ladder {

// Thread-safe.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual absl::Time Now() const = 0;
};

// The machine's clock.
class SystemClock final : public Clock {
 public:
  absl::Time Now() const override { return absl::Now(); }
};

}  // namespace ladder

#endif  // LADDER_LIBS_CHASSIS_CLOCK_H_
