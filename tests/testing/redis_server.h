// File: redis_server.h
//
// A real redis-server of a test's own, in a temporary folder, on the loopback address.

#ifndef LADDER_TESTS_TESTING_REDIS_SERVER_H_
#define LADDER_TESTS_TESTING_REDIS_SERVER_H_

#include <memory>
#include <string>
#include <vector>

#include "tests/testing/child_process.h"
#include "tests/testing/temp_dir.h"

namespace ladder::testing {

// Not thread-safe. Keeps its port and its folder over Kill and Start; the data are in memory only.
class RedisServer {
 public:
  // Starts, and waits until it answers. `extra_arguments` go to redis-server.
  explicit RedisServer(std::vector<std::string> extra_arguments = {});
  RedisServer(const RedisServer&) = delete;
  RedisServer& operator=(const RedisServer&) = delete;
  ~RedisServer() = default;

  // "127.0.0.1:port".
  std::string address() const;
  // "unix:/path".
  std::string unix_address() const;

  void Start();
  void Kill();
  // SIGSTOP and SIGCONT: a server that accepts connections and answers nothing.
  void Pause();
  void Resume();
  // Runs redis-cli with these arguments; its output, without the last newline.
  std::string Run(std::vector<std::string> arguments) const;

 private:
  const std::vector<std::string> extra_arguments_;
  TempDir folder_;
  const int port_;
  std::unique_ptr<ChildProcess> process_;
};

}  // namespace ladder::testing

#endif  // LADDER_TESTS_TESTING_REDIS_SERVER_H_
