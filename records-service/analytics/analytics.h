// File: analytics.h
//
// What StageAnalyticsService answers at once, without gRPC: sums over the release log and the one published step.
// Nothing here reads an assessment.
//
// Thread-safe. Methods wait for the store, so call them on a thread that may wait.

#ifndef LADDER_RECORDS_SERVICE_ANALYTICS_ANALYTICS_H_
#define LADDER_RECORDS_SERVICE_ANALYTICS_ANALYTICS_H_

#include <vector>

#include "absl/status/statusor.h"
#include "ladder/records/v1/analytics_service.pb.h"
#include "records-service/analytics/answer.h"
#include "records-service/analytics/selection.h"
#include "records-service/release/release_options.h"
#include "records-service/release/series_programs.h"
#include "records-service/store/release_store.h"

namespace ladder::records::analytics {

class Analytics {
 public:
  // `log` and `series` have to outlive it.
  Analytics(ReleaseStore& log, release::SeriesPrograms& series, const release::ReleaseOptions& options)
      : log_(log), series_(series), options_(options) {}

  absl::StatusOr<v1::StageDistribution> QueryStageDistribution(const v1::QueryStageDistributionRequest& request);
  absl::StatusOr<v1::ChangeDistribution> QueryChange(const v1::QueryChangeRequest& request);
  absl::StatusOr<v1::StageFlow> QueryFlow(const v1::QueryFlowRequest& request);
  absl::StatusOr<v1::StageTrend> QueryTrend(const v1::QueryTrendRequest& request);
  absl::StatusOr<v1::ReleasePolicy> GetReleasePolicy(const v1::GetReleasePolicyRequest& request) const;

 private:
  // The sums of the whole selection.
  struct Total {
    v1::Coverage coverage;
    release::TableSums sums;
  };

  // NOT_FOUND where the series was never published; INVALID_ARGUMENT where it has no stages to count.
  absl::StatusOr<SeriesTables> FindTables(const quiz::SeriesName& name);
  absl::StatusOr<Sums> ReadSums(const Selection& selection, std::vector<SumQuery::Part> parts);
  absl::StatusOr<Total> ReadTotal(const Selection& selection, const SeriesTables& tables);
  // Likewise, for questions that have nothing but a selection.
  absl::StatusOr<Total> ReadAll(const v1::ReleaseSelection& asked);

  ReleaseStore& log_;
  release::SeriesPrograms& series_;
  const release::ReleaseOptions options_;
};

}  // namespace ladder::records::analytics

#endif  // LADDER_RECORDS_SERVICE_ANALYTICS_ANALYTICS_H_
