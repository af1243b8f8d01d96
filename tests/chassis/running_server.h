// File: running_server.h
//
// A server with the echo service in the test's own process, and a client of it.

#ifndef LADDER_TESTS_CHASSIS_RUNNING_SERVER_H_
#define LADDER_TESTS_CHASSIS_RUNNING_SERVER_H_

#include <grpcpp/client_context.h>
#include <grpcpp/create_channel.h>

#include <chrono>
#include <memory>
#include <string>
#include <thread>

#include "absl/strings/str_cat.h"
#include "grpc/health/v1/health.grpc.pb.h"
#include "libs/chassis/server.h"
#include "tests/chassis/echo_service.h"
#include "tests/testing/fake_clock.h"
#include "tests/testing/waiting.h"

namespace ladder::testing {

inline ServerOptions QuickServerOptions() {
  ServerOptions options;
  options.drain_delay = absl::ZeroDuration();
  options.drain_grace = kPatience;
  return options;
}

class RunningServer {
 public:
  explicit RunningServer(ServerOptions options = QuickServerOptions())
      : server_(std::move(options), &clock_), echo_(&server_.calls()) {
    started_ = server_.Start({{ladder::test::v1::EchoService::service_full_name(), &echo_}});
    channel_ = grpc::CreateChannel(absl::StrCat("127.0.0.1:", server_.port()), grpc::InsecureChannelCredentials());
    stub_ = ladder::test::v1::EchoService::NewStub(channel_);
    health_ = grpc::health::v1::Health::NewStub(channel_);
  }
  ~RunningServer() { echo_.ReleaseHeld(); }

  const absl::Status& started() const { return started_; }
  Server& server() { return server_; }
  EchoService& echo() { return echo_; }
  FakeClock& clock() { return clock_; }
  grpc::health::v1::Health::Stub& health() { return *health_; }
  const std::shared_ptr<grpc::Channel>& channel() const { return channel_; }

  struct Answer {
    grpc::Status status;
    std::string text;
  };

  // A call with a deadline far away, unless `context` has been given another.
  Answer Echo(const std::string& text,
              ladder::test::v1::EchoRequest::Ending ending = ladder::test::v1::EchoRequest::ENDING_UNSPECIFIED,
              std::shared_ptr<grpc::ClientContext> context = FarContext()) {
    ladder::test::v1::EchoRequest request;
    request.set_text(text);
    request.set_ending(ending);
    ladder::test::v1::EchoResponse response;
    Answer answer;
    answer.status = stub_->Echo(context.get(), request, &response);
    answer.text = response.text();
    return answer;
  }

  // The same on a thread; returns once the server holds the call.
  std::thread BeginHeld(std::shared_ptr<Promised<Answer>> answer,
                        std::shared_ptr<grpc::ClientContext> context = FarContext()) {
    const std::size_t before = echo_.held();
    std::thread thread(
        [this, answer, context] { answer->Give(Echo("held", ladder::test::v1::EchoRequest::ENDING_HELD, context)); });
    Eventually([&] { return echo_.held() > before; });
    return thread;
  }

  // The health code of `service`, or "NOT_FOUND" and the like where the check fails.
  std::string Health(const std::string& service) {
    grpc::health::v1::HealthCheckRequest request;
    request.set_service(service);
    grpc::health::v1::HealthCheckResponse response;
    const grpc::Status status = health_->Check(FarContext().get(), request, &response);
    if (!status.ok()) return absl::StrCat("error ", status.error_code());
    return grpc::health::v1::HealthCheckResponse::ServingStatus_Name(response.status());
  }

  static std::shared_ptr<grpc::ClientContext> FarContext() {
    auto context = std::make_shared<grpc::ClientContext>();
    context->set_deadline(std::chrono::system_clock::now() + absl::ToChronoNanoseconds(kPatience));
    return context;
  }

 private:
  FakeClock clock_{absl::FromUnixSeconds(4'000'000'000)};
  Server server_;
  EchoService echo_;
  absl::Status started_;
  std::shared_ptr<grpc::Channel> channel_;
  std::unique_ptr<ladder::test::v1::EchoService::Stub> stub_;
  std::unique_ptr<grpc::health::v1::Health::Stub> health_;
};

}  // namespace ladder::testing

#endif  // LADDER_TESTS_CHASSIS_RUNNING_SERVER_H_
