#include "libs/chassis/timestamp.h"

#include <algorithm>
#include <cstdint>
#include <string>

#include "libs/chassis/errors.h"

namespace ladder {
namespace {

constexpr std::int64_t kMinSeconds = -62'135'596'800;  // 0001-01-01T00:00:00Z
constexpr std::int64_t kMaxSeconds = 253'402'300'799;  // 9999-12-31T23:59:59Z
constexpr std::int64_t kMaxNanos = 999'999'999;
constexpr std::int64_t kMaxDurationSeconds = 315'576'000'000;  // As duration.proto says.

}  // namespace

google::protobuf::Timestamp ToTimestamp(absl::Time time) {
  const absl::Time earliest = absl::FromUnixSeconds(kMinSeconds);
  const absl::Time latest = absl::FromUnixSeconds(kMaxSeconds) + absl::Nanoseconds(kMaxNanos);
  time = std::clamp(time, earliest, latest);
  const std::int64_t seconds = absl::ToUnixSeconds(time);
  google::protobuf::Timestamp timestamp;
  timestamp.set_seconds(seconds);
  timestamp.set_nanos(static_cast<int>(absl::ToInt64Nanoseconds(time - absl::FromUnixSeconds(seconds))));
  return timestamp;
}

absl::StatusOr<absl::Time> FromTimestamp(const google::protobuf::Timestamp& timestamp, absl::string_view field) {
  if (timestamp.seconds() < kMinSeconds || timestamp.seconds() > kMaxSeconds) {
    return InvalidArgument({{std::string(field), "seconds lie outside of the years 0001 to 9999"}});
  }
  if (timestamp.nanos() < 0 || timestamp.nanos() > kMaxNanos) {
    return InvalidArgument({{std::string(field), "nanos must be from 0 to 999999999"}});
  }
  return absl::FromUnixSeconds(timestamp.seconds()) + absl::Nanoseconds(timestamp.nanos());
}

google::protobuf::Duration ToDurationMessage(absl::Duration duration) {
  const absl::Duration longest = absl::Seconds(kMaxDurationSeconds);
  duration = std::clamp(duration, -longest, longest);
  google::protobuf::Duration message;
  message.set_seconds(absl::IDivDuration(duration, absl::Seconds(1), &duration));
  message.set_nanos(static_cast<int>(absl::ToInt64Nanoseconds(duration)));
  return message;
}

}  // namespace ladder
