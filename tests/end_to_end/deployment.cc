#include "tests/end_to_end/deployment.h"

#include <google/protobuf/util/json_util.h>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include <csignal>
#include <cstdio>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/clock.h"
#include "grpc/health/v1/health.grpc.pb.h"
#include "libs/chassis/channel.h"
#include "tests/testing/free_port.h"
#include "tests/testing/waiting.h"

namespace ladder::testing {

Service::Service(std::string binary, std::vector<std::string> arguments, std::string log_path,
                 std::vector<std::string> environment)
    : binary_(std::move(binary)),
      arguments_(std::move(arguments)),
      log_path_(std::move(log_path)),
      environment_(std::move(environment)),
      address_(absl::StrCat("127.0.0.1:", FreePort())) {}

void Service::Start() {
  std::vector<std::string> command = {binary_, "--listen", address_, "--drain-delay", "1s"};
  command.insert(command.end(), arguments_.begin(), arguments_.end());
  process_ = std::make_unique<ChildProcess>(std::move(command), log_path_, environment_);
  EXPECT_TRUE(Eventually([this] { return IsServing(); })) << binary_ << ": " << ReadFileOrEmpty(log_path_);
}

int Service::Stop() {
  process_->Signal(SIGTERM);
  const std::optional<int> exit_code = process_->Wait(absl::Seconds(40));
  EXPECT_TRUE(exit_code.has_value()) << binary_ << " did not stop: " << ReadFileOrEmpty(log_path_);
  process_.reset();
  return exit_code.value_or(-1);
}

int Service::PeakMebibytes() const {
  const std::string status = ReadFileOrEmpty(absl::StrCat("/proc/", pid(), "/status"));
  int kibibytes = 0;
  const std::size_t at = status.find("VmHWM:");
  EXPECT_TRUE(at != std::string::npos && std::sscanf(status.c_str() + at, "VmHWM: %d", &kibibytes) == 1) << status;
  return kibibytes / 1024;
}

void Service::Kill() { process_->Kill(); }

bool Service::IsServing() const {
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  const auto channel = grpc::CreateCustomChannel(address_, grpc::InsecureChannelCredentials(), arguments);
  const auto stub = grpc::health::v1::Health::NewStub(channel);
  grpc::ClientContext context;
  context.set_deadline(absl::ToChronoTime(absl::Now() + absl::Seconds(1)));
  grpc::health::v1::HealthCheckResponse response;
  return stub->Check(&context, {}, &response).ok() &&
         response.status() == grpc::health::v1::HealthCheckResponse::SERVING;
}

Deployment::Deployment(DeploymentOptions options) {
  std::vector<std::string> common = options.arguments;
  if (options.with_redis) {
    redis_ = std::make_unique<RedisServer>();
    common.insert(common.end(), {"--redis", redis_->address()});
  }
  std::vector<std::string> records_arguments = {"--data-dir", folder_.Join("records")};
  records_arguments.insert(records_arguments.end(), common.begin(), common.end());
  records_arguments.insert(records_arguments.end(), options.records_arguments.begin(), options.records_arguments.end());
  ChildProcess migration({LADDER_LADDERCTL_BINARY, "store", "migrate", "--data-dir", folder_.Join("records")},
                         folder_.Join("migration.log"));
  EXPECT_EQ(migration.Wait(), 0) << ReadFileOrEmpty(folder_.Join("migration.log"));
  if (options.prepare) options.prepare(folder_.Join("records"));
  records_ = std::make_unique<Service>(LADDER_RECORDS_BINARY, records_arguments, folder_.Join("records.log"));
  records_->Start();

  std::vector<std::string> scoring_arguments = {"--records", records_->address()};
  scoring_arguments.insert(scoring_arguments.end(), common.begin(), common.end());
  for (int i = 0; i < options.scoring_processes; ++i) {
    scoring_.push_back(std::make_unique<Service>(LADDER_SCORING_BINARY, scoring_arguments,
                                                 folder_.Join(absl::StrCat("scoring-", i, ".log")),
                                                 options.scoring_environment));
    scoring_.back()->Start();
  }
}

void Deployment::PublishShipped(const std::string& name) {
  int exit_code = -1;
  const std::string output = Ladderctl(
      {"quiz", "publish", "--activate", absl::StrCat("records-service/quizzes/", name, ".textproto")}, &exit_code);
  EXPECT_EQ(exit_code, 0) << output;
}

std::string Deployment::Ladderctl(std::vector<std::string> arguments, int* exit_code) const {
  static int runs = 0;
  const std::string output = folder_.Join(absl::StrCat("ladderctl-", ++runs, ".txt"));
  std::vector<std::string> command = {LADDER_LADDERCTL_BINARY, "--scoring", scoring_.front()->address(), "--records",
                                      records_->address()};
  command.insert(command.end(), arguments.begin(), arguments.end());
  ChildProcess process(std::move(command), output);
  const int code = process.Wait(absl::Seconds(60)).value_or(-1);
  if (exit_code != nullptr) *exit_code = code;
  return ReadFileOrEmpty(output);
}

std::shared_ptr<grpc::Channel> Deployment::ScoringChannel() const {
  return NewChannel({.target = ScoringTarget(), .own_connections = true});
}

std::shared_ptr<grpc::Channel> Deployment::RecordsChannel() const {
  return NewChannel({.target = records_->address(), .own_connections = true});
}

std::string Deployment::ScoringTarget() const {
  return absl::StrCat("ipv4:", absl::StrJoin(scoring_, ",", [](std::string* out, const auto& service) {
                        absl::StrAppend(out, service->address());
                      }));
}

std::string Deployment::ScoringLog(int i) const {
  return ReadFileOrEmpty(folder_.Join(absl::StrCat("scoring-", i, ".log")));
}

std::string Deployment::RecordsLog() const { return ReadFileOrEmpty(folder_.Join("records.log")); }

scoring::v1::ScoreRequest SampleRequest() {
  scoring::v1::ScoreRequest request;
  const auto status =
      google::protobuf::util::JsonStringToMessage(ReadFileOrEmpty("deploy/local/sample.json"), &request);
  EXPECT_TRUE(status.ok()) << status.ToString();
  return request;
}

}  // namespace ladder::testing
