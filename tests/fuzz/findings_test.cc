// Every input that a fuzzer found a fault with, and every seed, passes.

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <ostream>
#include <string>

#include "tests/fuzz/fuzz_target.h"

namespace ladder::fuzz {

// For the names that ctest knows the cases by.
void PrintTo(const FuzzTarget& target, std::ostream* out) { *out << target.name; }

namespace {

class FindingsTest : public testing::TestWithParam<FuzzTarget> {};

TEST_P(FindingsTest, Pass) {
  for (const std::string& seed : GetParam().seeds()) GetParam().run(seed);
  const std::filesystem::path folder = std::filesystem::path("tests/fuzz/findings") / GetParam().name;
  if (!std::filesystem::exists(folder)) return;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    SCOPED_TRACE(entry.path());
    std::ifstream file(entry.path(), std::ios::binary);
    GetParam().run(std::string(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()));
  }
}

INSTANTIATE_TEST_SUITE_P(Targets, FindingsTest,
                         testing::Values(kAnswersTarget, kDefinitionTarget, kExpressionTarget, kForgedResultsTarget,
                                         kOddNumbersTarget),
                         [](const auto& target) { return target.param.name; });

}  // namespace
}  // namespace ladder::fuzz
