// File: repair.h
//
// What `ladderctl store repair` does: finds every assessment that this program cannot use, and sets it aside.
//
//   std::vector<sql::Finding> unusable;
//   ReadStore([&](sql::Connection& connection) {
//     return FindUnusable(connection, [&](const sql::Finding& finding) { unusable.push_back(finding); });
//   });
//   const absl::StatusOr<std::int64_t> moved = SetAsideAll(store, unusable, clock.Now());

#ifndef LADDER_RECORDS_SERVICE_VERIFY_REPAIR_H_
#define LADDER_RECORDS_SERVICE_VERIFY_REPAIR_H_

#include <cstdint>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "records-service/store/repair_store.h"
#include "records-service/store/sql/verification.h"

namespace ladder::records {

// Scores every assessment again, clinic by clinic. `tell` hears of each that is damaged or is not what its version
// gives (row_check.h). Of one whose version is missing or cannot be used only its own bytes are judged. Gives how many
// there are. REQUIRES: the connection is inside of a transaction that reads all of it at one moment.
absl::StatusOr<std::int64_t> FindUnusable(sql::Connection& connection, sql::TellFinding tell);

// Moves what was found, some hundred rows in a transaction. Gives how many were moved; what was erased meanwhile is not
// among them. Cut off and begun again, it moves the rest. REQUIRES: `unusable` is sorted by clinic.
absl::StatusOr<std::int64_t> SetAsideAll(RepairStore& store, absl::Span<const sql::Finding> unusable, absl::Time now);

}  // namespace ladder::records

#endif  // LADDER_RECORDS_SERVICE_VERIFY_REPAIR_H_
