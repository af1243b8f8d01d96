// File: analytics_handlers.h
//
// StageAnalyticsService over gRPC. Everything is read on threads that may wait; the streams read one message at a time.

#ifndef LADDER_RECORDS_SERVICE_ANALYTICS_HANDLERS_H_
#define LADDER_RECORDS_SERVICE_ANALYTICS_HANDLERS_H_

#include "ladder/records/v1/analytics_service.grpc.pb.h"
#include "libs/chassis/call_tracker.h"
#include "libs/chassis/clock.h"
#include "libs/chassis/decode.h"
#include "libs/chassis/executor.h"
#include "libs/chassis/timers.h"
#include "records-service/analytics/analytics.h"
#include "records-service/analytics/release_log.h"
#include "records-service/page_stream.h"

namespace ladder::records {

// How often a stream that follows the log looks for more.
inline constexpr absl::Duration kFollowInterval = absl::Seconds(1);

// gRPC's template for each method of StageAnalyticsService.
using RawAnalyticsService = RawService<v1::StageAnalyticsService::Service,
                                       v1::StageAnalyticsService::WithRawCallbackMethod_QueryStageDistribution,
                                       v1::StageAnalyticsService::WithRawCallbackMethod_QueryChange,
                                       v1::StageAnalyticsService::WithRawCallbackMethod_QueryFlow,
                                       v1::StageAnalyticsService::WithRawCallbackMethod_QueryTrend,
                                       v1::StageAnalyticsService::WithRawCallbackMethod_StreamReleases,
                                       v1::StageAnalyticsService::WithRawCallbackMethod_ExportReleases,
                                       v1::StageAnalyticsService::WithRawCallbackMethod_GetReleasePolicy>;

class AnalyticsHandlers final : public RawAnalyticsService {
 public:
  // What runs what, so that none waits for the others.
  struct Executors {
    Executor& readers;      // What only reads.
    Executor& calculators;  // What reads and may have to compile versions.
  };

  // All of these have to outlive the server.
  AnalyticsHandlers(CallTracker& calls, analytics::Analytics& analytics, analytics::ReleaseLog& log,
                    const Executors& executors, const Clock& clock, Timers& timers)
      : calls_(calls), analytics_(analytics), log_(log), executors_(executors), clock_(clock), timers_(timers) {}

  grpc::ServerUnaryReactor* QueryStageDistribution(grpc::CallbackServerContext* context,
                                                   const grpc::ByteBuffer* request,
                                                   grpc::ByteBuffer* response) override;
  grpc::ServerUnaryReactor* QueryChange(grpc::CallbackServerContext* context, const grpc::ByteBuffer* request,
                                        grpc::ByteBuffer* response) override;
  grpc::ServerUnaryReactor* QueryFlow(grpc::CallbackServerContext* context, const grpc::ByteBuffer* request,
                                      grpc::ByteBuffer* response) override;
  grpc::ServerUnaryReactor* QueryTrend(grpc::CallbackServerContext* context, const grpc::ByteBuffer* request,
                                       grpc::ByteBuffer* response) override;
  grpc::ServerUnaryReactor* GetReleasePolicy(grpc::CallbackServerContext* context, const grpc::ByteBuffer* request,
                                             grpc::ByteBuffer* response) override;
  grpc::ServerWriteReactor<grpc::ByteBuffer>* StreamReleases(grpc::CallbackServerContext* context,
                                                             const grpc::ByteBuffer* request) override;
  grpc::ServerWriteReactor<grpc::ByteBuffer>* ExportReleases(grpc::CallbackServerContext* context,
                                                             const grpc::ByteBuffer* request) override;

 private:
  PageStreamOptions StreamOptions(absl::string_view method);

  CallTracker& calls_;
  analytics::Analytics& analytics_;
  analytics::ReleaseLog& log_;
  const Executors executors_;
  const Clock& clock_;
  Timers& timers_;
};

}  // namespace ladder::records

#endif  // LADDER_RECORDS_SERVICE_ANALYTICS_HANDLERS_H_
