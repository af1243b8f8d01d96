// File: timestamp.h
//
// absl::Time and google.protobuf.Timestamp, both ways; absl::Duration to google.protobuf.Duration.

#ifndef LADDER_LIBS_CHASSIS_TIMESTAMP_H_
#define LADDER_LIBS_CHASSIS_TIMESTAMP_H_

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "google/protobuf/duration.pb.h"
#include "google/protobuf/timestamp.pb.h"

namespace ladder {

// A time beyond the years 0001 to 9999 becomes the nearest end of that span. Cuts below the nanosecond.
google::protobuf::Timestamp ToTimestamp(absl::Time time);

// INVALID_ARGUMENT, naming `field`, where seconds or nanos are outside of what a Timestamp may hold.
absl::StatusOr<absl::Time> FromTimestamp(const google::protobuf::Timestamp& timestamp, absl::string_view field);

// A span beyond 10,000 years becomes the nearest that the message may hold. Cuts below the nanosecond.
google::protobuf::Duration ToDurationMessage(absl::Duration duration);

}  // namespace ladder

#endif  // LADDER_LIBS_CHASSIS_TIMESTAMP_H_
