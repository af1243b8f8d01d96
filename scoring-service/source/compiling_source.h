// File: compiling_source.h
//
// The layer that makes programs of bytes, on threads of its own: compiling takes milliseconds, which no event thread of
// gRPC or Redis may spend. It is stopped after kCompileDeadline. A version that passes one of the limits of
// libs/quiz/limits.h is refused with FAILED_PRECONDITION, QUIZ_BEYOND_LIMITS; that is remembered, since a version never
// changes.

#ifndef LADDER_SCORING_SERVICE_SOURCE_COMPILING_SOURCE_H_
#define LADDER_SCORING_SERVICE_SOURCE_COMPILING_SOURCE_H_

#include <cstddef>
#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "libs/chassis/clock.h"
#include "libs/chassis/executor.h"
#include "libs/chassis/measure.h"
#include "libs/chassis/timers.h"
#include "scoring-service/concurrency/lru_cache.h"
#include "scoring-service/source/version_sources.h"

namespace ladder::scoring {

// What compiling may take, on a machine that is busy with other things.
inline constexpr absl::Duration kCompileDeadline = absl::Seconds(3);
// Versions of which it is remembered that they were refused.
inline constexpr std::size_t kRefusalCapacity = 1024;

class CompilingSource final : public VersionSource {
 public:
  // All are borrowed.
  CompilingSource(BytesSource* bytes, Executor* executor, const Clock* clock, Timers* timers)
      : bytes_(bytes), executor_(executor), clock_(clock), timers_(timers), refused_(kRefusalCapacity) {}

  void Fetch(const VersionId& id, Callback done) override;

  // Versions that passed a limit, that took too long, and that did not compile.
  const Counter& beyond_limits() const { return beyond_limits_; }
  const Counter& stopped() const { return stopped_; }
  const Counter& damaged() const { return damaged_; }

 private:
  absl::StatusOr<CompiledQuizPtr> Compile(const VersionId& id, const std::string& bytes);

  BytesSource* const bytes_;
  Executor* const executor_;
  const Clock* const clock_;
  Timers* const timers_;
  LruCache<absl::Status> refused_;
  Counter beyond_limits_;
  Counter stopped_;
  Counter damaged_;
};

}  // namespace ladder::scoring

#endif  // LADDER_SCORING_SERVICE_SOURCE_COMPILING_SOURCE_H_
