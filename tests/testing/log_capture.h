// File: log_capture.h
//
// Keeps the log lines that are written while it lives, instead of standard error.

#ifndef LADDER_TESTS_TESTING_LOG_CAPTURE_H_
#define LADDER_TESTS_TESTING_LOG_CAPTURE_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "libs/chassis/log.h"
#include "libs/chassis/mutex.h"

namespace ladder::testing {

// One at a time.
class LogCapture {
 public:
  LogCapture() {
    SetLogSinkForTest([kept = kept_](const std::string& line) {
      MutexLock lock(&kept->mutex);
      kept->lines.push_back(line);
    });
  }
  LogCapture(const LogCapture&) = delete;
  LogCapture& operator=(const LogCapture&) = delete;
  ~LogCapture() { SetLogSinkForTest(nullptr); }

  std::vector<std::string> lines() const {
    MutexLock lock(&kept_->mutex);
    return kept_->lines;
  }

 private:
  struct Kept {
    Mutex mutex;
    std::vector<std::string> lines ABSL_GUARDED_BY(mutex);
  };
  // Shared with the sink, which a thread may still be in when this ends.
  const std::shared_ptr<Kept> kept_ = std::make_shared<Kept>();
};

}  // namespace ladder::testing

#endif  // LADDER_TESTS_TESTING_LOG_CAPTURE_H_
