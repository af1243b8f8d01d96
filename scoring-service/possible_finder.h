// File: possible_finder.h
//
// What scores may still become, without holding up a thread of gRPC: an answer that takes up to a millisecond or two is
// worked out where it is asked for; for others threads of their own take over.
//
//   finder.Find(quiz, input, [](const quiz::Possibility& possible) { ... });

#ifndef LADDER_SCORING_SERVICE_POSSIBLE_FINDER_H_
#define LADDER_SCORING_SERVICE_POSSIBLE_FINDER_H_

#include <cstdint>
#include <functional>

#include "libs/chassis/executor.h"
#include "libs/quiz/input.h"
#include "libs/quiz/possible.h"
#include "scoring-service/source/quiz_source.h"

namespace ladder::scoring {

// Steps of the analysis that the caller's thread spends: of the published instruments all take fewer.
inline constexpr std::int64_t kStepsInPlace = 100'000;
// Answers that wait for a thread. One more is given what the steps in place sufficed for: wider, and never wrong.
inline constexpr std::size_t kMaxPossibleWaiting = 64;

// Thread-safe.
class PossibleFinder {
 public:
  // Must not block.
  using Use = std::function<void(const quiz::Possibility&)>;

  // `executor` is borrowed. Its queue has kMaxPossibleWaiting places.
  explicit PossibleFinder(Executor* executor) : executor_(executor) {}

  // Calls `use` exactly once, perhaps before it returns, else on a thread of the executor. REQUIRES: `input` was
  // checked against the quiz.
  void Find(CompiledQuizPtr quiz, const quiz::Input& input, Use use);

 private:
  Executor* const executor_;
};

}  // namespace ladder::scoring

#endif  // LADDER_SCORING_SERVICE_POSSIBLE_FINDER_H_
