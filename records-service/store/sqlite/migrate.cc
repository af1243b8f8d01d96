#include <sys/stat.h>

#include <cerrno>
#include <memory>

#include "absl/strings/str_cat.h"
#include "records-service/store/sqlite/migrations.h"

namespace ladder::records::sqlite {
namespace {

std::string CommandFor(const std::string& directory) {
  return absl::StrCat("ladderctl store migrate --data-dir ", directory);
}

class SqliteSchema final : public sql::Schema {
 public:
  explicit SqliteSchema(Database& database) : database_(database) {}

  absl::StatusOr<sql::SchemaVersion> Find() override {
    const absl::StatusOr<std::int64_t> version = database_.QueryInteger("PRAGMA user_version");
    if (!version.ok()) return version.status();
    const absl::StatusOr<std::int64_t> oldest_reader = database_.QueryInteger("PRAGMA application_id");
    if (!oldest_reader.ok()) return oldest_reader.status();
    return sql::SchemaVersion{*version, *oldest_reader};
  }

  absl::Status Apply(std::int64_t version, const sql::Migration& step) override {
    absl::Status status = database_.Execute("BEGIN IMMEDIATE");
    if (!status.ok()) return status;
    status = ApplyLocked(version, step);
    if (status.ok()) status = database_.Execute("COMMIT");
    // The first error tells most.
    if (!status.ok() && database_.InTransaction()) database_.Execute("ROLLBACK").IgnoreError();
    return status;
  }

 private:
  absl::Status ApplyLocked(std::int64_t version, const sql::Migration& step) {
    const absl::StatusOr<sql::SchemaVersion> found = Find();
    if (!found.ok()) return found.status();
    if (found->version != version) return absl::OkStatus();
    return database_.Execute(absl::StrCat(step.sql, ";PRAGMA user_version = ", version + 1,
                                          ";PRAGMA application_id = ", step.oldest_reader));
  }

  Database& database_;
};

absl::Status Explain(const std::string& path, const absl::Status& status) {
  return absl::Status(status.code(), absl::StrCat("cannot open ", path, ": ", status.message()));
}

std::string PathIn(const std::string& directory) { return absl::StrCat(directory, "/", kDatabaseFile); }

}  // namespace

absl::StatusOr<sql::Migrated> Migrate(const std::string& directory, absl::Span<const sql::Migration> steps) {
  if (mkdir(directory.c_str(), 0700) != 0 && errno != EEXIST) {
    return absl::ErrnoToStatus(errno, absl::StrCat("cannot make ", directory));
  }
  const std::string path = PathIn(directory);
  absl::StatusOr<std::unique_ptr<Database>> database = Database::Open(path, Database::Mode::kCreate);
  if (!database.ok()) return Explain(path, database.status());
  const absl::Status status = (*database)->Configure();
  if (!status.ok()) return Explain(path, status);
  SqliteSchema schema(**database);
  absl::StatusOr<sql::Migrated> migrated = sql::Migrate(schema, steps, CommandFor(directory));
  if (!migrated.ok()) return Explain(path, migrated.status());
  return migrated;
}

absl::Status CheckSchema(const std::string& directory, Database& database) {
  const absl::StatusOr<sql::SchemaVersion> found = SqliteSchema(database).Find();
  if (!found.ok()) return found.status();
  return sql::CheckSchema(*found, static_cast<std::int64_t>(Migrations().size()), CommandFor(directory));
}

absl::Status NoDatabase(const std::string& directory) {
  return sql::CheckSchema({}, static_cast<std::int64_t>(Migrations().size()), CommandFor(directory));
}

}  // namespace ladder::records::sqlite
