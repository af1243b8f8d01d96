// File: migrations.h
//
// The schema, step by step: the files of migrations/ in their order, compiled in. The step at index n leads from schema
// version n to n + 1; the schema version is SQLite's user_version.

#ifndef LADDER_RECORDS_SERVICE_STORE_SQLITE_MIGRATIONS_H_
#define LADDER_RECORDS_SERVICE_STORE_SQLITE_MIGRATIONS_H_

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace ladder::records::sqlite {

absl::Span<const absl::string_view> Migrations();

}  // namespace ladder::records::sqlite

#endif  // LADDER_RECORDS_SERVICE_STORE_SQLITE_MIGRATIONS_H_
