// File: random.h
//
// Randomness, passed in, so that tests decide about jitter and ids.

#ifndef LADDER_LIBS_CHASSIS_RANDOM_H_
#define LADDER_LIBS_CHASSIS_RANDOM_H_

#include <cstdint>
#include <random>

#include "absl/base/thread_annotations.h"
#include "absl/time/time.h"
#include "libs/chassis/mutex.h"

namespace ladder {

// Thread-safe.
class RandomSource {
 public:
  virtual ~RandomSource() = default;
  // Each of the 2^64 numbers is as likely as any other.
  virtual std::uint64_t Next() = 0;
};

// The kernel's generator: fit for ids that nobody may guess.
class SystemRandom final : public RandomSource {
 public:
  std::uint64_t Next() override;
};

// The same numbers for the same seed. For tests, benches and jitter, not for ids.
class SeededRandom final : public RandomSource {
 public:
  explicit SeededRandom(std::uint64_t seed) : engine_(seed) {}
  std::uint64_t Next() override {
    MutexLock lock(&mutex_);
    return engine_();
  }

 private:
  Mutex mutex_;
  std::mt19937_64 engine_ ABSL_GUARDED_BY(mutex_);
};

// A duration from `low` up to, not including, `high`, to the nanosecond; `low` where `high` is not above it.
absl::Duration UniformDuration(RandomSource& random, absl::Duration low, absl::Duration high);

}  // namespace ladder

#endif  // LADDER_LIBS_CHASSIS_RANDOM_H_
