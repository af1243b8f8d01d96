// File: sealing.h
//
// Which cohorts of a clinic close at a tick. Decided by the frame alone: who, where and when, never what came out.

#ifndef LADDER_RECORDS_SERVICE_RELEASE_SEALING_H_
#define LADDER_RECORDS_SERVICE_RELEASE_SEALING_H_

#include <functional>
#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "records-service/release/release_options.h"
#include "records-service/store/release_rows.h"

namespace ladder::records::release {

// The distinct clients of a cohort. Asked for the few that may close together.
using ClientsOf = std::function<absl::StatusOr<std::set<std::string>>(const GatheringCohort&)>;
using NewId = std::function<std::string()>;

// What closes at `tick` of the open cohorts of one clinic: each with `target_cohort` clients; after `longest_wait` each
// with `min_cohort`; and of each series and kind those that waited as long and are still smaller, together, where they
// have `min_cohort` distinct clients between them.
absl::StatusOr<std::vector<Sealing>> DecideSealings(absl::Span<const GatheringCohort> cohorts,
                                                    const ReleaseOptions& options, absl::Time tick,
                                                    const ClientsOf& clients_of, const NewId& new_id);

}  // namespace ladder::records::release

#endif  // LADDER_RECORDS_SERVICE_RELEASE_SEALING_H_
