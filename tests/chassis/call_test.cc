#include "libs/chassis/call.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "tests/chassis/running_server.h"
#include "tests/testing/log_capture.h"
#include "tests/testing/status_matchers.h"

namespace ladder::testing {
namespace {

using ladder::test::v1::EchoRequest;
using ::testing::HasSubstr;
using ::testing::Not;
using Answer = RunningServer::Answer;

// The server sweeps by a clock that tests move; by it a deadline is as far away as the caller said.
class CallTest : public ::testing::Test {
 protected:
  std::int64_t Ended(absl::StatusCode code) { return running_.server().calls().Ended(EchoService::kEcho, code); }

  RunningServer running_;
};

TEST_F(CallTest, TheResultReachesTheCallerAndIsCounted) {
  const Answer answer = running_.Echo("hello");
  EXPECT_TRUE(answer.status.ok());
  EXPECT_EQ(answer.text, "hello");
  EXPECT_EQ(Ended(absl::StatusCode::kOk), 1);
  EXPECT_EQ(running_.server().calls().UnderWay(), 0u);
}

TEST_F(CallTest, OnlyTheFirstFinishTakesEffect) {
  const Answer answer = running_.Echo("first", EchoRequest::ENDING_THRICE);
  EXPECT_TRUE(answer.status.ok());
  EXPECT_EQ(answer.text, "first");
  EXPECT_EQ(Ended(absl::StatusCode::kOk), 1);
  EXPECT_EQ(Ended(absl::StatusCode::kInternal), 0);
}

TEST_F(CallTest, ACallThatItsHandlerLosesEndsInternal) {
  const LogCapture log;
  EXPECT_EQ(running_.Echo("x", EchoRequest::ENDING_LOST).status.error_code(), grpc::StatusCode::INTERNAL);
  EXPECT_EQ(Ended(absl::StatusCode::kInternal), 1);
  EXPECT_THAT(log.lines(), ::testing::Contains(HasSubstr("without finishing it")));
}

TEST_F(CallTest, TheTextOfAnInternalErrorGoesToTheLogAndNotToTheCaller) {
  const LogCapture log;
  const grpc::Status status = running_.Echo("SQLSTATE 23505 in table rows", EchoRequest::ENDING_INTERNAL).status;
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INTERNAL);
  EXPECT_THAT(status.error_message(), Not(HasSubstr("SQLSTATE")));
  EXPECT_THAT(status.error_details(), Not(HasSubstr("SQLSTATE")));
  EXPECT_THAT(log.lines(), ::testing::Contains(HasSubstr("SQLSTATE 23505")));
}

TEST_F(CallTest, ACallerThatLeavesEndsTheCallAtOnceAndALateResultIsDropped) {
  auto context = RunningServer::FarContext();
  auto answer = std::make_shared<Promised<Answer>>();
  std::thread thread = running_.BeginHeld(answer, context);
  context->TryCancel();
  thread.join();
  EXPECT_TRUE(Eventually([&] { return Ended(absl::StatusCode::kCancelled) == 1; }));
  EXPECT_TRUE(Eventually([&] { return running_.echo().cancellations() == 1; }));
  EXPECT_EQ(running_.echo().ReleaseHeld(), 1);  // The worker comes late; gRPC has freed the response long since.
  EXPECT_EQ(Ended(absl::StatusCode::kOk), 0);
}

TEST_F(CallTest, TheCallersDeadlineIsTheHandlersDeadline) {
  auto context = RunningServer::FarContext();
  running_.Echo("x", EchoRequest::ENDING_UNSPECIFIED, context);
  const absl::Duration left = running_.echo().last_deadline() - running_.clock().SteadyNow();
  EXPECT_LE(left, kPatience);
  EXPECT_GT(left, kPatience - absl::Seconds(5));
}

TEST_F(CallTest, ACompressedRequestIsRefused) {
  for (const grpc_compression_algorithm algorithm : {GRPC_COMPRESS_GZIP, GRPC_COMPRESS_DEFLATE}) {
    auto context = RunningServer::FarContext();
    context->set_compression_algorithm(algorithm);
    const Answer answer = running_.Echo(std::string(100'000, 'x'), EchoRequest::ENDING_UNSPECIFIED, context);
    EXPECT_EQ(answer.status.error_code(), grpc::StatusCode::UNIMPLEMENTED) << answer.status.error_message();
  }
}

// A connection with a call of Echo as bytes on the wire, whose grpc-timeout no library of gRPC's sends.
int SendEcho(int port, const std::string& timeout) {
  const auto frame = [](char type, char flags, char stream, const std::string& payload) {
    const std::string head{
        '\0',  static_cast<char>(payload.size() >> 8), static_cast<char>(payload.size()), type, flags, '\0', '\0', '\0',
        stream};
    return head + payload;
  };
  std::string headers;
  for (const auto& [name, value] :
       std::vector<std::pair<std::string, std::string>>{{":method", "POST"},
                                                        {":scheme", "http"},
                                                        {":path", "/ladder.test.v1.EchoService/Echo"},
                                                        {":authority", "localhost"},
                                                        {"content-type", "application/grpc"},
                                                        {"te", "trailers"},
                                                        {"grpc-timeout", timeout}}) {
    // A literal without indexing, of a new name.
    headers += absl::StrCat(std::string(1, '\0'), std::string(1, static_cast<char>(name.size())), name,
                            std::string(1, static_cast<char>(value.size())), value);
  }
  const std::string call = absl::StrCat("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", frame(4, 0, 0, ""), frame(1, 4, 1, headers),
                                        frame(0, 1, 1, std::string(5, '\0')));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const int connection = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  EXPECT_EQ(connect(connection, reinterpret_cast<const sockaddr*>(&address), sizeof(address)), 0);
  EXPECT_EQ(send(connection, call.data(), call.size(), 0), static_cast<ssize_t>(call.size()));
  return connection;
}

// gRPC's own deadline() counts nanoseconds since 1970, so that 240 years from now would lie in the past.
TEST_F(CallTest, ADeadlineBeyondTheYear2262IsFar) {
  const int connection = SendEcho(running_.server().port(), "2100000H");
  EXPECT_TRUE(Eventually([&] { return Ended(absl::StatusCode::kOk) == 1; }));
  close(connection);
  EXPECT_GT(running_.echo().last_deadline() - running_.clock().SteadyNow(), absl::Hours(2'099'999));
}

TEST_F(CallTest, AStepOfTheTimeOfDayEndsNoCallAndProlongsNone) {
  auto answer = std::make_shared<Promised<Answer>>();
  std::thread thread = running_.BeginHeld(answer);
  const absl::Time deadline = running_.echo().last_deadline();
  running_.clock().Set(running_.clock().Now() + absl::Hours(3));
  running_.server().calls().AbortExpired();
  EXPECT_EQ(running_.server().calls().UnderWay(), 1u);
  running_.clock().Set(running_.clock().Now() - absl::Hours(6));
  running_.clock().Advance(deadline - running_.clock().SteadyNow());
  thread.join();
  EXPECT_EQ(answer->Wait()->status.error_code(), grpc::StatusCode::DEADLINE_EXCEEDED);
}

TEST_F(CallTest, ACallWithoutADeadlineGetsTenSecondsAndThenEnds) {
  auto answer = std::make_shared<Promised<Answer>>();
  std::thread thread = running_.BeginHeld(answer, std::make_shared<grpc::ClientContext>());
  EXPECT_EQ(running_.echo().last_deadline() - running_.clock().SteadyNow(), absl::Seconds(10));
  running_.clock().Advance(absl::Seconds(10));
  thread.join();
  EXPECT_EQ(answer->Wait()->status.error_code(), grpc::StatusCode::DEADLINE_EXCEEDED);
  EXPECT_EQ(Ended(absl::StatusCode::kDeadlineExceeded), 1);
}

TEST(CallLimitTest, CallsAboveTheLimitAreRefusedWithAReason) {
  ServerOptions options = QuickServerOptions();
  options.max_calls_under_way = 1;
  RunningServer running(options);
  auto answer = std::make_shared<Promised<Answer>>();
  std::thread thread = running.BeginHeld(answer);
  const Answer refused = running.Echo("x");
  EXPECT_EQ(refused.status.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_THAT(refused.status.error_details(), HasSubstr("TOO_MANY_CALLS"));
  running.echo().ReleaseHeld();
  thread.join();
  EXPECT_EQ(answer->Wait()->text, "held");
  EXPECT_EQ(running.Echo("again").text, "again");
}

// Callers that leave while workers finish: whoever wins, each call ends exactly once.
TEST_F(CallTest, CancelAndFinishMayRace) {
  constexpr int kRounds = 100;
  for (int round = 0; round < kRounds; ++round) {
    auto context = RunningServer::FarContext();
    auto answer = std::make_shared<Promised<Answer>>();
    std::thread caller = running_.BeginHeld(answer, context);
    std::thread canceller([&] { context->TryCancel(); });
    running_.echo().ReleaseHeld();
    canceller.join();
    caller.join();
  }
  EXPECT_TRUE(
      Eventually([&] { return Ended(absl::StatusCode::kOk) + Ended(absl::StatusCode::kCancelled) == kRounds; }));
  EXPECT_EQ(running_.server().calls().UnderWay(), 0u);
}

}  // namespace
}  // namespace ladder::testing
