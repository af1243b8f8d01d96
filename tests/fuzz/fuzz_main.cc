// A libFuzzer program of the target that LADDER_FUZZ_TARGET names.

#include <google/protobuf/stubs/logging.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>

#include "tests/fuzz/fuzz_target.h"

// Of libFuzzer: damages any bytes.
extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t max_size);

namespace {

using ladder::fuzz::FuzzTarget;

const FuzzTarget& Target() { return ladder::fuzz::LADDER_FUZZ_TARGET; }

absl::string_view Text(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

}  // namespace

// An expectation that fails ends the program, which is how libFuzzer learns of it. Protobuf logs every text that is not
// UTF-8, which here is most of them.
extern "C" int LLVMFuzzerInitialize(int* /*argc*/, char*** /*argv*/) {
  GTEST_FLAG_SET(break_on_failure, true);
  google::protobuf::SetLogHandler(nullptr);
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Target().run(Text(data, size));
  return 0;
}

// One input in eight begins anew from a seed, one is damaged as bytes, the others keep their form.
extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t max_size,
                                               unsigned int seed) {
  static const auto* const seeds = new std::vector<std::string>(Target().seeds());
  ladder::quiz::Random random(seed);
  const std::size_t way = random.Below(8);
  if (way == 0 || Target().mutate == nullptr) return LLVMFuzzerMutate(data, size, max_size);
  const std::string before = way == 1 || size <= 1 ? random.Among(*seeds) : std::string(Text(data, size));
  const std::string after = Target().mutate(before, random);
  const std::size_t kept = std::min(after.size(), max_size);
  std::memcpy(data, after.data(), kept);
  return kept;
}
