#include "tools/ladderctl/client.h"

#include <grpcpp/grpcpp.h>

#include <functional>
#include <thread>
#include <utility>

#include "absl/strings/str_cat.h"
#include "grpc/health/v1/health.grpc.pb.h"
#include "ladder/records/v1/analytics_service.grpc.pb.h"
#include "ladder/records/v1/assessment_service.grpc.pb.h"
#include "ladder/records/v1/quiz_service.grpc.pb.h"
#include "ladder/scoring/v1/scoring_service.grpc.pb.h"
#include "libs/chassis/channel.h"
#include "libs/chassis/grpc_status.h"

namespace ladder::ctl {
namespace {

// One unary call with its deadline: request in, response or status out.
template <typename Response, typename Stub, typename Request>
absl::StatusOr<Response> Call(Stub& stub, grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*),
                              const Request& request, absl::Duration timeout) {
  grpc::ClientContext context;
  SetTimeout(context, timeout);
  Response response;
  const grpc::Status status = (stub.*method)(&context, request, &response);
  if (!status.ok()) return FromGrpcStatus(status);
  return response;
}

// Reads a stream to its end.
template <typename Response>
absl::Status ReadAll(grpc::ClientReader<Response>& stream, const std::function<void(const Response&)>& on_piece) {
  Response piece;
  while (stream.Read(&piece)) on_piece(piece);
  return FromGrpcStatus(stream.Finish());
}

absl::Status CheckHealth(const std::shared_ptr<grpc::Channel>& channel, const std::string& address,
                         absl::Duration timeout) {
  const auto stub = grpc::health::v1::Health::NewStub(channel);
  auto response = Call<grpc::health::v1::HealthCheckResponse>(*stub, &grpc::health::v1::Health::Stub::Check,
                                                              grpc::health::v1::HealthCheckRequest(), timeout);
  if (!response.ok()) return absl::Status(response.status().code(), absl::StrCat(address, ": no answer"));
  if (response->status() != grpc::health::v1::HealthCheckResponse::SERVING) {
    return absl::UnavailableError(absl::StrCat(address, ": not serving"));
  }
  return absl::OkStatus();
}

}  // namespace

struct Client::Stubs {
  explicit Stubs(const Settings& settings)
      : scoring_channel(NewChannel({.target = settings.scoring_address})),
        records_channel(NewChannel({.target = settings.records_address})),
        scoring(scoring::v1::ScoringService::NewStub(scoring_channel)),
        quizzes(records::v1::QuizService::NewStub(records_channel)),
        assessments(records::v1::AssessmentService::NewStub(records_channel)),
        analytics(records::v1::StageAnalyticsService::NewStub(records_channel)) {}

  const std::shared_ptr<grpc::Channel> scoring_channel;
  const std::shared_ptr<grpc::Channel> records_channel;
  const std::unique_ptr<scoring::v1::ScoringService::Stub> scoring;
  const std::unique_ptr<records::v1::QuizService::Stub> quizzes;
  const std::unique_ptr<records::v1::AssessmentService::Stub> assessments;
  const std::unique_ptr<records::v1::StageAnalyticsService::Stub> analytics;
};

Client::Client(const Settings& settings) : settings_(settings), stubs_(std::make_unique<Stubs>(settings)) {}
Client::~Client() = default;

absl::StatusOr<scoring::v1::ScoreResponse> Client::Score(const scoring::v1::ScoreRequest& request) {
  return Call(*stubs_->scoring, &scoring::v1::ScoringService::Stub::Score, request, settings_.timeout());
}

absl::StatusOr<scoring::v1::Form> Client::GetForm(const scoring::v1::GetFormRequest& request) {
  return Call(*stubs_->scoring, &scoring::v1::ScoringService::Stub::GetForm, request, settings_.timeout());
}

absl::StatusOr<scoring::v1::NextItemsResponse> Client::NextItems(const scoring::v1::NextItemsRequest& request) {
  return Call(*stubs_->scoring, &scoring::v1::ScoringService::Stub::NextItems, request, settings_.timeout());
}

absl::Status Client::ScoreStream(const std::function<std::optional<scoring::v1::ScoreStreamRequest>()>& next,
                                 const std::function<void(const scoring::v1::ScoreStreamResponse&)>& on_reply) {
  grpc::ClientContext context;  // Without a deadline: an import takes as long as it takes.
  const auto stream = stubs_->scoring->ScoreStream(&context);
  std::thread reader([&] {
    scoring::v1::ScoreStreamResponse reply;
    while (stream->Read(&reply)) on_reply(reply);
  });
  while (std::optional<scoring::v1::ScoreStreamRequest> request = next()) {
    if (!stream->Write(*request)) break;
  }
  stream->WritesDone();
  reader.join();
  return FromGrpcStatus(stream->Finish());
}

