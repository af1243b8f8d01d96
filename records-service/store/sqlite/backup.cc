#include "records-service/store/sqlite/backup.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <memory>

#include "absl/strings/str_cat.h"
#include "records-service/store/sqlite/database.h"
#include "records-service/store/sqlite/migrations.h"

namespace ladder::records::sqlite {
namespace {

constexpr mode_t kForItsOwner = 0600;

absl::Status SyncFile(const std::string& path) {
  const int descriptor = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return absl::ErrnoToStatus(errno, absl::StrCat("cannot open ", path));
  const absl::Status synced =
      fsync(descriptor) == 0 ? absl::OkStatus() : absl::ErrnoToStatus(errno, absl::StrCat("cannot sync ", path));
  close(descriptor);
  return synced;
}

absl::Status Copy(const std::string& from, const std::string& to) {
  const absl::StatusOr<std::unique_ptr<Database>> source = Database::Open(from, Database::Mode::kReadOnly);
  if (!source.ok()) return absl::Status(source.status().code(), absl::StrCat(from, ": ", source.status().message()));
  const absl::StatusOr<std::unique_ptr<Database>> target = Database::Open(to, Database::Mode::kReadWrite);
  if (!target.ok()) return absl::Status(target.status().code(), absl::StrCat(to, ": ", target.status().message()));
  return (*target)->CopyFrom(**source);
}

}  // namespace

absl::Status BackUp(const std::string& directory, const std::string& file) {
  // Made before SQLite opens it, for its mode and so that nothing is overwritten.
  const int descriptor = open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, kForItsOwner);
  if (descriptor < 0) return absl::ErrnoToStatus(errno, absl::StrCat("cannot make ", file));
  close(descriptor);
  absl::Status status = Copy(absl::StrCat(directory, "/", kDatabaseFile), file);
  if (status.ok()) status = SyncFile(file);
  if (!status.ok()) unlink(file.c_str());
  return status;
}

}  // namespace ladder::records::sqlite
