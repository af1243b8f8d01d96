#include "records-service/store/sqlite/snapshot.h"

#include <memory>

#include "absl/strings/str_cat.h"
#include "records-service/store/sqlite/database.h"
#include "records-service/store/sqlite/migrations.h"

namespace ladder::records::sqlite {

absl::Status ReadStore(const std::string& directory, absl::FunctionRef<absl::Status(sql::Connection&)> body) {
  const std::string path = absl::StrCat(directory, "/", kDatabaseFile);
  const auto explain = [&path](const absl::Status& status) {
    return absl::Status(status.code(), absl::StrCat("cannot read ", path, ": ", status.message()));
  };
  const absl::StatusOr<std::unique_ptr<Database>> database = Database::Open(path, Database::Mode::kReadOnly);
  if (!database.ok()) return explain(database.status());
  absl::Status status = (*database)->Execute("BEGIN");
  if (status.ok()) status = CheckSchema(directory, **database);
  if (status.ok()) status = body(**database);
  return status.ok() ? status : explain(status);
}

}  // namespace ladder::records::sqlite
