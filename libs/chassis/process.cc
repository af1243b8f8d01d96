#include "libs/chassis/process.h"

#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

namespace ladder {
namespace {

// Several times what 10,000 calls under way can need, and still cheap for libraries that walk over all descriptors.
constexpr rlim_t kFileDescriptors = 65'536;

void ForbidCoreDumps() {
  rlimit limit;
  if (getrlimit(RLIMIT_CORE, &limit) == 0) {
    limit.rlim_cur = 0;
    setrlimit(RLIMIT_CORE, &limit);
  }
  // The limit does not hold where core_pattern names a program; this does.
  prctl(PR_SET_DUMPABLE, 0);
}

}  // namespace

void PrepareProcess() {
  ForbidCoreDumps();
  signal(SIGPIPE, SIG_IGN);
  sigset_t stop_signals;
  sigemptyset(&stop_signals);
  sigaddset(&stop_signals, SIGTERM);
  sigaddset(&stop_signals, SIGINT);
  pthread_sigmask(SIG_BLOCK, &stop_signals, nullptr);
}

absl::Status AllowCoreDumps() {
  rlimit limit;
  if (getrlimit(RLIMIT_CORE, &limit) != 0) {
    return absl::InternalError(absl::StrCat("getrlimit: ", std::strerror(errno)));
  }
  limit.rlim_cur = limit.rlim_max;
  if (setrlimit(RLIMIT_CORE, &limit) != 0 || prctl(PR_SET_DUMPABLE, 1) != 0) {
    return absl::InternalError(absl::StrCat("cores cannot be allowed: ", std::strerror(errno)));
  }
  return absl::OkStatus();
}

absl::StatusOr<std::int64_t> RaiseFileDescriptorLimit() {
  rlimit limit;
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) {
    return absl::InternalError(absl::StrCat("getrlimit: ", std::strerror(errno)));
  }
  limit.rlim_cur = std::max(limit.rlim_cur, std::min(limit.rlim_max, kFileDescriptors));
  if (setrlimit(RLIMIT_NOFILE, &limit) != 0) {
    return absl::InternalError(absl::StrCat("setrlimit: ", std::strerror(errno)));
  }
  return static_cast<std::int64_t>(limit.rlim_cur);
}

}  // namespace ladder
