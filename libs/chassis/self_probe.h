// File: self_probe.h
//
// Finds out whether a server still takes connections on its own port, by dialling it as a stranger would: gRPC 1.51
// stops accepting for ever once a process has run out of file descriptors, and everything else in it goes on.

#ifndef LADDER_LIBS_CHASSIS_SELF_PROBE_H_
#define LADDER_LIBS_CHASSIS_SELF_PROBE_H_

#include <functional>
#include <string>
#include <thread>

#include "absl/base/thread_annotations.h"
#include "absl/time/time.h"
#include "libs/chassis/mutex.h"

namespace ladder {

class SelfProbe {
 public:
  struct Options {
    std::string target;  // host:port of a server with grpc.health.v1.
    absl::Duration interval = absl::Seconds(5);
    absl::Duration timeout = absl::Seconds(2);
    // So many in a row, so that a busy moment restarts nobody.
    int failures = 3;
  };

  // Probes from now on. `tell` hears false after `failures` failures in a row and true once one succeeds again, on the
  // probe's thread.
  SelfProbe(Options options, std::function<void(bool alive)> tell);
  SelfProbe(const SelfProbe&) = delete;
  SelfProbe& operator=(const SelfProbe&) = delete;
  // Waits for the probe that is under way.
  ~SelfProbe();

 private:
  void Run();
  // False where it is over.
  bool WaitForNext();
  bool Succeeds() const;

  const Options options_;
  const std::function<void(bool)> tell_;
  Mutex mutex_;
  CondVar changed_;
  bool over_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace ladder

#endif  // LADDER_LIBS_CHASSIS_SELF_PROBE_H_
