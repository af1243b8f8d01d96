// Streams that do nothing hold up nobody, and end.

#include <gmock/gmock.h>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "ladder/records/v1/analytics_service.grpc.pb.h"
#include "ladder/scoring/v1/scoring_service.grpc.pb.h"
#include "libs/chassis/channel.h"
#include "libs/chassis/errors.h"
#include "libs/chassis/grpc_status.h"
#include "tests/end_to_end/deployment.h"
#include "tests/testing/temp_dir.h"
#include "tests/testing/waiting.h"

namespace ladder::testing {
namespace {

using scoring::v1::ScoringService;

// One call of ScoreStream of which nothing but the headers is sent.
struct IdleStream {
  explicit IdleStream(ScoringService::Stub& stub) : stream(stub.ScoreStream(&context)) {}
  ~IdleStream() { context.TryCancel(); }

  grpc::ClientContext context;
  std::unique_ptr<grpc::ClientReaderWriter<scoring::v1::ScoreStreamRequest, scoring::v1::ScoreStreamResponse>> stream;
};

// Without the service config, which would open again what the server has ended.
std::unique_ptr<ScoringService::Stub> OwnConnection(const Deployment& ladder) {
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  arguments.SetInt(GRPC_ARG_ENABLE_RETRIES, 0);
  return ScoringService::NewStub(
      grpc::CreateCustomChannel(ladder.ScoringTarget(), grpc::InsecureChannelCredentials(), arguments));
}

absl::Duration TimeToRecord(ScoringService::Stub& stub, const std::string& request_id) {
  scoring::v1::ScoreRequest request = SampleRequest();
  request.mutable_record()->set_request_id(request_id);
  grpc::ClientContext context;
  SetTimeout(context, absl::Seconds(10));
  scoring::v1::ScoreResponse response;
  const absl::Time begin = absl::Now();
  const absl::Status status = FromGrpcStatus(stub.Score(&context, request, &response));
  EXPECT_TRUE(status.ok()) << status;
  return absl::Now() - begin;
}

TEST(IdleStreamsTest, TenThousandStreamsOfHeadersOnlyDoNotKeepOthersFromRecording) {
  constexpr int kConnections = 101;
  constexpr int kStreamsOfEach = 100;
  Deployment ladder;
  ladder.PublishShipped("ladder-of-healing");
  const auto polite = ScoringService::NewStub(ladder.ScoringChannel());
  TimeToRecord(*polite, "before");
  std::vector<std::unique_ptr<ScoringService::Stub>> connections;
  std::vector<std::unique_ptr<IdleStream>> streams;
  absl::Duration longest;
  for (int i = 0; i < kConnections; ++i) {
    connections.push_back(OwnConnection(ladder));
    for (int j = 0; j < kStreamsOfEach; ++j) streams.push_back(std::make_unique<IdleStream>(*connections.back()));
    if (i % 10 == 0) longest = std::max(longest, TimeToRecord(*polite, absl::StrCat("during-", i)));
  }
  for (int i = 0; i < 20; ++i) longest = std::max(longest, TimeToRecord(*polite, absl::StrCat("beside-", i)));
  EXPECT_LT(longest, absl::Seconds(1));
  // The oldest have given way to the newest.
  EXPECT_EQ(ReasonOf(FromGrpcStatus(streams.front()->stream->Finish())), "TOO_MANY_STREAMS");
}

TEST(IdleStreamsTest, AStreamEndsOnceNothingWasSentForTheLimitAndGoesOnWhileSomethingIs) {
  Deployment ladder({.arguments = {"--stream-idle-timeout", "1s"}});
  ladder.PublishShipped("ladder-of-healing");
  const auto connection = OwnConnection(ladder);
  IdleStream busy(*connection);
  IdleStream idle(*connection);
  scoring::v1::ScoreStreamRequest item;
  *item.mutable_request() = SampleRequest();
  item.mutable_request()->clear_record();
  scoring::v1::ScoreStreamResponse reply;
  for (int i = 0; i < 8; ++i) {
    ASSERT_TRUE(busy.stream->Write(item));
    ASSERT_TRUE(busy.stream->Read(&reply));
    absl::SleepFor(absl::Milliseconds(300));
  }
  const absl::Status ended = FromGrpcStatus(idle.stream->Finish());
  EXPECT_TRUE(absl::IsCancelled(ended)) << ended;
  EXPECT_EQ(ReasonOf(ended), "STREAM_IDLE");
  busy.stream->WritesDone();
  EXPECT_FALSE(busy.stream->Read(&reply));
  EXPECT_TRUE(busy.stream->Finish().ok());
}

TEST(IdleStreamsTest, RepliesThatNobodyTakesCostLittleMemory) {
  constexpr int kConnections = 3;
  constexpr int kStreamsOfEach = 100;
  constexpr int kItemsOfEach = 256;
  Deployment ladder;
  ladder.PublishShipped("ladder-of-healing");
  scoring::v1::ScoreStreamRequest item;
  *item.mutable_request() = SampleRequest();
  item.mutable_request()->clear_record();
  std::vector<std::unique_ptr<ScoringService::Stub>> connections;
  std::vector<std::unique_ptr<IdleStream>> streams;
  for (int i = 0; i < kConnections; ++i) {
    connections.push_back(OwnConnection(ladder));
    for (int j = 0; j < kStreamsOfEach; ++j) {
      streams.push_back(std::make_unique<IdleStream>(*connections.back()));
      for (int k = 0; k < kItemsOfEach; ++k) ASSERT_TRUE(streams.back()->stream->Write(item));
    }
  }
  EXPECT_LT(TimeToRecord(*ScoringService::NewStub(ladder.ScoringChannel()), "beside"), absl::Seconds(1));
  EXPECT_LT(ladder.scoring(0).PeakMebibytes(), 160) << "some 300 where each reply was kept as a message";
  // Who takes them after all gets each of them.
  scoring::v1::ScoreStreamResponse reply;
  streams.back()->stream->WritesDone();
  for (int k = 0; k < kItemsOfEach; ++k) {
    ASSERT_TRUE(streams.back()->stream->Read(&reply));
    EXPECT_EQ(reply.index(), static_cast<std::uint64_t>(k));
    EXPECT_TRUE(reply.has_response());
  }
  EXPECT_FALSE(streams.back()->stream->Read(&reply));
}

TEST(IdleStreamsTest, WhoFollowsTheReleaseLogMayWaitForNewsBeyondTheLimit) {
  const Deployment ladder({.arguments = {"--stream-idle-timeout", "1s"}});
  const auto stub = records::v1::StageAnalyticsService::NewStub(ladder.RecordsChannel());
  grpc::ClientContext context;
  records::v1::StreamReleasesRequest request;
  request.set_parent("clinics/-");
  request.set_follow(true);
  const auto stream = stub->StreamReleases(&context, request);
  std::atomic<bool> ended = false;
  std::thread reader([&] {
    records::v1::StreamReleasesResponse page;
    while (stream->Read(&page)) continue;
    ended = true;
  });
  absl::SleepFor(absl::Seconds(3));
  EXPECT_FALSE(ended);
  context.TryCancel();
  reader.join();
}

}  // namespace
}  // namespace ladder::testing
