// What operators look at beside the main port: health in plaintext, liveness that finds a main port which takes no more
// connections, metrics over HTTP.

#include <gmock/gmock.h>
#include <grpcpp/create_channel.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "grpc/health/v1/health.grpc.pb.h"
#include "libs/chassis/self_probe.h"
#include "tests/chassis/running_server.h"
#include "tests/testing/child_process.h"
#include "tests/testing/free_port.h"
#include "tests/testing/log_capture.h"
#include "tests/testing/status_matchers.h"
#include "tests/testing/temp_dir.h"

namespace ladder::testing {
namespace {

using ::testing::AllOf;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::StartsWith;

std::string Loopback(int port) { return absl::StrCat("127.0.0.1:", port); }

// Connections over TCP; -1 where there is none.
int ConnectV6(int port) {
  sockaddr_in6 address{};
  address.sin6_family = AF_INET6;
  address.sin6_port = htons(static_cast<std::uint16_t>(port));
  address.sin6_addr = in6addr_loopback;
  const int connection = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (connect(connection, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0) return connection;
  close(connection);
  return -1;
}

int Connect(int port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const int connection = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (connect(connection, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0) return connection;
  close(connection);
  return -1;
}

std::string Ask(int connection, const std::string& method, const std::string& path) {
  const std::string request = absl::StrCat(method, " ", path, " HTTP/1.0\r\n\r\n");
  EXPECT_EQ(send(connection, request.data(), request.size(), 0), static_cast<ssize_t>(request.size()));
  std::string answer;
  char bytes[4096];
  for (ssize_t read = 0; (read = recv(connection, bytes, sizeof(bytes), 0)) > 0;) {
    answer.append(bytes, static_cast<std::size_t>(read));
  }
  close(connection);
  return answer;
}

std::string Get(int port, const std::string& path) { return Ask(Connect(port), "GET", path); }

// Health as a probe asks for it: over a connection that stays, and may be asked again.
class Probe {
 public:
  explicit Probe(int port)
      : stub_(grpc::health::v1::Health::NewStub(
            grpc::CreateChannel(Loopback(port), grpc::InsecureChannelCredentials()))) {}

  std::string Ask(const std::string& service) {
    grpc::health::v1::HealthCheckRequest request;
    request.set_service(service);
    grpc::health::v1::HealthCheckResponse response;
    const grpc::Status status = stub_->Check(RunningServer::FarContext().get(), request, &response);
    if (!status.ok()) return absl::StrCat("error ", status.error_code());
    return grpc::health::v1::HealthCheckResponse::ServingStatus_Name(response.status());
  }

 private:
  const std::unique_ptr<grpc::health::v1::Health::Stub> stub_;
};

TEST(HealthPortTest, TellsReadinessAndLivenessAndNothingElse) {
  ServerOptions options = QuickServerOptions();
  const int port = FreePort();
  options.health_listen = Loopback(port);
  RunningServer running(options);
  ASSERT_OK(running.started());
  Probe probe(port);
  EXPECT_EQ(probe.Ask("ready"), "SERVING");
  EXPECT_EQ(probe.Ask("live"), "SERVING");
  Readiness::Part* const store = running.server().readiness().AddPart("store");
  EXPECT_EQ(probe.Ask("ready"), "NOT_SERVING");
  EXPECT_EQ(probe.Ask("live"), "SERVING");
  store->Set(true);
  EXPECT_EQ(probe.Ask("ready"), "SERVING");

  const auto echo =
      ladder::test::v1::EchoService::NewStub(grpc::CreateChannel(Loopback(port), grpc::InsecureChannelCredentials()));
  ladder::test::v1::EchoResponse response;
  EXPECT_EQ(echo->Echo(RunningServer::FarContext().get(), {}, &response).error_code(), grpc::StatusCode::UNIMPLEMENTED);
}

TEST(HealthPortTest, APortThatIsTakenIsAnErrorThatNamesTheOption) {
  const RunningServer first;
  for (const auto& [option, field] : {std::pair("--health-listen", &ServerOptions::health_listen),
                                      std::pair("--metrics-listen", &ServerOptions::metrics_listen)}) {
    ServerOptions options = QuickServerOptions();
    options.*field = Loopback(const_cast<RunningServer&>(first).server().port());
    const RunningServer second(options);
    EXPECT_THAT(second.started(), StatusIs(absl::StatusCode::kUnavailable, HasSubstr(option)));
  }
}

TEST(MetricsEndpointTest, ShowsCallsByMethodAndCodeAndTheReadinessOfEachPart) {
  ServerOptions options = QuickServerOptions();
  const int port = FreePort();
  options.metrics_listen = Loopback(port);
  RunningServer running(options);
  ASSERT_OK(running.started());
  running.server().readiness().AddPart("store");
  EXPECT_TRUE(running.Echo("hello").status.ok());
  EXPECT_THAT(
      Get(port, "/metrics"),
      AllOf(StartsWith("HTTP/1.1 200"),
            HasSubstr("ladder_server_call_seconds_count{code=\"OK\",method=\"ladder.test.v1.EchoService/Echo\"} 1\n"),
            HasSubstr("ladder_server_calls_under_way 0\n"), HasSubstr("ladder_ready{part=\"listening\"} 1\n"),
            HasSubstr("ladder_ready{part=\"store\"} 0\n"), HasSubstr("ladder_live 1\n"),
            HasSubstr("process_open_fds ")));
  EXPECT_THAT(Get(port, "/"), StartsWith("HTTP/1.1 404"));
  EXPECT_THAT(Ask(Connect(port), "HEAD", "/metrics"), AllOf(StartsWith("HTTP/1.1 200"), EndsWith("\r\n\r\n")));
  EXPECT_THAT(Ask(Connect(port), "POST", "/metrics"),
              AllOf(StartsWith("HTTP/1.1 405"), HasSubstr("Allow: GET, HEAD\r\n")));
}

TEST(MetricsEndpointTest, ShowsThemOnIpv6) {
  ServerOptions options = QuickServerOptions();
  const int port = FreePort();
  options.metrics_listen = absl::StrCat("[::1]:", port);
  RunningServer running(options);
  ASSERT_OK(running.started());
  EXPECT_THAT(Ask(ConnectV6(port), "GET", "/metrics"), AllOf(StartsWith("HTTP/1.1 200"), HasSubstr("ladder_live 1\n")));
}

// Four were enough where each took one of two threads.
TEST(MetricsEndpointTest, ShowsThemWhileOthersAreHalfSent) {
  ServerOptions options = QuickServerOptions();
  const int port = FreePort();
  options.metrics_listen = Loopback(port);
  RunningServer running(options);
  ASSERT_OK(running.started());
  std::vector<int> half_sent(64);
  for (int& connection : half_sent) {
    connection = Connect(port);
    EXPECT_EQ(send(connection, "GET /metr", 9, 0), 9);
  }
  EXPECT_THAT(Get(port, "/metrics"), StartsWith("HTTP/1.1 200"));
  for (const int connection : half_sent) close(connection);
}

TEST(SelfProbeTest, TellsWhenAPortTakesNoMoreCallsAndWhenItDoesAgain) {
  const LogCapture quiet;
  ServerOptions options = QuickServerOptions();
  options.listen = Loopback(FreePort());
  auto running = std::make_unique<RunningServer>(options);
  ASSERT_OK(running->started());
  std::atomic<int> told_dead = 0;
  std::atomic<int> told_alive = 0;
  const SelfProbe probe({.target = options.listen, .interval = absl::Milliseconds(20), .timeout = absl::Seconds(1)},
                        [&](bool alive) { ++(alive ? told_alive : told_dead); });
  running.reset();
  EXPECT_TRUE(Eventually([&] { return told_dead == 1; }));
  EXPECT_EQ(told_alive, 0) << "it was alive from the start";
  running = std::make_unique<RunningServer>(options);
  ASSERT_OK(running->started());
  EXPECT_TRUE(Eventually([&] { return told_alive == 1; }));
  EXPECT_EQ(told_dead, 1);
}

// gRPC 1.51 takes no connection ever again on a port where it once ran out of file descriptors.
TEST(LivenessTest, FailsOnceAProcessThatRanOutOfDescriptorsIsDeafForGood) {
  const TempDir folder;
  const int health_port = FreePort();
  const ChildProcess server({"prlimit", "--nofile=100:100", LADDER_ECHO_SERVER, "--port-file", folder.Join("port"),
                             "--health-listen", Loopback(health_port)},
                            folder.Join("log"));
  int port = 0;
  ASSERT_TRUE(Eventually([&] { return absl::SimpleAtoi(ReadFileOrEmpty(folder.Join("port")), &port); }))
      << ReadFileOrEmpty(folder.Join("log"));
  Probe probe(health_port);
  EXPECT_EQ(probe.Ask("live"), "SERVING");
  std::vector<int> connections(200);
  for (int& connection : connections) connection = Connect(port);
  ASSERT_TRUE(Eventually([&] { return absl::StrContains(ReadFileOrEmpty(folder.Join("log")), "Too many open files"); }))
      << ReadFileOrEmpty(folder.Join("log"));
  for (const int connection : connections) close(connection);
  EXPECT_TRUE(Eventually([&] { return probe.Ask("live") == "NOT_SERVING"; }, absl::Minutes(1)));
}

}  // namespace
}  // namespace ladder::testing
