#include "tests/records-service/disk_faults.h"

#include <dlfcn.h>
#include <sys/types.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>

namespace ladder::testing {
namespace {

struct Fault {
  std::atomic<bool> armed = false;
  std::atomic<bool> once = false;
  std::atomic<DiskCall> call = DiskCall::kWrite;
  std::atomic<int> left = 0;
  std::atomic<int> error = 0;
};

Fault& TheFault() {
  static Fault fault;
  return fault;
}

// True, with errno set, where this call has to fail.
bool Fails(DiskCall call) {
  Fault& fault = TheFault();
  if (!fault.armed || fault.call != call) return false;
  const int left = --fault.left;
  if (left > 0 || (left < 0 && fault.once)) return false;
  errno = fault.error;
  return true;
}

template <typename Function>
Function* Real(const char* name) {
  return reinterpret_cast<Function*>(dlsym(RTLD_NEXT, name));
}

}  // namespace

void FailDisk(DiskCall call, int n, int error, HowOften how_often) {
  Fault& fault = TheFault();
  fault.call = call;
  fault.left = n;
  fault.error = error;
  fault.once = how_often == HowOften::kOnce;
  fault.armed = true;
}

bool DiskHasFailed() { return TheFault().armed && TheFault().left <= 0; }

void StopFailing() { TheFault().armed = false; }

}  // namespace ladder::testing

// The names that Debian's SQLite calls. The program's own come before libc's.
extern "C" {

ssize_t pwrite64(int descriptor, const void* data, size_t size, off64_t offset) {
  if (ladder::testing::Fails(ladder::testing::DiskCall::kWrite)) return -1;
  static auto* const real = ladder::testing::Real<ssize_t(int, const void*, size_t, off64_t)>("pwrite64");
  return real(descriptor, data, size, offset);
}

int fdatasync(int descriptor) {
  if (ladder::testing::Fails(ladder::testing::DiskCall::kSync)) return -1;
  static auto* const real = ladder::testing::Real<int(int)>("fdatasync");
  return real(descriptor);
}

int ftruncate64(int descriptor, off64_t size) noexcept {
  if (ladder::testing::Fails(ladder::testing::DiskCall::kTruncate)) return -1;
  static auto* const real = ladder::testing::Real<int(int, off64_t)>("ftruncate64");
  return real(descriptor, size);
}

}  // extern "C"
