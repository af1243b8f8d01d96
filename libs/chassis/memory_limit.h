// File: memory_limit.h
//
// How much memory the process may take before the kernel ends it, as its control group says.
//
//   const std::optional<std::int64_t> bytes = CgroupMemoryLimit();

#ifndef LADDER_LIBS_CHASSIS_MEMORY_LIMIT_H_
#define LADDER_LIBS_CHASSIS_MEMORY_LIMIT_H_

#include <cstdint>
#include <optional>
#include <string>

namespace ladder {

// Bytes: the least of what the process's group and those above it allow, in control groups of version 2 or 1; nullopt
// where none sets a limit. `membership` is the file that names the group, `root` where the groups are mounted.
std::optional<std::int64_t> CgroupMemoryLimit(const std::string& membership = "/proc/self/cgroup",
                                              const std::string& root = "/sys/fs/cgroup");

}  // namespace ladder

#endif  // LADDER_LIBS_CHASSIS_MEMORY_LIMIT_H_
