// A library to preload: while the file exists that LADDER_FAIL_SYNC names, every fdatasync of the program fails with
// EIO, as on a disk that is broken.

#include <dlfcn.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>

extern "C" int fdatasync(int descriptor) {
  const char* const trigger = std::getenv("LADDER_FAIL_SYNC");
  if (trigger != nullptr && access(trigger, F_OK) == 0) {
    errno = EIO;
    return -1;
  }
  static auto* const real = reinterpret_cast<int (*)(int)>(dlsym(RTLD_NEXT, "fdatasync"));
  return real(descriptor);
}
