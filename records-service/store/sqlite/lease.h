// File: lease.h
//
// One process at a time: an exclusive lock on a file, held as long as the object lives. The kernel lets go of it when
// the process ends, however it ends. Not for network file systems.

#ifndef LADDER_RECORDS_SERVICE_STORE_SQLITE_LEASE_H_
#define LADDER_RECORDS_SERVICE_STORE_SQLITE_LEASE_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"

namespace ladder::records::sqlite {

class Lease {
 public:
  // FAILED_PRECONDITION where another process holds it. Does not wait.
  static absl::StatusOr<std::unique_ptr<Lease>> Take(const std::string& path);
  Lease(const Lease&) = delete;
  Lease& operator=(const Lease&) = delete;
  ~Lease();

 private:
  explicit Lease(int descriptor) : descriptor_(descriptor) {}
  const int descriptor_;
};

}  // namespace ladder::records::sqlite

#endif  // LADDER_RECORDS_SERVICE_STORE_SQLITE_LEASE_H_
