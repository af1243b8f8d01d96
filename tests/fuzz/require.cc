#include <cstdio>
#include <cstdlib>

#include "tests/fuzz/fuzz_target.h"

namespace ladder::fuzz {

void Refute(const char* condition, const char* file, int line) {
  std::fprintf(stderr, "%s:%d: does not hold: %s\n", file, line, condition);
  std::abort();
}

}  // namespace ladder::fuzz
