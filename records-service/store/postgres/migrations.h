// File: migrations.h
//
// The schema of the PostgreSQL store: the files of migrations/ in their order, compiled in. The only row of the table
// `schema_version` says how many of them were taken; whoever migrates holds it until the step is committed.

#ifndef LADDER_RECORDS_SERVICE_STORE_POSTGRES_MIGRATIONS_H_
#define LADDER_RECORDS_SERVICE_STORE_POSTGRES_MIGRATIONS_H_

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "records-service/store/postgres/connection.h"
#include "records-service/store/postgres/options.h"
#include "records-service/store/sql/migration.h"

namespace ladder::records::postgres {

absl::Span<const sql::Migration> Migrations();

// Takes the steps that are missing. Services may be using the database meanwhile.
absl::StatusOr<sql::Migrated> Migrate(const PostgresOptions& options,
                                      absl::Span<const sql::Migration> steps = Migrations());

// Whether this release can work with the database.
absl::Status CheckSchema(const PostgresOptions& options, Connection& connection);

// For whoever starts a service or migrates: what keeps the database from being used, in PostgreSQL's own words.
absl::Status OpenError(const absl::Status& status);

}  // namespace ladder::records::postgres

#endif  // LADDER_RECORDS_SERVICE_STORE_POSTGRES_MIGRATIONS_H_
