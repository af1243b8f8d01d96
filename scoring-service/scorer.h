// File: scorer.h
//
// What the service does, without gRPC: a request in, a response or an error out. The handlers in rpc/ only carry it.
//
//   scorer.Score(*request, call->deadline(), [call](auto response) { call->Finish(std::move(response)); });

#ifndef LADDER_SCORING_SERVICE_SCORER_H_
#define LADDER_SCORING_SERVICE_SCORER_H_

#include <functional>
#include <optional>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "ladder/records/v1/assessment_service.pb.h"
#include "ladder/scoring/v1/scoring_service.pb.h"
#include "libs/chassis/clock.h"
#include "libs/chassis/errors.h"
#include "scoring-service/possible_finder.h"
#include "scoring-service/recorder.h"
#include "scoring-service/source/quiz_source.h"

namespace ladder::scoring {

// Thread-safe. Every callback runs exactly once, perhaps before the call returns, on any thread. A request is read only
// until the call returns: what is needed later is copied, which a quiz in memory spares. Errors are those of QuizSource
// and Recorder, and INVALID_ARGUMENT with every violation.
class Scorer {
 public:
  using ScoreDone = std::function<void(absl::StatusOr<v1::ScoreResponse>)>;
  using FormDone = std::function<void(absl::StatusOr<v1::Form>)>;
  using NextItemsDone = std::function<void(absl::StatusOr<v1::NextItemsResponse>)>;

  // All are borrowed.
  Scorer(QuizSource* quizzes, Recorder* recorder, PossibleFinder* possible, const Clock* clock)
      : quizzes_(quizzes), recorder_(recorder), possible_(possible), clock_(clock) {}

  void Score(const v1::ScoreRequest& request, const Caller& caller, ScoreDone done);
  void GetForm(const v1::GetFormRequest& request, const Caller& caller, FormDone done);
  void NextItems(const v1::NextItemsRequest& request, const Caller& caller, NextItemsDone done);

 private:
  using Violations = std::vector<FieldViolation>;

  // What is answered, and what is recorded before that.
  struct Scored {
    v1::ScoreResponse response;
    std::optional<records::v1::CreateAssessmentRequest> to_record;
  };

  // With the quiz; `of_record` are the violations found in `request.record`.
  void ScoreWith(const CompiledQuizPtr& quiz, const v1::ScoreRequest& request, Violations of_record,
                 const Caller& caller, ScoreDone done);
  void Finish(Scored scored, const Caller& caller, ScoreDone done);
  // The request cannot be scored. Where it asks to record, it may be a retry of one that could.
  void Refuse(const v1::ScoreRequest& request, const Violations& of_record, absl::Status why_not, const Caller& caller,
              ScoreDone done);

  QuizSource* const quizzes_;
  Recorder* const recorder_;
  PossibleFinder* const possible_;
  const Clock* const clock_;
};

}  // namespace ladder::scoring

#endif  // LADDER_SCORING_SERVICE_SCORER_H_
