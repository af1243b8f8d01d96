// Redis and records fail in every way while calls go on.

#include <gmock/gmock.h>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include <functional>
#include <vector>

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

using ::testing::IsEmpty;

// Calls that have to succeed in each state before the next.
constexpr int kCallsInEachState = 200;

constexpr char kKey[] = "ladder:quiz:ladder-of-healing:1";

// Lets a scoring process begin anew: it has nothing in memory, so what Redis does is met by its first calls.
void Restart(Service& scoring) {
  EXPECT_EQ(scoring.Stop(), 0);
  scoring.Start();
}

TEST(RedisFaultsTest, NoCallFailsWhileRedisIsPausedFlushedFilledWithGarbageAndKilled) {
  Deployment ladder({.scoring_processes = 2});
  ladder.PublishShipped("ladder-of-healing");
  Load load(ladder.ScoringChannel(), {.callers = 4, .record = true});
  ASSERT_TRUE(load.WaitForMore(kCallsInEachState));

  const auto pause = [&] { ladder.redis().Pause(); };
  const auto flush = [&] {
    ladder.redis().Resume();
    ladder.redis().Run({"FLUSHALL"});
  };
  const auto fill_with_garbage = [&] { ladder.redis().Run({"SET", kKey, "garbage"}); };
  const auto kill = [&] { ladder.redis().Kill(); };
  const auto start = [&] { ladder.redis().Start(); };
  const std::vector<std::function<void()>> states = {pause, flush, fill_with_garbage, kill, start};
  for (std::size_t i = 0; i < states.size(); ++i) {
    SCOPED_TRACE(i);
    states[i]();
    EXPECT_TRUE(load.WaitForMore(kCallsInEachState));
    Restart(ladder.scoring(1));
    EXPECT_TRUE(load.WaitForMore(kCallsInEachState));
  }
  EXPECT_THAT(load.Stop().failures, IsEmpty());
}

TEST(RedisFaultsTest, ATamperedDefinitionIsFoundLoggedAndFetchedFromRecords) {
  Deployment ladder;
  ladder.PublishShipped("ladder-of-healing");
  // A process that looks before its connection to Redis stands goes to records and sees nothing of it.
  const auto found = [&] { return ladder.ScoringLog(0).find("quiz_cache_tampered") != std::string::npos; };
  for (int tries = 0; tries < 20 && !found(); ++tries) {
    ladder.redis().Run({"SET", kKey, "tampered"});
    Restart(ladder.scoring(0));
    const auto stub = scoring::v1::ScoringService::NewStub(ladder.ScoringChannel());
    grpc::ClientContext context;
    scoring::v1::ScoreRequest request = SampleRequest();
    request.clear_record();
    scoring::v1::ScoreResponse response;
    const grpc::Status status = stub->Score(&context, request, &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    EXPECT_EQ(response.result().stage().bounce_point().decimal(), "40.0");
  }
  EXPECT_TRUE(found()) << ladder.ScoringLog(0);
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
