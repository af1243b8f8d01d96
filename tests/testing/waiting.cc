#include "tests/testing/waiting.h"

#include <chrono>
#include <thread>

namespace ladder::testing {

bool Eventually(const std::function<bool()>& condition, absl::Duration patience) {
  constexpr auto kPause = std::chrono::milliseconds(2);
  const auto until = std::chrono::steady_clock::now() + absl::ToChronoNanoseconds(patience);
  while (!condition()) {
    if (std::chrono::steady_clock::now() >= until) return false;
    std::this_thread::sleep_for(kPause);
  }
  return true;
}

}  // namespace ladder::testing
