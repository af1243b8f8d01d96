// File: process.h
//
// What a server sets up in its process before anything else.

#ifndef LADDER_LIBS_CHASSIS_PROCESS_H_
#define LADDER_LIBS_CHASSIS_PROCESS_H_

#include <cstdint>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace ladder {

// Ignores SIGPIPE, and blocks SIGTERM and SIGINT so that only RunUntilSignal takes them. Threads inherit the mask:
// first thing in main.
//
// Also keeps the memory to this process, before any secret or answer is in it: no core is written, and other processes
// of the same user can neither trace it nor read its /proc/PID/environ, fd or mem.
void PrepareProcess();

// Takes that back, for an operator who looks for a crash: cores are written as far as the hard limit allows.
absl::Status AllowCoreDumps();

// Raises RLIMIT_NOFILE as far as is useful and allowed, and returns what it is now. gRPC 1.51 stops accepting for ever
// once a process has run out of file descriptors, so the limit is far above what connections need.
absl::StatusOr<std::int64_t> RaiseFileDescriptorLimit();

}  // namespace ladder

#endif  // LADDER_LIBS_CHASSIS_PROCESS_H_
