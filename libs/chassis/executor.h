// File: executor.h
//
// A few threads and a bounded queue, for work that blocks or takes long and so may not run in a gRPC reaction.
//
//   Executor readers({.threads = 4, .queue_limit = 1000});
//   if (!readers.TrySubmit([=] { call->Finish(store->Read(id)); })) call->Finish(ResourceExhausted(...));

#ifndef LADDER_LIBS_CHASSIS_EXECUTOR_H_
#define LADDER_LIBS_CHASSIS_EXECUTOR_H_

#include <cstddef>
#include <deque>
#include <functional>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "libs/chassis/mutex.h"

namespace ladder {

// Thread-safe.
class Executor {
 public:
  struct Options {
    int threads = 1;
    // Work that waits for a thread; more is refused.
    std::size_t queue_limit = 1000;
  };

  explicit Executor(Options options);
  Executor(const Executor&) = delete;
  Executor& operator=(const Executor&) = delete;
  // Stops.
  ~Executor();

  // False, and `work` is dropped, where the queue is full or Stop has begun. Work must not throw. One thread runs it in
  // the order of submission.
  [[nodiscard]] bool TrySubmit(std::function<void()> work);

  // Work that waits for a thread.
  std::size_t queued() const;

  // Refuses new work, finishes what was taken, joins the threads. Idempotent; not from one of the threads.
  void Stop();

 private:
  void Run();

  const Options options_;
  mutable Mutex mutex_;
  CondVar changed_;
  std::deque<std::function<void()>> queue_ ABSL_GUARDED_BY(mutex_);
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  Mutex join_mutex_;
  std::vector<std::thread> threads_ ABSL_GUARDED_BY(join_mutex_);
};

}  // namespace ladder

#endif  // LADDER_LIBS_CHASSIS_EXECUTOR_H_
