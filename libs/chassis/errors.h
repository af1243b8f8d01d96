// File: errors.h
//
// Every error that a caller may see, one factory per kind. An error is an absl::Status whose payloads are the
// google.rpc details that travel with it; grpc_status.h turns it into what gRPC sends. Reasons are UPPER_SNAKE_CASE,
// never change once published and are listed in docs/errors.md.
//
//   return InvalidArgument({{"answers[3].option", "'maybe' is not an option of item 'sleep'"}});

#ifndef LADDER_LIBS_CHASSIS_ERRORS_H_
#define LADDER_LIBS_CHASSIS_ERRORS_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace ladder {

// One fault of a request: its path, empty for the whole of it, and what is wrong.
struct FieldViolation {
  std::string field;
  std::string description;
};

using ErrorMetadata = std::vector<std::pair<std::string, std::string>>;

// BadRequest with every violation. The message is the first one, and says how many more there are.
absl::Status InvalidArgument(std::vector<FieldViolation> violations);

// ResourceInfo and ErrorInfo, reason NOT_FOUND. `type` is for example "quiz version".
absl::Status NotFound(absl::string_view type, absl::string_view name);

absl::Status AlreadyExists(absl::string_view reason, absl::string_view message, ErrorMetadata metadata = {});
absl::Status FailedPrecondition(absl::string_view reason, absl::string_view message, ErrorMetadata metadata = {});
// The caller's own conflict, for example an etag that is not current: read again, then try again.
absl::Status Aborted(absl::string_view reason, absl::string_view message, ErrorMetadata metadata = {});
// With RetryInfo: the same call may succeed after `retry_delay`.
absl::Status Unavailable(absl::string_view reason, absl::string_view message,
                         absl::Duration retry_delay = absl::Seconds(1));
absl::Status ResourceExhausted(absl::string_view reason, absl::string_view message,
                               absl::Duration retry_delay = absl::Seconds(1));
// The server ended a call that served nobody any more.
absl::Status Cancelled(absl::string_view reason, absl::string_view message);
// A fault of ours. `detail` goes to the log, never to the caller.
absl::Status Internal(absl::string_view detail);

// The violations that InvalidArgument told, as far as they fit; none for another status.
std::vector<FieldViolation> ViolationsOf(const absl::Status& status);

// The reason of a status made here; empty where it has none.
std::string ReasonOf(const absl::Status& status);

}  // namespace ladder

#endif  // LADDER_LIBS_CHASSIS_ERRORS_H_
