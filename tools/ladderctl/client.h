// File: client.h
//
// The two services as ladderctl calls them: blocking, with one deadline for each call. No gRPC type shows.
//
//   Client client(settings);
//   absl::StatusOr<scoring::v1::Form> form = client.GetForm(request);
//
// Statuses carry the details that the service sent (libs/chassis/errors.h).

#ifndef LADDER_TOOLS_LADDERCTL_CLIENT_H_
#define LADDER_TOOLS_LADDERCTL_CLIENT_H_

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "ladder/records/v1/analytics_service.pb.h"
#include "ladder/records/v1/assessment_service.pb.h"
#include "ladder/records/v1/quiz_service.pb.h"
#include "ladder/scoring/v1/scoring_service.pb.h"
#include "tools/ladderctl/app.h"

namespace ladder::ctl {

// Not thread-safe.
class Client {
 public:
  explicit Client(const Settings& settings);
  ~Client();

  absl::StatusOr<scoring::v1::ScoreResponse> Score(const scoring::v1::ScoreRequest& request);
  absl::StatusOr<scoring::v1::Form> GetForm(const scoring::v1::GetFormRequest& request);
  absl::StatusOr<scoring::v1::NextItemsResponse> NextItems(const scoring::v1::NextItemsRequest& request);

  // Streams what `next` gives until it gives nothing; `on_reply` sees every reply in order, on another thread while
  // `next` is still asked. The status is the stream's own: replies have their own.
  absl::Status ScoreStream(const std::function<std::optional<scoring::v1::ScoreStreamRequest>()>& next,
                           const std::function<void(const scoring::v1::ScoreStreamResponse&)>& on_reply);

  absl::StatusOr<records::v1::Draft> UpdateDraft(const records::v1::UpdateDraftRequest& request);
  absl::StatusOr<records::v1::QuizVersion> PublishVersion(const records::v1::PublishVersionRequest& request);
  absl::StatusOr<records::v1::Quiz> ActivateVersion(const records::v1::ActivateVersionRequest& request);
  absl::StatusOr<records::v1::Quiz> RollBackQuiz(const records::v1::RollBackQuizRequest& request);
  absl::StatusOr<records::v1::Quiz> GetQuiz(const records::v1::GetQuizRequest& request);
  absl::StatusOr<records::v1::VersionComparison> CompareVersions(const records::v1::CompareVersionsRequest& request);
  absl::StatusOr<records::v1::QuizVersion> GetVersion(const records::v1::GetVersionRequest& request);
  absl::StatusOr<records::v1::Progress> GetProgress(const records::v1::GetProgressRequest& request);
  absl::StatusOr<records::v1::EraseClientResponse> EraseClient(const records::v1::EraseClientRequest& request);
  absl::StatusOr<records::v1::ExportClientResponse> ExportClient(const records::v1::ExportClientRequest& request);

  absl::StatusOr<records::v1::StageDistribution> QueryStageDistribution(
      const records::v1::QueryStageDistributionRequest& request);
  absl::StatusOr<records::v1::ChangeDistribution> QueryChange(const records::v1::QueryChangeRequest& request);
  absl::StatusOr<records::v1::StageFlow> QueryFlow(const records::v1::QueryFlowRequest& request);
  absl::StatusOr<records::v1::StageTrend> QueryTrend(const records::v1::QueryTrendRequest& request);
  absl::StatusOr<records::v1::ReleasePolicy> GetReleasePolicy(const records::v1::GetReleasePolicyRequest& request);
  // `on_piece` sees every piece in order, on the caller's thread.
  absl::Status StreamReleases(const records::v1::StreamReleasesRequest& request,
                              const std::function<void(const records::v1::StreamReleasesResponse&)>& on_piece);
  absl::Status ExportReleases(const records::v1::ExportReleasesRequest& request,
                              const std::function<void(const records::v1::ExportReleasesResponse&)>& on_piece);

  // Whether the service at each address says that it is serving.
  absl::Status CheckScoring();
  absl::Status CheckRecords();

 private:
  struct Stubs;
  const Settings settings_;
  std::unique_ptr<Stubs> stubs_;
};

}  // namespace ladder::ctl

#endif  // LADDER_TOOLS_LADDERCTL_CLIENT_H_
