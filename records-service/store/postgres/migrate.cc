#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "libs/chassis/errors.h"
#include "records-service/store/postgres/errors.h"
#include "records-service/store/postgres/migrations.h"
#include "records-service/store/store.h"

namespace ladder::records::postgres {
namespace {

constexpr absl::string_view kUndefinedTable = "42P01";

// A step may take long, but may not make services wait for long behind a lock that it cannot get.
constexpr char kSettings[] =
    "SET statement_timeout = 0; SET idle_in_transaction_session_timeout = 0; SET lock_timeout = '5s'";

constexpr absl::string_view kFindVersion = "SELECT version, oldest_reader FROM schema_version WHERE id = 1";
// Both statements in one transaction, so that the row is there when the table is.
constexpr char kMakeVersionTable[] =
    "CREATE TABLE schema_version (id bigint NOT NULL PRIMARY KEY, version bigint NOT NULL,"
    " oldest_reader bigint NOT NULL);"
    "INSERT INTO schema_version (id, version, oldest_reader) VALUES (1, 0, 0)";

std::string CommandFor(const PostgresOptions& options) {
  return absl::StrCat("ladderctl store migrate --postgres '", options.conninfo, "'");
}

absl::StatusOr<sql::SchemaVersion> FindVersion(Connection& connection) {
  sql::SchemaVersion found;
  sql::Query query = connection.Use(kFindVersion);
  const absl::Status status = query.ForEach([&found](const sql::Query& row) {
    found = {row.IntegerAt(0), row.IntegerAt(1)};
  });
  if (!status.ok() && SqlstateOf(status) != kUndefinedTable) return status;
  return found;
}

class PostgresSchema final : public sql::Schema {
 public:
  explicit PostgresSchema(Connection& connection) : connection_(connection) {}

  absl::StatusOr<sql::SchemaVersion> Find() override { return FindVersion(connection_); }

  absl::Status Apply(std::int64_t version, const sql::Migration& step) override {
    if (version == 0) {
      const absl::Status made = MakeVersionTable();
      if (!made.ok()) return made;
    }
    connection_.Begin();
    absl::Status status = ApplyInTransaction(version, step);
    if (status.ok()) status = connection_.Commit();
    if (!status.ok()) connection_.Rollback();
    return status;
  }

 private:
  // Which error it is where another process makes the table meanwhile depends on how far that one is.
  absl::Status MakeVersionTable() {
    const absl::Status status = connection_.ExecuteScript(kMakeVersionTable);
    if (status.ok() || connection_.Use(kFindVersion).Run().ok()) return absl::OkStatus();
    return status;
  }

  // The update is what several who migrate wait for: all but one then find another version.
  absl::Status ApplyInTransaction(std::int64_t version, const sql::Migration& step) {
    const absl::Status taken =
        connection_.Use("UPDATE schema_version SET version = ?, oldest_reader = ? WHERE id = 1 AND version = ?")
            .Integer(version + 1)
            .Integer(step.oldest_reader)
            .Integer(version)
            .Run();
    if (!taken.ok() || connection_.Changes() == 0) return taken;
    return connection_.ExecuteScript(std::string(step.sql));
  }

  Connection& connection_;
};

}  // namespace

absl::Status OpenError(const absl::Status& status) {
  const std::string message = absl::StrCat("cannot use the PostgreSQL database: ", status.message());
  return IsConnectionGone(SqlstateOf(status)) ? Unavailable(kStorageBusy, message)
                                              : absl::Status(status.code(), message);
}

absl::StatusOr<sql::Migrated> Migrate(const PostgresOptions& options, absl::Span<const sql::Migration> steps) {
  const absl::StatusOr<std::unique_ptr<Connection>> connection = Connection::Open(options);
  if (!connection.ok()) return OpenError(connection.status());
  const absl::Status status = (*connection)->ExecuteScript(kSettings);
  if (!status.ok()) return OpenError(status);
  PostgresSchema schema(**connection);
  absl::StatusOr<sql::Migrated> migrated = sql::Migrate(schema, steps, CommandFor(options));
  if (!migrated.ok()) return OpenError(migrated.status());
  return migrated;
}

absl::Status CheckSchema(const PostgresOptions& options, Connection& connection) {
  const absl::StatusOr<sql::SchemaVersion> found = FindVersion(connection);
  if (!found.ok()) return OpenError(found.status());
  const absl::Status usable =
      sql::CheckSchema(*found, static_cast<std::int64_t>(Migrations().size()), CommandFor(options));
  return usable.ok() ? usable : OpenError(usable);
}

}  // namespace ladder::records::postgres
