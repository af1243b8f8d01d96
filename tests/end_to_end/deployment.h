// File: deployment.h
//
// The real binaries on free ports of the loopback address, with a real redis-server, in a temporary folder. Everything
// is stopped by the id of the process that was started here, and nothing stays behind.
//
//   Deployment ladder({.scoring_processes = 2});
//   ladder.PublishShipped("ladder-of-healing");
//   auto stub = ScoringService::NewStub(ladder.ScoringChannel());

#ifndef LADDER_TESTS_END_TO_END_DEPLOYMENT_H_
#define LADDER_TESTS_END_TO_END_DEPLOYMENT_H_

#include <grpcpp/channel.h>
#include <sys/types.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "ladder/scoring/v1/scoring_service.pb.h"
#include "tests/testing/child_process.h"
#include "tests/testing/redis_server.h"
#include "tests/testing/temp_dir.h"

namespace ladder::testing {

// A service on a port that it keeps over restarts.
class Service {
 public:
  // `arguments` without --listen; `environment` ("NAME=value") is added to ours.
  Service(std::string binary, std::vector<std::string> arguments, std::string log_path,
          std::vector<std::string> environment = {});

  void Start();
  // SIGTERM, and waits for the drain. The exit code.
  int Stop();
  void Kill();
  // Whether its health says SERVING.
  bool IsServing() const;
  const std::string& address() const { return address_; }
  pid_t pid() const { return process_->pid(); }
  // The most that the process has had in memory.
  int PeakMebibytes() const;

 private:
  const std::string binary_;
  const std::vector<std::string> arguments_;
  const std::string log_path_;
  const std::vector<std::string> environment_;
  const std::string address_;
  std::unique_ptr<ChildProcess> process_;
};

struct DeploymentOptions {
  int scoring_processes = 1;
  bool with_redis = true;
  // For every service, for example {"--log-level", "debug"}.
  std::vector<std::string> arguments = {};
  // For the records service alone.
  std::vector<std::string> records_arguments = {};
  // For the scoring services alone, "NAME=value".
  std::vector<std::string> scoring_environment = {};
  // Runs once the records service's store is made, in this folder, and before anything is started.
  std::function<void(const std::string& data_dir)> prepare = nullptr;
};

class Deployment {
 public:
  explicit Deployment(DeploymentOptions options = {});

  // Publishes and activates records-service/quizzes/<name>.textproto by ladderctl, as an operator would.
  void PublishShipped(const std::string& name);

  // Runs ladderctl against this deployment; its output, and its exit code where one is asked for.
  std::string Ladderctl(std::vector<std::string> arguments, int* exit_code = nullptr) const;

  // Calls go round over all scoring processes, with the published service config.
  std::shared_ptr<grpc::Channel> ScoringChannel() const;
  std::shared_ptr<grpc::Channel> RecordsChannel() const;
  // A gRPC target that names every scoring process.
  std::string ScoringTarget() const;

  Service& scoring(int i) { return *scoring_[static_cast<std::size_t>(i)]; }
  Service& records() { return *records_; }
  RedisServer& redis() { return *redis_; }
  // What scoring process `i` has logged.
  std::string ScoringLog(int i) const;
  std::string RecordsLog() const;

 private:
  TempDir folder_;
  std::unique_ptr<RedisServer> redis_;
  std::unique_ptr<Service> records_;
  std::vector<std::unique_ptr<Service>> scoring_;
};

// The ten answers of deploy/local/sample.json, with their record options.
scoring::v1::ScoreRequest SampleRequest();

}  // namespace ladder::testing

#endif  // LADDER_TESTS_END_TO_END_DEPLOYMENT_H_
