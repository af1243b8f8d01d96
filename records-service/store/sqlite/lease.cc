#include "records-service/store/sqlite/lease.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>

#include "absl/memory/memory.h"
#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

namespace ladder::records::sqlite {

absl::StatusOr<std::unique_ptr<Lease>> Lease::Take(const std::string& path) {
  const int descriptor = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (descriptor < 0) return absl::ErrnoToStatus(errno, absl::StrCat("cannot open ", path));
  if (flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
    const int error = errno;
    close(descriptor);
    if (error == EWOULDBLOCK) {
      return absl::FailedPreconditionError(absl::StrCat("another process holds ", path, ": stop it first"));
    }
    return absl::ErrnoToStatus(error, absl::StrCat("cannot lock ", path));
  }
  return absl::WrapUnique(new Lease(descriptor));
}

Lease::~Lease() { close(descriptor_); }

}  // namespace ladder::records::sqlite
