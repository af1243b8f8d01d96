// File: snapshot.h
//
// Reads a PostgreSQL store at one moment, beside services that use it or without them, in one read-only transaction
// (REPEATABLE READ). While it lasts vacuums keep what it may still see.

#ifndef LADDER_RECORDS_SERVICE_STORE_POSTGRES_SNAPSHOT_H_
#define LADDER_RECORDS_SERVICE_STORE_POSTGRES_SNAPSHOT_H_

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "records-service/store/postgres/options.h"
#include "records-service/store/sql/connection.h"

namespace ladder::records::postgres {

// A statement may take an hour. Errors are in PostgreSQL's own words, for whoever operates the store.
// FAILED_PRECONDITION where the schema is one that this release does not know.
absl::Status ReadStore(PostgresOptions options, absl::FunctionRef<absl::Status(sql::Connection&)> body);

}  // namespace ladder::records::postgres

#endif  // LADDER_RECORDS_SERVICE_STORE_POSTGRES_SNAPSHOT_H_
