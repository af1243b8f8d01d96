// File: quiz_source.h
//
// Where the scoring service gets compiled quizzes from: the way from a name in a request to a program. What stands
// behind it is stacked in quiz_source_stack.h: memory, then Redis, then records.
//
//   source->Get(*quiz::ParseQuizName("quizzes/ladder-of-healing"), call->deadline(), [](auto quiz) {
//     if (quiz.ok()) quiz::Score(*(*quiz)->program, ...);
//   });

#ifndef LADDER_SCORING_SERVICE_SOURCE_QUIZ_SOURCE_H_
#define LADDER_SCORING_SERVICE_SOURCE_QUIZ_SOURCE_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "libs/quiz/program.h"
#include "libs/quiz/resource_names.h"

namespace ladder::scoring {

// One published version and the digest that its bytes have to have.
struct VersionId {
  quiz::QuizName name;  // With a version.
  std::string digest;   // SHA-256, 64 lower-case hexadecimal digits; from records.

  // "quizzes/{quiz}/versions/{number}@{digest}".
  std::string ToString() const { return name.ToString() + "@" + digest; }
};

// A published version, ready to score. Immutable and shared.
struct CompiledQuiz {
  VersionId id;
  std::shared_ptr<const quiz::Program> program;
};

using CompiledQuizPtr = std::shared_ptr<const CompiledQuiz>;

// Thread-safe.
class QuizSource {
 public:
  using Callback = std::function<void(absl::StatusOr<CompiledQuizPtr>)>;

  virtual ~QuizSource() = default;

  // The quiz where it is at hand without waiting, else null.
  virtual CompiledQuizPtr Peek(const quiz::QuizName& name) = 0;

  // Calls `done` exactly once, perhaps before it returns, on any thread; `done` must not block. A name without a
  // version means the active one.
  //   NOT_FOUND            there is no such quiz or version
  //   FAILED_PRECONDITION  NO_ACTIVE_VERSION: the quiz has none, because it never had or it was retired
  //   UNAVAILABLE          it is not in a cache, and records cannot be reached
  //   DEADLINE_EXCEEDED    it did not come by `deadline`
  virtual void Get(const quiz::QuizName& name, absl::Time deadline, Callback done) = 0;
};

}  // namespace ladder::scoring

#endif  // LADDER_SCORING_SERVICE_SOURCE_QUIZ_SOURCE_H_
