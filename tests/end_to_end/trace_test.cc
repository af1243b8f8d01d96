// Goal: one call is one trace over both services, in a collector and in the logs, and no answer is in it. Method: a
// collector of the test's own; a caller that sends a traceparent, and one that sends none.

#include "libs/chassis/trace.h"

#include <gmock/gmock.h>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "ladder/scoring/v1/scoring_service.grpc.pb.h"
#include "opentelemetry/proto/collector/trace/v1/trace_service.grpc.pb.h"
#include "tests/end_to_end/deployment.h"
#include "tests/testing/waiting.h"

namespace ladder::testing {
namespace {

namespace collector = opentelemetry::proto::collector::trace::v1;
namespace otlp = opentelemetry::proto::trace::v1;

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr char kScore[] = "ladder.scoring.v1.ScoringService/Score";
constexpr char kBatchCreate[] = "ladder.records.v1.AssessmentService/BatchCreateAssessments";

// Keeps every span, with the service that sent it.
class Collector final : public collector::TraceService::Service {
 public:
  struct Seen {
    std::string service;
    otlp::Span span;
  };

  Collector() {
    grpc::ServerBuilder builder;
    builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port_);
    builder.RegisterService(this);
    server_ = builder.BuildAndStart();
  }
  ~Collector() override { server_->Shutdown(); }

  std::string address() const { return absl::StrCat("127.0.0.1:", port_); }

  grpc::Status Export(grpc::ServerContext* /*context*/, const collector::ExportTraceServiceRequest* request,
                      collector::ExportTraceServiceResponse* /*response*/) override {
    MutexLock lock(&mutex_);
    for (const otlp::ResourceSpans& resource : request->resource_spans()) {
      const std::string& service = resource.resource().attributes(0).value().string_value();
      for (const otlp::ScopeSpans& scope : resource.scope_spans()) {
        for (const otlp::Span& span : scope.spans()) seen_.push_back({service, span});
      }
    }
    return grpc::Status::OK;
  }

  // The span of this name, service and kind in this trace, once it has come; empty where it does not.
  otlp::Span Await(const std::string& trace_id, const std::string& service, const std::string& name,
                   otlp::Span::SpanKind kind) {
    otlp::Span found;
    EXPECT_TRUE(Eventually([&] {
      MutexLock lock(&mutex_);
      for (const Seen& seen : seen_) {
        if (seen.span.trace_id() != trace_id || seen.service != service || seen.span.name() != name) continue;
        if (seen.span.kind() == kind) found = seen.span;
      }
      return !found.name().empty();
    })) << service
        << " sends no span " << name;
    return found;
  }

  std::vector<Seen> seen() {
    MutexLock lock(&mutex_);
    return seen_;
  }

 private:
  int port_ = 0;
  Mutex mutex_;
  std::vector<Seen> seen_ ABSL_GUARDED_BY(mutex_);
  std::unique_ptr<grpc::Server> server_;
};

class TraceTest : public ::testing::Test {
 protected:
  TraceTest() { ladder_.PublishShipped("ladder-of-healing"); }

  // Scores the sample under this request_id, with this traceparent.
  grpc::Status Score(const std::string& request_id, const std::string& traceparent) {
    scoring::v1::ScoreRequest request = SampleRequest();
    request.mutable_record()->set_request_id(request_id);
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + absl::ToChronoNanoseconds(kPatience));
    if (!traceparent.empty()) context.AddMetadata(kTraceparent, traceparent);
    scoring::v1::ScoreResponse response;
    return scoring::v1::ScoringService::NewStub(ladder_.ScoringChannel())->Score(&context, request, &response);
  }

  Collector collector_;
  Deployment ladder_{
      {.arguments = {"--log-level", "debug", "--trace-endpoint", collector_.address(), "--trace-percent", "0"}}};
};

