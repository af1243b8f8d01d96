// File: repair_store.h
//
// What `ladderctl store repair` asks of a store, beside services that use it.

#ifndef LADDER_RECORDS_SERVICE_STORE_REPAIR_STORE_H_
#define LADDER_RECORDS_SERVICE_STORE_REPAIR_STORE_H_

#include <cstddef>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"

namespace ladder::records {

// An assessment that cannot be used.
struct UnusableRow {
  std::string id;
  std::string why;  // As SetAsideRow.
};

class RepairStore {
 public:
  virtual ~RepairStore() = default;
  // Moves these assessments of a clinic to those that are set aside, and removes the standings that they are. What was
  // released of them stays released. Their request_ids may not come again. Returns how many: those that have gone
  // meanwhile are not among them.
  virtual absl::StatusOr<std::size_t> SetAside(absl::string_view clinic, absl::Span<const UnusableRow> rows,
                                               absl::Time now) = 0;
};

}  // namespace ladder::records

#endif  // LADDER_RECORDS_SERVICE_STORE_REPAIR_STORE_H_
