// File: mutex.h
//
// A mutex, its scoped lock and a condition variable, with Abseil's thread annotations. They wrap the standard ones
// because ThreadSanitizer cannot see into Debian's uninstrumented Abseil and would take correct absl::Mutex code for a
// race (docs/decisions/tsan-without-grpc.md).
//
//   Mutex mutex_;
//   CondVar changed_;
//   int waiting_ ABSL_GUARDED_BY(mutex_) = 0;
//
//   MutexLock lock(&mutex_);
//   while (waiting_ == 0) changed_.Wait(lock);

#ifndef LADDER_LIBS_CHASSIS_MUTEX_H_
#define LADDER_LIBS_CHASSIS_MUTEX_H_

#include <chrono>
#include <condition_variable>
#include <mutex>

#include "absl/base/thread_annotations.h"
#include "absl/time/time.h"

namespace ladder {

class ABSL_LOCKABLE Mutex {
 public:
  Mutex() = default;
  Mutex(const Mutex&) = delete;
  Mutex& operator=(const Mutex&) = delete;

  void Lock() ABSL_EXCLUSIVE_LOCK_FUNCTION() { mutex_.lock(); }
  void Unlock() ABSL_UNLOCK_FUNCTION() { mutex_.unlock(); }

 private:
  friend class MutexLock;
  std::mutex mutex_;
};

// Holds the mutex from its construction to its end.
class ABSL_SCOPED_LOCKABLE MutexLock {
 public:
  explicit MutexLock(Mutex* mutex) ABSL_EXCLUSIVE_LOCK_FUNCTION(mutex) : lock_(mutex->mutex_) {}
  ~MutexLock() ABSL_UNLOCK_FUNCTION() = default;
  MutexLock(const MutexLock&) = delete;
  MutexLock& operator=(const MutexLock&) = delete;

 private:
  friend class CondVar;
  std::unique_lock<std::mutex> lock_;
};

class CondVar {
 public:
  // May wake for no reason: wait in a loop over the condition.
  void Wait(MutexLock& lock) { condition_.wait(lock.lock_); }

  // False where the time is over.
  bool WaitFor(MutexLock& lock, absl::Duration timeout) {
    return condition_.wait_for(lock.lock_, absl::ToChronoNanoseconds(timeout)) == std::cv_status::no_timeout;
  }

  void NotifyOne() { condition_.notify_one(); }
  void NotifyAll() { condition_.notify_all(); }

 private:
  std::condition_variable condition_;
};

}  // namespace ladder

#endif  // LADDER_LIBS_CHASSIS_MUTEX_H_
