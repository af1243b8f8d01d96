// File: readiness.h
//
// Whether a server can take work: the AND of named parts, each of which can go up and down again. Health tells it to
// whoever asks (health.h). Liveness is another question and depends on none of this.
//
//   Readiness::Part* quizzes = readiness.AddPart("quizzes");
//   quizzes->Set(true);

#ifndef LADDER_LIBS_CHASSIS_READINESS_H_
#define LADDER_LIBS_CHASSIS_READINESS_H_

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/strings/string_view.h"
#include "libs/chassis/mutex.h"

namespace ladder {

// Thread-safe.
class Readiness {
 public:
  class Part {
   public:
    void Set(bool up) { owner_->Change(this, up); }

   private:
    friend class Readiness;
    Part(Readiness* owner, absl::string_view name) : owner_(owner), name_(name) {}

    Readiness* const owner_;
    const std::string name_;
    bool up_ = false;
  };

  Readiness() = default;
  Readiness(const Readiness&) = delete;
  Readiness& operator=(const Readiness&) = delete;

  // A new part, which is down. Lives as long as this.
  Part* AddPart(absl::string_view name);

  // True where there are parts and all are up.
  bool IsReady() const;
  // Names of the parts that are down, in the order in which they were added.
  std::vector<std::string> Missing() const;
  // Every part's name and whether it is up.
  std::vector<std::pair<std::string, bool>> Parts() const;

  // Called at once with the state as it is, then after each change of it, in order, under a lock: must not block and
  // must not call back.
  void SetObserver(std::function<void(bool ready)> observer);

 private:
  void Change(Part* part, bool up);
  bool IsReadyLocked() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void TellLocked() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  mutable Mutex mutex_;
  std::vector<std::unique_ptr<Part>> parts_ ABSL_GUARDED_BY(mutex_);
  std::function<void(bool)> observer_ ABSL_GUARDED_BY(mutex_);
  bool told_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace ladder

#endif  // LADDER_LIBS_CHASSIS_READINESS_H_
