#include "records-service/analytics_handlers.h"

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "records-service/analytics/log_pages.h"
#include "records-service/run_blocking.h"

namespace ladder::records {
namespace {

using analytics::LogPlace;

// std::function wants something that can be copied.
template <typename Pages>
NextPage MessagesOf(std::shared_ptr<Pages> pages) {
  return [pages]() -> absl::StatusOr<std::unique_ptr<google::protobuf::Message>> {
    auto page = pages->Next();
    if (!page.ok()) return page.status();
    if (!page->has_value()) return nullptr;
    using Message = typename std::decay_t<decltype(*page)>::value_type;
    return std::make_unique<Message>(**std::move(page));
  };
}

}  // namespace

grpc::ServerUnaryReactor* AnalyticsHandlers::QueryStageDistribution(grpc::CallbackServerContext* context,
                                                                    const grpc::ByteBuffer* request,
                                                                    grpc::ByteBuffer* response) {
  return RunBlocking<v1::QueryStageDistributionRequest, v1::StageDistribution>(
      context, &calls_, executors_.calculators, "ladder.records.v1.StageAnalyticsService/QueryStageDistribution",
      request, response,
      [this](const v1::QueryStageDistributionRequest& asked) { return analytics_.QueryStageDistribution(asked); });
}

grpc::ServerUnaryReactor* AnalyticsHandlers::QueryChange(grpc::CallbackServerContext* context,
                                                         const grpc::ByteBuffer* request, grpc::ByteBuffer* response) {
  return RunBlocking<v1::QueryChangeRequest, v1::ChangeDistribution>(
      context, &calls_, executors_.calculators, "ladder.records.v1.StageAnalyticsService/QueryChange", request,
      response, [this](const v1::QueryChangeRequest& asked) { return analytics_.QueryChange(asked); });
}

grpc::ServerUnaryReactor* AnalyticsHandlers::QueryFlow(grpc::CallbackServerContext* context,
                                                       const grpc::ByteBuffer* request, grpc::ByteBuffer* response) {
  return RunBlocking<v1::QueryFlowRequest, v1::StageFlow>(
      context, &calls_, executors_.calculators, "ladder.records.v1.StageAnalyticsService/QueryFlow", request, response,
      [this](const v1::QueryFlowRequest& asked) { return analytics_.QueryFlow(asked); });
}

grpc::ServerUnaryReactor* AnalyticsHandlers::QueryTrend(grpc::CallbackServerContext* context,
                                                        const grpc::ByteBuffer* request, grpc::ByteBuffer* response) {
  return RunBlocking<v1::QueryTrendRequest, v1::StageTrend>(
      context, &calls_, executors_.calculators, "ladder.records.v1.StageAnalyticsService/QueryTrend", request, response,
      [this](const v1::QueryTrendRequest& asked) { return analytics_.QueryTrend(asked); });
}

grpc::ServerUnaryReactor* AnalyticsHandlers::GetReleasePolicy(grpc::CallbackServerContext* context,
                                                              const grpc::ByteBuffer* request,
                                                              grpc::ByteBuffer* response) {
  return RunBlocking<v1::GetReleasePolicyRequest, v1::ReleasePolicy>(
      context, &calls_, executors_.readers, "ladder.records.v1.StageAnalyticsService/GetReleasePolicy", request,
      response, [this](const v1::GetReleasePolicyRequest& asked) { return analytics_.GetReleasePolicy(asked); });
}

grpc::ServerWriteReactor<grpc::ByteBuffer>* AnalyticsHandlers::StreamReleases(grpc::CallbackServerContext* context,
                                                                              const grpc::ByteBuffer* request) {
  PageStreamOptions options = StreamOptions("ladder.records.v1.StageAnalyticsService/StreamReleases");
  v1::StreamReleasesRequest asked;
  if (absl::Status status = Decode(*request, asked); !status.ok()) {
    return StartPageStream(context, std::move(options), status);
  }
  if (asked.follow()) options.follow = kFollowInterval;
  absl::StatusOr<LogPlace> place = analytics::StartOrToken(asked.parent(), asked.token());
  if (!place.ok()) return StartPageStream(context, std::move(options), place.status());
  return StartPageStream(context, std::move(options),
                         MessagesOf(std::make_shared<analytics::EntryPages>(log_, *std::move(place))));
}

grpc::ServerWriteReactor<grpc::ByteBuffer>* AnalyticsHandlers::ExportReleases(grpc::CallbackServerContext* context,
                                                                              const grpc::ByteBuffer* request) {
  PageStreamOptions options = StreamOptions("ladder.records.v1.StageAnalyticsService/ExportReleases");
  v1::ExportReleasesRequest asked;
  if (absl::Status status = Decode(*request, asked); !status.ok()) {
    return StartPageStream(context, std::move(options), status);
  }
  absl::StatusOr<LogPlace> place = analytics::StartOrToken(asked.parent(), "");
  if (!place.ok()) return StartPageStream(context, std::move(options), place.status());
  return StartPageStream(context, std::move(options),
                         MessagesOf(std::make_shared<analytics::CsvPages>(log_, *std::move(place))));
}

PageStreamOptions AnalyticsHandlers::StreamOptions(absl::string_view method) {
  return {.method = std::string(method),
          .calls = &calls_,
          .readers = &executors_.readers,
          .follow = std::nullopt,
          .clock = &clock_,
          .timers = &timers_};
}

}  // namespace ladder::records
