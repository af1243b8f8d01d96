// File: process.h
//
// What a server sets up in its process before anything else.

#ifndef LADDER_LIBS_CHASSIS_PROCESS_H_
#define LADDER_LIBS_CHASSIS_PROCESS_H_

#include <cstdint>

#include "absl/status/statusor.h"

namespace ladder {

// Ignores SIGPIPE, and blocks SIGTERM and SIGINT so that only RunUntilSignal takes them. Threads inherit the mask:
// first thing in main.
void PrepareProcess();

// Raises RLIMIT_NOFILE as far as is useful and allowed, and returns what it is now. gRPC 1.51 stops accepting for ever
// once a process has run out of file descriptors, so the limit is far above what connections need.
absl::StatusOr<std::int64_t> RaiseFileDescriptorLimit();

}  // namespace ladder

#endif  // LADDER_LIBS_CHASSIS_PROCESS_H_
