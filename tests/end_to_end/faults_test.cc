// Redis and records fail in every way while calls go on.

#include <gmock/gmock.h>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include "absl/time/clock.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "ladder/scoring/v1/scoring_service.grpc.pb.h"
#include "libs/chassis/grpc_status.h"
#include "tests/end_to_end/deployment.h"
#include "tests/end_to_end/load.h"
#include "tests/testing/waiting.h"

namespace ladder::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

// Calls that have to succeed in each state before the next.
constexpr int kCallsInEachState = 200;

TEST(RedisFaultsTest, NoCallFailsWhileRedisIsPausedFlushedFilledWithGarbageAndKilled) {
  Deployment ladder;
  ladder.PublishShipped("ladder-of-healing");
  Load load(ladder.ScoringChannel(), {.callers = 4, .record = true});
  ASSERT_TRUE(load.WaitForMore(kCallsInEachState));

  ladder.redis().Pause();
  EXPECT_TRUE(load.WaitForMore(kCallsInEachState));
  ladder.redis().Resume();
  ladder.redis().Run({"FLUSHALL"});
  EXPECT_TRUE(load.WaitForMore(kCallsInEachState));
  ladder.redis().Run({"SET", "ladder:quiz:ladder-of-healing:1", "garbage"});
  EXPECT_TRUE(load.WaitForMore(kCallsInEachState));
  ladder.redis().Kill();
  EXPECT_TRUE(load.WaitForMore(kCallsInEachState));
  // A fresh scoring process has nothing in memory and finds no Redis.
  EXPECT_EQ(ladder.scoring(0).Stop(), 0);
  ladder.scoring(0).Start();
  EXPECT_TRUE(load.WaitForMore(kCallsInEachState));
  ladder.redis().Start();
  EXPECT_TRUE(load.WaitForMore(kCallsInEachState));

  EXPECT_THAT(load.Stop().failures, IsEmpty());
}

TEST(RedisFaultsTest, ATamperedDefinitionIsFoundLoggedAndFetchedFromRecords) {
  Deployment ladder({.scoring_processes = 2});
  ladder.PublishShipped("ladder-of-healing");
  const auto stub = scoring::v1::ScoringService::NewStub(ladder.ScoringChannel());
  ladder.redis().Run({"SET", "ladder:quiz:ladder-of-healing:1", "tampered"});
  // A fresh process has to look into Redis.
  EXPECT_EQ(ladder.scoring(1).Stop(), 0);
  ladder.redis().Run({"SET", "ladder:quiz:ladder-of-healing:1", "tampered"});
  ladder.scoring(1).Start();
  for (int i = 0; i < 4; ++i) {
    grpc::ClientContext context;
    scoring::v1::ScoreRequest request = SampleRequest();
    request.clear_record();
    scoring::v1::ScoreResponse response;
    const grpc::Status status = stub->Score(&context, request, &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
  }
  EXPECT_TRUE(Eventually([&] { return ladder.ScoringLog(1).find("digest") != std::string::npos; }))
      << ladder.ScoringLog(1);
}

TEST(RecordsFaultsTest, ScoringGoesOnFromCacheAndRecordingSaysWhenToTryAgain) {
  Deployment ladder;
  ladder.PublishShipped("ladder-of-healing");
  const auto stub = scoring::v1::ScoringService::NewStub(ladder.ScoringChannel());
  scoring::v1::ScoreResponse response;
  scoring::v1::ScoreRequest request = SampleRequest();
  {
    grpc::ClientContext context;
    ASSERT_TRUE(stub->Score(&context, request, &response).ok());
  }
  ladder.records().Kill();
  {
    grpc::ClientContext context;
    scoring::v1::ScoreRequest unrecorded = request;
    unrecorded.clear_record();
    EXPECT_TRUE(stub->Score(&context, unrecorded, &response).ok());
  }
  {
    // Without the service config, which would go on trying until the deadline.
    const auto once = scoring::v1::ScoringService::NewStub(
        grpc::CreateChannel(ladder.scoring(0).address(), grpc::InsecureChannelCredentials()));
    grpc::ClientContext context;
    context.set_deadline(absl::ToChronoTime(absl::Now() + absl::Seconds(30)));
    request.mutable_record()->set_request_id("while-down");
    const grpc::Status status = once->Score(&context, request, &response);
    EXPECT_EQ(status.error_code(), grpc::StatusCode::UNAVAILABLE) << status.error_message();
    google::rpc::Status rpc;
    ASSERT_TRUE(rpc.ParseFromString(status.error_details()));
    const auto& details = rpc.details();
    EXPECT_TRUE(std::any_of(details.begin(), details.end(),
                            [](const auto& detail) { return detail.template Is<google::rpc::RetryInfo>(); }));
  }
  ladder.records().Start();
  {
    grpc::ClientContext context;
    context.set_deadline(absl::ToChronoTime(absl::Now() + absl::Seconds(30)));
    EXPECT_TRUE(stub->Score(&context, request, &response).ok());
    EXPECT_FALSE(response.replayed());
  }
}

}  // namespace
}  // namespace ladder::testing