absl::StatusOr<records::v1::Draft> Client::UpdateDraft(const records::v1::UpdateDraftRequest& request) {
  return Call(*stubs_->quizzes, &records::v1::QuizService::Stub::UpdateDraft, request, settings_.timeout());
}

absl::StatusOr<records::v1::QuizVersion> Client::PublishVersion(const records::v1::PublishVersionRequest& request) {
  return Call(*stubs_->quizzes, &records::v1::QuizService::Stub::PublishVersion, request, settings_.timeout());
}

absl::StatusOr<records::v1::Quiz> Client::ActivateVersion(const records::v1::ActivateVersionRequest& request) {
  return Call(*stubs_->quizzes, &records::v1::QuizService::Stub::ActivateVersion, request, settings_.timeout());
}

absl::StatusOr<records::v1::Quiz> Client::RollBackQuiz(const records::v1::RollBackQuizRequest& request) {
  return Call(*stubs_->quizzes, &records::v1::QuizService::Stub::RollBackQuiz, request, settings_.timeout());
}

absl::StatusOr<records::v1::Quiz> Client::GetQuiz(const records::v1::GetQuizRequest& request) {
  return Call(*stubs_->quizzes, &records::v1::QuizService::Stub::GetQuiz, request, settings_.timeout());
}

absl::StatusOr<records::v1::VersionComparison> Client::CompareVersions(
    const records::v1::CompareVersionsRequest& request) {
  return Call(*stubs_->quizzes, &records::v1::QuizService::Stub::CompareVersions, request, settings_.timeout());
}

absl::StatusOr<records::v1::Progress> Client::GetProgress(const records::v1::GetProgressRequest& request) {
  return Call(*stubs_->assessments, &records::v1::AssessmentService::Stub::GetProgress, request, settings_.timeout());
}

absl::StatusOr<records::v1::QuizVersion> Client::GetVersion(const records::v1::GetVersionRequest& request) {
  return Call(*stubs_->quizzes, &records::v1::QuizService::Stub::GetVersion, request, settings_.timeout());
}

absl::StatusOr<records::v1::StageDistribution> Client::QueryStageDistribution(
    const records::v1::QueryStageDistributionRequest& request) {
  return Call(*stubs_->analytics, &records::v1::StageAnalyticsService::Stub::QueryStageDistribution, request,
              settings_.timeout());
}

absl::StatusOr<records::v1::ChangeDistribution> Client::QueryChange(const records::v1::QueryChangeRequest& request) {
  return Call(*stubs_->analytics, &records::v1::StageAnalyticsService::Stub::QueryChange, request, settings_.timeout());
}

absl::StatusOr<records::v1::StageFlow> Client::QueryFlow(const records::v1::QueryFlowRequest& request) {
  return Call(*stubs_->analytics, &records::v1::StageAnalyticsService::Stub::QueryFlow, request, settings_.timeout());
}

absl::StatusOr<records::v1::StageTrend> Client::QueryTrend(const records::v1::QueryTrendRequest& request) {
  return Call(*stubs_->analytics, &records::v1::StageAnalyticsService::Stub::QueryTrend, request, settings_.timeout());
}

absl::StatusOr<records::v1::ReleasePolicy> Client::GetReleasePolicy(
    const records::v1::GetReleasePolicyRequest& request) {
  return Call(*stubs_->analytics, &records::v1::StageAnalyticsService::Stub::GetReleasePolicy, request,
              settings_.timeout());
}

absl::Status Client::StreamReleases(const records::v1::StreamReleasesRequest& request,
                                    const std::function<void(const records::v1::StreamReleasesResponse&)>& on_piece) {
  grpc::ClientContext context;  // Without a deadline: the log may be long, or be followed.
  return ReadAll(*stubs_->analytics->StreamReleases(&context, request), on_piece);
}

absl::Status Client::ExportReleases(const records::v1::ExportReleasesRequest& request,
                                    const std::function<void(const records::v1::ExportReleasesResponse&)>& on_piece) {
  grpc::ClientContext context;  // Without a deadline: the log may be long, or be followed.
  return ReadAll(*stubs_->analytics->ExportReleases(&context, request), on_piece);
}

absl::StatusOr<records::v1::EraseClientResponse> Client::EraseClient(const records::v1::EraseClientRequest& request) {
  return Call(*stubs_->assessments, &records::v1::AssessmentService::Stub::EraseClient, request, settings_.timeout());
}

absl::StatusOr<records::v1::ExportClientResponse> Client::ExportClient(
    const records::v1::ExportClientRequest& request) {
  return Call(*stubs_->assessments, &records::v1::AssessmentService::Stub::ExportClient, request, settings_.timeout());
}

absl::Status Client::CheckScoring() {
  return CheckHealth(stubs_->scoring_channel, settings_.scoring_address, settings_.timeout());
}

absl::Status Client::CheckRecords() {
  return CheckHealth(stubs_->records_channel, settings_.records_address, settings_.timeout());
}

}  // namespace ladder::ctl
