// File: migrations.h
//
// The schema of the SQLite store: the files of migrations/ in their order, compiled in. The version is SQLite's
// user_version; the oldest reader is kept as its application_id, the one other number of a database's header that is
// the program's own.

#ifndef LADDER_RECORDS_SERVICE_STORE_SQLITE_MIGRATIONS_H_
#define LADDER_RECORDS_SERVICE_STORE_SQLITE_MIGRATIONS_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "records-service/store/sql/migration.h"
#include "records-service/store/sqlite/database.h"

namespace ladder::records::sqlite {

inline constexpr char kDatabaseFile[] = "records.db";

absl::Span<const sql::Migration> Migrations();

// Makes the directory and the database where they are missing, and takes the steps that are. A service may be using the
// database meanwhile.
absl::StatusOr<sql::Migrated> Migrate(const std::string& directory,
                                      absl::Span<const sql::Migration> steps = Migrations());

// Whether this release can work with the database of `directory`.
absl::Status CheckSchema(const std::string& directory, Database& database);

// What CheckSchema says where there is no database at all.
absl::Status NoDatabase(const std::string& directory);

}  // namespace ladder::records::sqlite

#endif  // LADDER_RECORDS_SERVICE_STORE_SQLITE_MIGRATIONS_H_
