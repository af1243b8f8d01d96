// File: migration.h
//
// The steps of a schema, whichever engine takes them, and which programs may use a database (docs/decisions/
// migrations.md). A schema's version is the number of steps that were taken. Steps only lead forward, are never changed
// once they are released, and are taken by `ladderctl store migrate`, while programs of the version before may run on.
//
// A step is a file of SQL whose first line says `-- oldest_reader: 3`: programs that know 3 steps or more can work with
// a database after it.

#ifndef LADDER_RECORDS_SERVICE_STORE_SQL_MIGRATION_H_
#define LADDER_RECORDS_SERVICE_STORE_SQL_MIGRATION_H_

#include <cstdint>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace ladder::records::sql {

// The step at index n leads from version n to n + 1.
struct Migration {
  std::int64_t oldest_reader = 0;
  absl::string_view sql;
};

// What a database says of itself. An empty one has version 0.
struct SchemaVersion {
  std::int64_t version = 0;
  std::int64_t oldest_reader = 0;
};

// What an engine does for Migrate().
class Schema {
 public:
  virtual ~Schema() = default;
  virtual absl::StatusOr<SchemaVersion> Find() = 0;
  // Takes the step from `version` and notes both numbers, in one transaction. OK as well where another process was
  // quicker: nothing has happened then.
  virtual absl::Status Apply(std::int64_t version, const Migration& step) = 0;
};

struct Migrated {
  std::int64_t from = 0;
  std::int64_t to = 0;
};

// Takes every step that is missing. Cut off and run again it goes on where it stopped. `command` is what a person types
// to run it, for messages.
absl::StatusOr<Migrated> Migrate(Schema& schema, absl::Span<const Migration> steps, absl::string_view command);

// Whether a program that knows `known` steps can work with this database; FAILED_PRECONDITION names `command`.
absl::Status CheckSchema(const SchemaVersion& found, std::int64_t known, absl::string_view command);

}  // namespace ladder::records::sql

#endif  // LADDER_RECORDS_SERVICE_STORE_SQL_MIGRATION_H_
