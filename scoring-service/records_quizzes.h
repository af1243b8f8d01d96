// File: records_quizzes.h
//
// What scoring asks the records service about quizzes, without a type of gRPC, so that everything above can be tested
// with a fake and under ThreadSanitizer.

#ifndef LADDER_SCORING_SERVICE_RECORDS_QUIZZES_H_
#define LADDER_SCORING_SERVICE_RECORDS_QUIZZES_H_

#include <functional>
#include <string>

#include "absl/status/statusor.h"
#include "ladder/records/v1/quiz_service.pb.h"
#include "libs/quiz/resource_names.h"

namespace ladder::scoring {

// Thread-safe. Every callback runs exactly once, within a deadline of the implementation's own, perhaps before the call
// returns; it must not block. Records that cannot be reached in time are UNAVAILABLE with RetryInfo.
class RecordsQuizzes {
 public:
  using QuizDone = std::function<void(absl::StatusOr<records::v1::Quiz>)>;
  using ListDone = std::function<void(absl::StatusOr<records::v1::ListQuizzesResponse>)>;
  using VersionDone = std::function<void(absl::StatusOr<records::v1::QuizVersion>)>;

  virtual ~RecordsQuizzes() = default;

  // `quiz` is an id, for example "ladder-of-healing".
  virtual void GetQuiz(const std::string& quiz, QuizDone done) = 0;
  virtual void ListQuizzes(const std::string& page_token, ListDone done) = 0;
  // `name` has a version.
  virtual void GetVersion(const quiz::QuizName& name, bool omit_definition, VersionDone done) = 0;
};

}  // namespace ladder::scoring

#endif  // LADDER_SCORING_SERVICE_RECORDS_QUIZZES_H_
