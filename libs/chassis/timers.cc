#include "libs/chassis/timers.h"

#include <algorithm>
#include <utility>

namespace ladder {
namespace {

// Bounds a wait, so that a deadline of centuries is none of the library's affair.
constexpr absl::Duration kLongestWait = absl::Seconds(1);

}  // namespace

ThreadTimers::ThreadTimers(const Clock* clock) : clock_(clock), thread_([this] { Run(); }) {}

ThreadTimers::~ThreadTimers() { Stop(); }

Timers::Id ThreadTimers::RunAt(absl::Time when, std::function<void()> task) {
  MutexLock lock(&mutex_);
  const Id id = next_id_++;
  if (stopped_) return id;
  const bool is_first = tasks_.empty() || when < tasks_.begin()->first.first;
  tasks_.emplace(std::make_pair(when, id), std::move(task));
  due_.emplace(id, when);
  if (is_first) changed_.NotifyOne();
  return id;
}

void ThreadTimers::Cancel(Id id) {
  std::function<void()> forgotten;  // Destroyed after the lock is released: it may own what calls back into us.
  MutexLock lock(&mutex_);
  const auto due = due_.find(id);
  if (due == due_.end()) return;
  const auto task = tasks_.find({due->second, id});
  forgotten = std::move(task->second);
  tasks_.erase(task);
  due_.erase(due);
}

void ThreadTimers::Stop() {
  std::map<std::pair<absl::Time, Id>, std::function<void()>> forgotten;
  {
    MutexLock lock(&mutex_);
    stopped_ = true;
    forgotten.swap(tasks_);
    due_.clear();
    changed_.NotifyOne();
  }
  if (thread_.joinable()) thread_.join();
}

void ThreadTimers::Run() {
  for (;;) {
    std::function<void()> task;
    {
      MutexLock lock(&mutex_);
      for (;;) {
        if (stopped_) return;
        const absl::Time now = clock_->SteadyNow();
        if (!tasks_.empty() && tasks_.begin()->first.first <= now) break;
        changed_.WaitFor(lock,
                         tasks_.empty() ? kLongestWait : std::min(kLongestWait, tasks_.begin()->first.first - now));
      }
      task = std::move(tasks_.begin()->second);
      due_.erase(tasks_.begin()->first.second);
      tasks_.erase(tasks_.begin());
    }
    task();
  }
}

}  // namespace ladder
