// A server as a process of its own gets SIGTERM: health says NOT_SERVING first, calls under way finish, then it exits.

#include <gmock/gmock.h>
#include <grpcpp/client_context.h>
#include <grpcpp/create_channel.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "echo.grpc.pb.h"
#include "grpc/health/v1/health.grpc.pb.h"
#include "libs/chassis/watchdog.h"
#include "tests/chassis/running_server.h"
#include "tests/testing/child_process.h"
#include "tests/testing/temp_dir.h"
#include "tests/testing/waiting.h"

namespace ladder::testing {
namespace {

using grpc::health::v1::HealthCheckResponse;
using ladder::test::v1::EchoRequest;
using ladder::test::v1::EchoResponse;
using ::testing::HasSubstr;

class DrainTest : public ::testing::Test {
 protected:
  void StartServer(const std::vector<std::string>& flags) {
    std::vector<std::string> arguments = {LADDER_ECHO_SERVER, "--port-file", folder_.Join("port")};
    arguments.insert(arguments.end(), flags.begin(), flags.end());
    server_ = std::make_unique<ChildProcess>(arguments, folder_.Join("log"));
    int port = 0;
    ASSERT_TRUE(Eventually([&] { return absl::SimpleAtoi(ReadFileOrEmpty(folder_.Join("port")), &port); })) << Log();
    auto channel = grpc::CreateChannel(absl::StrCat("127.0.0.1:", port), grpc::InsecureChannelCredentials());
    echo_ = ladder::test::v1::EchoService::NewStub(channel);
    health_ = grpc::health::v1::Health::NewStub(channel);
  }

  std::string Log() const { return ReadFileOrEmpty(folder_.Join("log")); }

  bool IsServing() {
    HealthCheckResponse response;
    return health_->Check(Context().get(), {}, &response).ok() && response.status() == HealthCheckResponse::SERVING;
  }

  grpc::Status Echo(EchoRequest::Ending ending, EchoResponse* response = nullptr) {
    EchoRequest request;
    request.set_ending(ending);
    EchoResponse ignored;
    return echo_->Echo(Context().get(), request, response == nullptr ? &ignored : response);
  }

  // Whether the server holds this one call.
  bool HoldsACall() {
    EchoResponse response;
    return Echo(EchoRequest::ENDING_COUNTED, &response).ok() && response.text() == "1";
  }

  int Release() {
    ladder::test::v1::ReleaseResponse response;
    return echo_->Release(Context().get(), {}, &response).ok() ? response.released() : -1;
  }

  static std::shared_ptr<grpc::ClientContext> Context() { return RunningServer::FarContext(); }

  TempDir folder_;
  std::unique_ptr<ChildProcess> server_;
  std::unique_ptr<ladder::test::v1::EchoService::Stub> echo_;
  std::unique_ptr<grpc::health::v1::Health::Stub> health_;
};

TEST_F(DrainTest, OnSigtermHealthGoesDownFirstThenCallsFinishThenTheProcessEnds) {
  StartServer({"--drain-delay", "3s", "--drain-grace", "20s"});
  ASSERT_TRUE(IsServing());
  Promised<grpc::Status> held;
  std::thread caller([&] { held.Give(Echo(EchoRequest::ENDING_HELD)); });
  ASSERT_TRUE(Eventually([&] { return HoldsACall(); }));
  server_->Signal(SIGTERM);
  EXPECT_TRUE(Eventually([&] { return !IsServing(); }));
  EXPECT_TRUE(Echo(EchoRequest::ENDING_UNSPECIFIED).ok()) << "calls are taken until the delay is over";
  EXPECT_EQ(held.times_given(), 0);
  EXPECT_TRUE(Eventually([&] { return Release() == 1; }));
  caller.join();
  EXPECT_TRUE(held.Wait()->ok());
  EXPECT_EQ(server_->Wait(), 0) << Log();
  EXPECT_THAT(Log(), HasSubstr("server_stopped"));
}

TEST_F(DrainTest, ACallThatNobodyFinishesDoesNotKeepTheProcess) {
  StartServer({"--drain-delay", "0s", "--drain-grace", "100ms"});
  Promised<grpc::Status> held;
  std::thread caller([&] { held.Give(Echo(EchoRequest::ENDING_HELD)); });
  ASSERT_TRUE(Eventually([&] { return HoldsACall(); }));
  server_->Signal(SIGINT);
  EXPECT_EQ(server_->Wait(), 0) << Log();
  caller.join();
  EXPECT_EQ(held.Wait()->error_code(), grpc::StatusCode::UNAVAILABLE);
  EXPECT_THAT(held.Wait()->error_details(), HasSubstr("DRAINING"));
}

TEST_F(DrainTest, AHangInACleanUpEndsByTheWatchdog) {
  StartServer({"--drain-delay", "0s", "--drain-grace", "100ms", "--hang"});
  server_->Signal(SIGTERM);
  EXPECT_EQ(server_->Wait(), Watchdog::kExitCode) << Log();
  EXPECT_THAT(Log(), HasSubstr("stop_hung"));
}

TEST_F(DrainTest, BadOptionsEndTheProgramBeforeAPortIsOpen) {
  ChildProcess server({LADDER_ECHO_SERVER, "--listen", "0.0.0.0:0"}, folder_.Join("log"));
  EXPECT_EQ(server.Wait(), 2);
  EXPECT_THAT(Log(), HasSubstr("--listen"));
}

}  // namespace
}  // namespace ladder::testing
