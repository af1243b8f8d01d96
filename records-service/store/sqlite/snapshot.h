// File: snapshot.h
//
// Reads an SQLite store at one moment, beside a service that uses it or without one. Writes nothing and takes no lease.
// While it reads the write-ahead log cannot be emptied, so it grows by what the service writes meanwhile.

#ifndef LADDER_RECORDS_SERVICE_STORE_SQLITE_SNAPSHOT_H_
#define LADDER_RECORDS_SERVICE_STORE_SQLITE_SNAPSHOT_H_

#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "records-service/store/sql/connection.h"

namespace ladder::records::sqlite {

// Errors are in SQLite's own words, for whoever operates the store. FAILED_PRECONDITION where the schema is one that
// this release does not know.
absl::Status ReadStore(const std::string& directory, absl::FunctionRef<absl::Status(sql::Connection&)> body);

}  // namespace ladder::records::sqlite

#endif  // LADDER_RECORDS_SERVICE_STORE_SQLITE_SNAPSHOT_H_
