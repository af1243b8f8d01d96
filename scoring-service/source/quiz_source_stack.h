// File: quiz_source_stack.h
//
// The layers of the quiz source, stacked:
//
//   ResolvingSource   name -> version and digest (ActivePointers); compiled versions in memory, one flight per version
//   CompilingSource   bytes -> program, on the executor
//   RedisBytes        bytes from Redis, where there is one
//   RecordsBytes      bytes from records
//
//   QuizSourceStack quizzes({.compiled_capacity = 256}, {...});
//   quizzes.Start([&] { ready->Set(true); });

#ifndef LADDER_SCORING_SERVICE_SOURCE_QUIZ_SOURCE_STACK_H_
#define LADDER_SCORING_SERVICE_SOURCE_QUIZ_SOURCE_STACK_H_

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "libs/chassis/clock.h"
#include "libs/chassis/executor.h"
#include "libs/chassis/metrics.h"
#include "libs/chassis/random.h"
#include "libs/chassis/timers.h"
#include "libs/redis/redis.h"
#include "scoring-service/records_quizzes.h"
#include "scoring-service/source/active_pointers.h"
#include "scoring-service/source/compiling_source.h"
#include "scoring-service/source/quiz_source.h"
#include "scoring-service/source/records_bytes.h"
#include "scoring-service/source/redis_bytes.h"
#include "scoring-service/source/resolving_source.h"

namespace ladder::scoring {

struct QuizSourceOptions {
  // Compiled versions in memory. One more and the one used longest ago is fetched anew when it is needed.
  std::size_t compiled_capacity = 256;
  // Likewise, in bytes of memory that these versions take, about.
  std::size_t compiled_bytes = std::size_t{64} << 20;
};

// All are borrowed. Before the stack goes, each has been stopped: it calls back no more.
struct QuizSourceDependencies {
  RecordsQuizzes* records = nullptr;
  redis::Client* redis = nullptr;  // Null: there is none.
  Executor* compile_threads = nullptr;
  const Clock* clock = nullptr;
  Timers* timers = nullptr;
  RandomSource* random = nullptr;
};

// Thread-safe but for Start.
class QuizSourceStack {
 public:
  QuizSourceStack(const QuizSourceOptions& options, const QuizSourceDependencies& dependencies);

  // Begins to follow the active versions. `on_ready` runs once the list of them was fetched, even an empty one; what it
  // names is then compiled without being asked for, so that first requests need not wait; what cannot be is logged and
  // left out, and so is what would push others out. At most once.
  void Start(std::function<void()> on_ready);

  // The active version of this quiz may have changed.
  void Hint(const std::string& quiz) { pointers_.Hint(quiz); }

  QuizSource* source() { return &resolving_; }

  // Shows what the layers count.
  void AddTo(Metrics& metrics) const;

 private:
  // Compiles these, and what comes of it is logged.
  void Warm(std::vector<std::string> quizzes);

  const QuizSourceOptions options_;
  const QuizSourceDependencies dependencies_;
  RecordsBytes records_bytes_;
  std::unique_ptr<RedisBytes> redis_bytes_;  // Null without Redis.
  CompilingSource compiling_;
  ActivePointers pointers_;
  ResolvingSource resolving_;
};

}  // namespace ladder::scoring

#endif  // LADDER_SCORING_SERVICE_SOURCE_QUIZ_SOURCE_STACK_H_
