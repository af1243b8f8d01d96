// File: selection.h
//
// Which entries of the release log a question is about, checked.
//
//   RequestCheck check;
//   const Selection selection = CheckSelection(request.selection(), tick, check);
//   if (!check.status().ok()) return check.status();

#ifndef LADDER_RECORDS_SERVICE_ANALYTICS_SELECTION_H_
#define LADDER_RECORDS_SERVICE_ANALYTICS_SELECTION_H_

#include <optional>
#include <string>

#include "absl/time/time.h"
#include "ladder/records/v1/analytics_service.pb.h"
#include "libs/quiz/resource_names.h"
#include "records-service/request_check.h"
#include "records-service/store/release_rows.h"

namespace ladder::records::analytics {

struct Selection {
  std::string clinic;  // Empty: all.
  quiz::SeriesName series;
  std::optional<std::string> campaign;  // None: all campaigns together.
  absl::Time from = absl::InfinitePast();
  absl::Time before = absl::InfiniteFuture();

  // Whether a row of the asked clinics, series and time is among them.
  bool Holds(const PartitionKey& partition) const { return !campaign.has_value() || partition.campaign == *campaign; }
};

// Faults of `check` have paths under "selection".
Selection CheckSelection(const v1::ReleaseSelection& asked, absl::Duration tick, RequestCheck& check);

}  // namespace ladder::records::analytics

#endif  // LADDER_RECORDS_SERVICE_ANALYTICS_SELECTION_H_
