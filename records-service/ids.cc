#include "records-service/ids.h"

#include <cstdint>

#include "absl/strings/str_format.h"
#include "absl/time/time.h"

namespace ladder::records {

std::string IdMaker::Next() {
  constexpr std::int64_t kNanosPerMilli = 1'000'000;
  constexpr std::int64_t kFractions = 1 << 12;
  const std::int64_t nanos = absl::ToUnixNanos(clock_.Now());
  const auto millis = static_cast<std::uint64_t>(nanos / kNanosPerMilli);
  const auto fraction = static_cast<std::uint64_t>(nanos % kNanosPerMilli * kFractions / kNanosPerMilli);
  const std::uint64_t random = random_.Next();
  // 48 bits of time | version 7, 12 bits of fraction | variant 10, 62 random bits.
  return absl::StrFormat("%08x-%04x-%04x-%04x-%012x", (millis >> 16) & 0xffffffff, millis & 0xffff, 0x7000 | fraction,
                         0x8000 | ((random >> 48) & 0x3fff), random & 0xffffffffffff);
}

}  // namespace ladder::records