TEST_F(TraceTest, ACallersTraceGoesThroughBothServices) {
  const TraceContext caller = *ParseTraceparent("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
  ASSERT_TRUE(Score("r-1", ToTraceparent(caller)).ok());
  const otlp::Span score = collector_.Await(caller.trace_id, "ladder-scoring", kScore, otlp::Span::SPAN_KIND_SERVER);
  const otlp::Span sent =
      collector_.Await(caller.trace_id, "ladder-scoring", kBatchCreate, otlp::Span::SPAN_KIND_CLIENT);
  const otlp::Span recorded =
      collector_.Await(caller.trace_id, "ladder-records", kBatchCreate, otlp::Span::SPAN_KIND_SERVER);
  EXPECT_EQ(score.parent_span_id(), caller.span_id);
  EXPECT_EQ(sent.parent_span_id(), score.span_id());
  EXPECT_EQ(recorded.parent_span_id(), sent.span_id());
  EXPECT_LE(score.start_time_unix_nano(), sent.start_time_unix_nano());
  EXPECT_LE(sent.end_time_unix_nano(), score.end_time_unix_nano());
  EXPECT_EQ(score.status().code(), otlp::Status::STATUS_CODE_UNSET);
  const std::string id = absl::StrCat("\"trace_id\":\"", HexOf(caller.trace_id), "\"");
  EXPECT_THAT(ladder_.ScoringLog(0), HasSubstr(id));
  EXPECT_THAT(ladder_.RecordsLog(), HasSubstr(id));
}

TEST_F(TraceTest, AFailedCallIsMarkedAndNothingOfARequestIsInASpan) {
  const TraceContext caller = *ParseTraceparent("00-11111111111111111111111111111111-2222222222222222-01");
  scoring::v1::ScoreRequest request = SampleRequest();
  request.mutable_answers(0)->set_option("zebra");
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + absl::ToChronoNanoseconds(kPatience));
  context.AddMetadata(kTraceparent, ToTraceparent(caller));
  scoring::v1::ScoreResponse response;
  const auto stub = scoring::v1::ScoringService::NewStub(ladder_.ScoringChannel());
  EXPECT_EQ(stub->Score(&context, request, &response).error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  const otlp::Span score = collector_.Await(caller.trace_id, "ladder-scoring", kScore, otlp::Span::SPAN_KIND_SERVER);
  EXPECT_EQ(score.status().code(), otlp::Status::STATUS_CODE_ERROR);
  ASSERT_TRUE(Score("r-2", ToTraceparent(caller)).ok());
  collector_.Await(caller.trace_id, "ladder-records", kBatchCreate, otlp::Span::SPAN_KIND_SERVER);
  for (const Collector::Seen& seen : collector_.seen()) {
    EXPECT_THAT(seen.span.DebugString(), AllOf(Not(HasSubstr("zebra")), Not(HasSubstr("often")), Not(HasSubstr("r-2")),
                                               Not(HasSubstr("demo")), Not(HasSubstr("sample"))));
  }
}

TEST_F(TraceTest, WhatIsNotSampledIsNotSent) {
  const TraceContext unsampled = *ParseTraceparent("00-33333333333333333333333333333333-4444444444444444-00");
  const TraceContext sampled = *ParseTraceparent("00-55555555555555555555555555555555-6666666666666666-01");
  ASSERT_TRUE(Score("r-3", ToTraceparent(unsampled)).ok());
  ASSERT_TRUE(Score("r-4", "").ok());
  ASSERT_TRUE(Score("r-5", "not a traceparent").ok());
  ASSERT_TRUE(Score("r-6", ToTraceparent(sampled)).ok());
  collector_.Await(sampled.trace_id, "ladder-records", kBatchCreate, otlp::Span::SPAN_KIND_SERVER);
  for (const Collector::Seen& seen : collector_.seen()) EXPECT_EQ(seen.span.trace_id(), sampled.trace_id);
  // The caller's trace goes on in the logs all the same.
  EXPECT_THAT(ladder_.RecordsLog(), HasSubstr(HexOf(unsampled.trace_id)));
}

}  // namespace
}  // namespace ladder::testing
