#include "records-service/verify/repair.h"

#include <cstddef>
#include <string>
#include <vector>

#include "records-service/verify/row_check.h"
#include "records-service/verify/versions.h"

namespace ladder::records {
namespace {

// While a transaction runs nobody else writes in its clinic.
constexpr std::size_t kRowsAtATime = 500;

}  // namespace

absl::StatusOr<std::int64_t> FindUnusable(sql::Connection& connection, sql::TellFinding tell) {
  Versions versions(connection);
  std::int64_t count = 0;
  const absl::Status read = sql::ForEachScore(connection, [&](const sql::StoredScore& row) {
    const absl::StatusOr<StoredVersion> version = versions.Find({row.quiz, row.version});
    if (!version.ok()) return version.status();
    ++count;
    const std::string fault = FaultOf(row, version->program.get());
    if (!fault.empty()) tell({row.clinic, "assessment", row.id, fault});
    return absl::OkStatus();
  });
  if (!read.ok()) return read;
  return count;
}

absl::StatusOr<std::int64_t> SetAsideAll(RepairStore& store, absl::Span<const sql::Finding> unusable, absl::Time now) {
  std::int64_t moved = 0;
  for (std::size_t begin = 0; begin < unusable.size();) {
    const std::string& clinic = unusable[begin].clinic;
    std::vector<UnusableRow> rows;
    std::size_t end = begin;
    for (; end < unusable.size() && unusable[end].clinic == clinic && rows.size() < kRowsAtATime; ++end) {
      rows.push_back({unusable[end].id, unusable[end].fault});
    }
    const absl::StatusOr<std::size_t> of_batch = store.SetAside(clinic, rows, now);
    if (!of_batch.ok()) return of_batch.status();
    moved += static_cast<std::int64_t>(*of_batch);
    begin = end;
  }
  return moved;
}

}  // namespace ladder::records
