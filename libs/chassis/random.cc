#include "libs/chassis/random.h"

#include <sys/random.h>

#include <cerrno>
#include <cstdlib>

namespace ladder {

std::uint64_t SystemRandom::Next() {
  std::uint64_t number = 0;
  // Eight bytes come whole once the kernel's pool is filled; before that the call waits and a signal may interrupt it.
  while (getrandom(&number, sizeof(number), 0) != static_cast<ssize_t>(sizeof(number))) {
    if (errno != EINTR) std::abort();  // A kernel without getrandom(): nothing here could run safely.
  }
  return number;
}

absl::Duration UniformDuration(RandomSource& random, absl::Duration low, absl::Duration high) {
  const std::int64_t width_ns = absl::ToInt64Nanoseconds(high - low);
  if (width_ns <= 0) return low;
  // The modulo favours small numbers by less than one part in 2^20 for anything below a day: jitter does not mind.
  return low + absl::Nanoseconds(static_cast<std::int64_t>(random.Next() % static_cast<std::uint64_t>(width_ns)));
}

}  // namespace ladder
