#include "tests/testing/redis_server.h"

#include <signal.h>

#include <stdexcept>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "tests/testing/free_port.h"
#include "tests/testing/waiting.h"

namespace ladder::testing {

RedisServer::RedisServer(std::vector<std::string> extra_arguments)
    : extra_arguments_(std::move(extra_arguments)), port_(FreePort()) {
  Start();
}

std::string RedisServer::address() const { return absl::StrCat("127.0.0.1:", port_); }

std::string RedisServer::unix_address() const { return absl::StrCat("unix:", folder_.Join("redis.sock")); }

void RedisServer::Start() {
  std::vector<std::string> arguments = {
      "redis-server", "--port", absl::StrCat(port_), "--bind", "127.0.0.1", "--unixsocket", folder_.Join("redis.sock"),
      "--save",       "",       "--appendonly",      "no",     "--dir",     folder_.path()};
  arguments.insert(arguments.end(), extra_arguments_.begin(), extra_arguments_.end());
  process_ = std::make_unique<ChildProcess>(std::move(arguments), folder_.Join("redis.log"));
  // Any answer will do: with a password it is an error.
  const bool answers = Eventually([this] {
    const std::string answer = Run({"PING"});
    return answer == "PONG" || answer.starts_with("NOAUTH");
  });
  if (!answers) throw std::runtime_error("redis-server does not answer: " + ReadFileOrEmpty(folder_.Join("redis.log")));
}

void RedisServer::Kill() { process_->Kill(); }

void RedisServer::Pause() { process_->Signal(SIGSTOP); }

void RedisServer::Resume() { process_->Signal(SIGCONT); }

std::string RedisServer::Run(std::vector<std::string> arguments) const {
  const std::string output = folder_.Write("cli.out", "");
  arguments.insert(arguments.begin(), {"redis-cli", "-p", absl::StrCat(port_)});
  ChildProcess(std::move(arguments), output).Wait();
  return std::string(absl::StripSuffix(ReadFileOrEmpty(output), "\n"));
}

}  // namespace ladder::testing
