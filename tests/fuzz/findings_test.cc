// Every input that a fuzzer found a fault with, and every seed, passes.

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "tests/fuzz/fuzz_target.h"

namespace ladder::fuzz {
namespace {

struct Named {
  const char* name;  // Also the folder of its findings.
  const FuzzTarget& target;
};

void PrintTo(const Named& named, std::ostream* out) { *out << named.name; }

class FindingsTest : public testing::TestWithParam<Named> {};

TEST_P(FindingsTest, Pass) {
  for (const std::string& seed : GetParam().target.seeds()) GetParam().target.run(seed);
  const std::filesystem::path folder = std::filesystem::path("tests/fuzz/findings") / GetParam().name;
  if (!std::filesystem::exists(folder)) return;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    SCOPED_TRACE(entry.path());
    std::ifstream file(entry.path(), std::ios::binary);
    GetParam().target.run(std::string(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()));
  }
}

INSTANTIATE_TEST_SUITE_P(Targets, FindingsTest,
                         testing::Values(Named{"answers", kAnswersTarget}, Named{"definition", kDefinitionTarget},
                                         Named{"expression", kExpressionTarget}),
                         [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace ladder::fuzz
