// File: cohort_counter.h
//
// What a store's release asks for, answered for the cohorts of one series: rows to tables, noise, bytes.

#ifndef LADDER_RECORDS_SERVICE_RELEASE_COHORT_COUNTER_H_
#define LADDER_RECORDS_SERVICE_RELEASE_COHORT_COUNTER_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "records-service/release/count.h"
#include "records-service/release/discrete_laplace.h"
#include "records-service/release/places.h"
#include "records-service/release/release_options.h"
#include "records-service/release/table_shape.h"
#include "records-service/store/release_store.h"

namespace ladder::records::release {

// Two entries' tables, or sums of some, cell by cell. INTERNAL where they are damaged or of different shapes.
absl::StatusOr<std::string> AddReleasedTables(absl::string_view a, absl::string_view b);

class CohortCounter final : public ReleaseCounter {
 public:
  // All have to outlive it.
  CohortCounter(const TableShape& shape, const ReleaseOptions& options, NoiseSource& noise)
      : shape_(shape), options_(options), noise_(noise) {}

  absl::StatusOr<Released> Count(const CohortContent& content) override;
  absl::StatusOr<std::string> AddTables(absl::string_view a, absl::string_view b) override {
    return AddReleasedTables(a, b);
  }

  // That the last Count made.
  std::int64_t runs() const { return runs_; }
  // Ids of assessments, and of those that standings are of, that the last Count could not use and left out. A client
  // whose standing it could not use was counted as if it had none.
  const std::vector<std::string>& unusable() const { return unusable_; }

 private:
  // What of the content can be counted; the rest goes to unusable_.
  std::vector<Row> UsableRows(const CohortContent& content, const Places& places);
  Standings UsableStandings(const CohortContent& content, const Places& places);

  const TableShape& shape_;
  const ReleaseOptions& options_;
  NoiseSource& noise_;
  std::int64_t runs_ = 0;
  std::vector<std::string> unusable_;
};

}  // namespace ladder::records::release

#endif  // LADDER_RECORDS_SERVICE_RELEASE_COHORT_COUNTER_H_
