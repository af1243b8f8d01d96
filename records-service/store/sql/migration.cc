#include "records-service/store/sql/migration.h"

#include "absl/strings/str_cat.h"

namespace ladder::records::sql {

absl::StatusOr<Migrated> Migrate(Schema& schema, absl::Span<const Migration> steps, absl::string_view command) {
  const auto known = static_cast<std::int64_t>(steps.size());
  absl::StatusOr<SchemaVersion> found = schema.Find();
  if (!found.ok()) return found.status();
  const std::int64_t from = found->version;
  while (found->version < known) {
    const std::int64_t version = found->version;
    const absl::Status applied = schema.Apply(version, steps[static_cast<std::size_t>(version)]);
    if (!applied.ok()) return applied;
    found = schema.Find();
    if (!found.ok()) return found.status();
    if (found->version <= version) return absl::InternalError(absl::StrCat("step ", version + 1, " left no trace"));
  }
  const absl::Status usable = CheckSchema(*found, known, command);
  if (!usable.ok()) return usable;
  return Migrated{from, found->version};
}

absl::Status CheckSchema(const SchemaVersion& found, std::int64_t known, absl::string_view command) {
  if (found.version == known) return absl::OkStatus();
  if (found.version < known) {
    return absl::FailedPreconditionError(
        absl::StrCat("its schema version is ", found.version, ", this release needs ", known, ": run `", command, "`"));
  }
  if (found.oldest_reader <= known && found.oldest_reader > 0) return absl::OkStatus();
  return absl::FailedPreconditionError(absl::StrCat(
      "its schema version is ", found.version, ", which asks for a release that knows ", found.oldest_reader,
      " or more, and this one knows ", known, ": use the release whose `", command, "` has brought it there"));
}

}  // namespace ladder::records::sql
