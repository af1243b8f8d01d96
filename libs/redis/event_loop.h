// File: event_loop.h
//
// A libuv loop on a thread of its own, to which other threads hand work.

#ifndef LADDER_LIBS_REDIS_EVENT_LOOP_H_
#define LADDER_LIBS_REDIS_EVENT_LOOP_H_

#include <uv.h>

#include <functional>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/time/time.h"
#include "libs/chassis/mutex.h"

namespace ladder::redis {

class EventLoop {
 public:
  EventLoop();
  EventLoop(const EventLoop&) = delete;
  EventLoop& operator=(const EventLoop&) = delete;
  // Stops.
  ~EventLoop();

  // Runs `work` on the loop's thread, after what was posted before. False, and `work` is dropped, once Stop has begun.
  // Thread-safe.
  [[nodiscard]] bool Post(std::function<void()> work);

  // Runs `last`, which closes every handle that is left, after what was posted before; then joins the thread. At most
  // once has an effect; not from the loop's thread. Thread-safe.
  void Stop(std::function<void()> last = [] {});

  // For handles; on the loop's thread only.
  uv_loop_t* uv() { return &loop_; }

 private:
  void RunPosted();

  uv_loop_t loop_;
  uv_async_t wake_up_;
  Mutex mutex_;
  std::vector<std::function<void()>> posted_ ABSL_GUARDED_BY(mutex_);
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  Mutex join_mutex_;  // Held while joining, so that a second Stop waits as well.
  std::thread thread_ ABSL_GUARDED_BY(join_mutex_);
};

// A one-shot timer. On the loop's thread only, its construction and destruction too.
class Timer {
 public:
  Timer(EventLoop* loop, std::function<void()> on_fire);
  Timer(const Timer&) = delete;
  Timer& operator=(const Timer&) = delete;
  ~Timer();

  // Anew where it was started before. Rounded up to whole milliseconds.
  void Start(absl::Duration delay);
  void Stop();
  bool IsActive() const;

 private:
  struct Handle;
  Handle* handle_;  // Deleted by libuv's close callback.
};

// Monotonic; for deadlines. Thread-safe.
absl::Duration MonotonicNow();

}  // namespace ladder::redis

#endif  // LADDER_LIBS_REDIS_EVENT_LOOP_H_
