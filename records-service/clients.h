// File: clients.h
//
// What AssessmentService does with a client as a whole: erase and export, without gRPC.
//
//   Clients clients(store, clock, {}, unusable);
//   absl::StatusOr<v1::EraseClientResponse> erased = clients.Erase(request);
//
// Thread-safe. Every method waits for the store, so call it on a thread that may wait.

#ifndef LADDER_RECORDS_SERVICE_CLIENTS_H_
#define LADDER_RECORDS_SERVICE_CLIENTS_H_

#include <cstddef>

#include "absl/status/statusor.h"
#include "ladder/records/v1/assessment_service.pb.h"
#include "libs/chassis/clock.h"
#include "records-service/store/store.h"
#include "records-service/unusable_rows.h"

namespace ladder::records {

// The reason of UNAVAILABLE where a call has removed as much as one may, and there is more.
inline constexpr char kErasureUnfinished[] = "ERASURE_UNFINISHED";

class Clients {
 public:
  struct Limits {
    // Rows in one transaction: while it runs nobody else writes in the clinic.
    std::size_t batch_rows = 500;
    // Transactions in one call, which so ends in time and leaves its thread to others.
    int batches = 100;
    // Of stored bytes, which JSON makes about three times as long: a reply stays below what clients take (4 MiB).
    std::size_t page_bytes = 512 << 10;
  };

  // All of these have to outlive it.
  Clients(Store& store, const Clock& clock, const Limits& limits, UnusableRows& unusable)
      : store_(store), clock_(clock), limits_(limits), unusable_(unusable) {}

  absl::StatusOr<v1::EraseClientResponse> Erase(const v1::EraseClientRequest& request);
  absl::StatusOr<v1::ExportClientResponse> Export(const v1::ExportClientRequest& request);

 private:
  // Append a page to the reply. `after` and `after_id` say where it begins.
  absl::Status ExportAssessments(AssessmentQuery query, absl::string_view question, v1::ExportClientResponse& response);
  absl::Status ExportSetAside(const AssessmentQuery& query, const std::string& after_id, absl::string_view question,
                              v1::ExportClientResponse& response);

  Store& store_;
  const Clock& clock_;
  const Limits limits_;
  UnusableRows& unusable_;
};

}  // namespace ladder::records

#endif  // LADDER_RECORDS_SERVICE_CLIENTS_H_
