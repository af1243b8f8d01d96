#include "libs/redis/event_loop.h"

#include <signal.h>

#include <algorithm>
#include <cstdint>
#include <utility>

namespace ladder::redis {

EventLoop::EventLoop() {
  uv_loop_init(&loop_);
  wake_up_.data = this;
  uv_async_init(&loop_, &wake_up_, [](uv_async_t* handle) { static_cast<EventLoop*>(handle->data)->RunPosted(); });
  MutexLock lock(&join_mutex_);
  thread_ = std::thread([this] {
    // libuv's writes to a connection that is gone raise SIGPIPE, which nobody here wants; nor any other signal.
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, nullptr);
    uv_run(&loop_, UV_RUN_DEFAULT);
  });
}

EventLoop::~EventLoop() {
  Stop();
  uv_loop_close(&loop_);
}

bool EventLoop::Post(std::function<void()> work) {
  MutexLock lock(&mutex_);
  if (stopping_) return false;
  posted_.push_back(std::move(work));
  if (posted_.size() == 1) uv_async_send(&wake_up_);
  return true;
}

void EventLoop::Stop(std::function<void()> last) {
  {
    MutexLock lock(&mutex_);
    if (!stopping_) {
      stopping_ = true;
      // uv_run returns once no handle is left.
      posted_.push_back([this, last = std::move(last)] {
        last();
        uv_close(reinterpret_cast<uv_handle_t*>(&wake_up_), nullptr);
      });
      uv_async_send(&wake_up_);
    }
  }
  MutexLock lock(&join_mutex_);
  if (thread_.joinable()) thread_.join();
}

void EventLoop::RunPosted() {
  std::vector<std::function<void()>> work;
  {
    MutexLock lock(&mutex_);
    work.swap(posted_);
  }
  for (auto& each : work) each();
}

struct Timer::Handle {
  uv_timer_t timer;
  std::function<void()> on_fire;
};

Timer::Timer(EventLoop* loop, std::function<void()> on_fire) : handle_(new Handle{{}, std::move(on_fire)}) {
  uv_timer_init(loop->uv(), &handle_->timer);
  handle_->timer.data = handle_;
}

Timer::~Timer() {
  uv_close(reinterpret_cast<uv_handle_t*>(&handle_->timer),
           [](uv_handle_t* handle) { delete static_cast<Handle*>(handle->data); });
}

void Timer::Start(absl::Duration delay) {
  uv_update_time(handle_->timer.loop);  // Else the delay counts from the begin of this turn of the loop.
  const absl::Duration whole = absl::Ceil(std::max(delay, absl::ZeroDuration()), absl::Milliseconds(1));
  uv_timer_start(
      &handle_->timer, [](uv_timer_t* timer) { static_cast<Handle*>(timer->data)->on_fire(); },
      static_cast<std::uint64_t>(absl::ToInt64Milliseconds(whole)), /*repeat=*/0);
}

void Timer::Stop() { uv_timer_stop(&handle_->timer); }

bool Timer::IsActive() const { return uv_is_active(reinterpret_cast<const uv_handle_t*>(&handle_->timer)) != 0; }

absl::Duration MonotonicNow() { return absl::Nanoseconds(static_cast<std::int64_t>(uv_hrtime())); }

}  // namespace ladder::redis
