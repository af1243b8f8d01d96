// File: child_process.h
//
// Another program, started for a test and gone with it.

#ifndef LADDER_TESTS_TESTING_CHILD_PROCESS_H_
#define LADDER_TESTS_TESTING_CHILD_PROCESS_H_

#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "tests/testing/waiting.h"

namespace ladder::testing {

// Not thread-safe.
class ChildProcess {
 public:
  // Starts `arguments[0]`, found by PATH. Its output goes to `output_path`, both kinds; empty: to ours. `environment`
  // ("NAME=value") is added to ours.
  explicit ChildProcess(std::vector<std::string> arguments, const std::string& output_path = "",
                        std::vector<std::string> environment = {});
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;
  // Kills it where it still runs.
  ~ChildProcess();

  pid_t pid() const { return pid_; }
  void Signal(int signal);
  // SIGKILL, and waits until it is gone.
  void Kill();
  // The exit code, or minus the signal that ended it; nullopt where it still runs after `patience`.
  std::optional<int> Wait(absl::Duration patience = kPatience);

 private:
  pid_t pid_ = -1;
  std::optional<int> ended_;
};

}  // namespace ladder::testing

#endif  // LADDER_TESTS_TESTING_CHILD_PROCESS_H_
