#include "tests/fuzz/forged_results.h"
#include "tests/fuzz/fuzz_target.h"
#include "tests/fuzz/odd_quizzes.h"

namespace ladder::fuzz {
namespace {

constexpr int kSeeds = 16;
constexpr std::size_t kBytesOfSeed = 400;

// Any bytes are draws (mutation.h).
std::vector<std::string> Seeds() {
  quiz::Random random(1);
  std::vector<std::string> seeds(kSeeds);
  for (std::string& seed : seeds) {
    while (seed.size() < kBytesOfSeed) seed += static_cast<char>(random.Below(256));
  }
  return seeds;
}

void TryOddNumbers(absl::string_view input) {
  quiz::Random random(input);
  quiz::TryOddNumbers(random);
}

void TryForgedResults(absl::string_view input) {
  quiz::Random random(input);
  records::TryForgedResults(random);
}

}  // namespace

const FuzzTarget kOddNumbersTarget = {"odd_numbers", TryOddNumbers, Seeds, nullptr};
const FuzzTarget kForgedResultsTarget = {"forged_results", TryForgedResults, Seeds, nullptr};

}  // namespace ladder::fuzz
