// File: load.h
//
// Callers that score and record without a pause while a test breaks things, and what became of their calls.
//
//   Load load(deployment.ScoringChannel(), {.callers = 8, .record = true});
//   ... break something ...
//   LoadReport report = load.Stop();
//   EXPECT_THAT(report.failures, IsEmpty());

#ifndef LADDER_TESTS_END_TO_END_LOAD_H_
#define LADDER_TESTS_END_TO_END_LOAD_H_

#include <grpcpp/channel.h>

#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "libs/chassis/mutex.h"

namespace ladder::testing {

struct LoadOptions {
  int callers = 8;
  bool record = false;
};

struct LoadReport {
  int succeeded = 0;
  std::vector<std::string> failures;           // Codes and messages.
  std::vector<std::string> recorded_requests;  // request_ids that were acknowledged, each once.
};

class Load {
 public:
  Load(std::shared_ptr<grpc::Channel> channel, LoadOptions options);
  Load(const Load&) = delete;
  Load& operator=(const Load&) = delete;
  ~Load();

  int succeeded() const { return succeeded_; }
  // Waits until so many more calls have succeeded. False where they do not in time.
  bool WaitForMore(int calls) const;
  // Ends the callers and waits for their last calls.
  LoadReport Stop();

 private:
  void Call(int caller);

  const std::shared_ptr<grpc::Channel> channel_;
  const LoadOptions options_;
  std::atomic<bool> stopping_ = false;
  std::atomic<int> succeeded_ = 0;
  Mutex mutex_;
  LoadReport report_ ABSL_GUARDED_BY(mutex_);
  std::vector<std::thread> callers_;
};

}  // namespace ladder::testing

#endif  // LADDER_TESTS_END_TO_END_LOAD_H_
