// File: release_store.h
//
// What releasing figures needs of a database. Threads, blocking, atomicity, errors: as in store.h.
//
// Exactly once, with many writers and replicas: an assessment is stamped with its cohort when it is written; a sealed
// cohort takes no more; releasing turns it from sealed to released in the transaction that appends to the log. Whoever
// comes second finds nothing to do.

#ifndef LADDER_RECORDS_SERVICE_STORE_RELEASE_STORE_H_
#define LADDER_RECORDS_SERVICE_STORE_RELEASE_STORE_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "records-service/store/release_rows.h"

namespace ladder::records {

// What a release asks of those who know what outcomes and tables are. Called inside of a transaction, perhaps several
// times: noise that was not committed is drawn anew.
class ReleaseCounter {
 public:
  virtual ~ReleaseCounter() = default;
  virtual absl::StatusOr<Released> Count(const CohortContent& content) = 0;
  // Both are of one shape.
  virtual absl::StatusOr<std::string> AddTables(absl::string_view a, absl::string_view b) = 0;
};

class ReleaseStore {
 public:
  virtual ~ReleaseStore() = default;

  // Open cohorts that hold somebody, ascending by (clinic, id), after this one.
  virtual absl::StatusOr<std::vector<GatheringCohort>> ListGathering(absl::string_view after_clinic,
                                                                     absl::string_view after_id, std::size_t limit) = 0;
  // The distinct clients of a cohort, ascending.
  virtual absl::StatusOr<std::vector<std::string>> ListCohortClients(absl::string_view clinic,
                                                                     absl::string_view cohort) = 0;
  // Closes all members and opens their successors. ABORTED where one of them is closed already.
  virtual absl::Status Seal(const Sealing& sealing) = 0;
  // Sealed cohorts, ascending by (clinic, id), after this one.
  virtual absl::StatusOr<std::vector<SealedCohort>> ListSealed(absl::string_view after_clinic,
                                                               absl::string_view after_id, std::size_t limit) = 0;
  // Counts a sealed cohort, appends what `counter` makes of it to the clinic's log and adds it to the sums. False where
  // it is not sealed any more.
  virtual absl::StatusOr<bool> Release(const SealedCohort& cohort, ReleaseCounter& counter) = 0;

  // Names this log. Another one: the log was begun anew after a restore.
  virtual absl::StatusOr<std::string> LogEpoch() = 0;
  // Ascending by clinic, after this one.
  virtual absl::StatusOr<std::vector<LogHead>> ListHeads(absl::string_view after_clinic, std::size_t limit) = 0;
  // Ascending by position, after this one.
  virtual absl::StatusOr<std::vector<LogRow>> ReadLog(absl::string_view clinic, std::int64_t after_position,
                                                      std::size_t limit) = 0;
  // At one point of the log.
  virtual absl::StatusOr<Sums> ReadSums(const SumQuery& query) = 0;
};

}  // namespace ladder::records

#endif  // LADDER_RECORDS_SERVICE_STORE_RELEASE_STORE_H_
