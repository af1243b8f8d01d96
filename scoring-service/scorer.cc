#include "scoring-service/scorer.h"

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/quiz/form.h"
#include "libs/quiz/input.h"
#include "libs/quiz/limits.h"
#include "libs/quiz/possible.h"
#include "libs/quiz/render.h"
#include "libs/quiz/score.h"
#include "scoring-service/check_request.h"
#include "scoring-service/form_message.h"

namespace ladder::scoring {
namespace {

// Answers and context against the quiz, every violation appended.
std::optional<quiz::Input> CheckInput(const CompiledQuiz& quiz, const quiz::AnswerList& answers,
                                      const quiz::ContextMap& context, std::vector<FieldViolation>& violations) {
  std::vector<quiz::InputViolation> found;
  std::optional<quiz::Input> input = quiz::CheckInput(*quiz.program, answers, context, found);
  for (quiz::InputViolation& violation : found) {
    violations.push_back({std::move(violation.field), std::move(violation.description)});
  }
  return input;
}

quiz::v1::QuizResult RenderResult(const CompiledQuiz& quiz, const quiz::Input& input, const quiz::Result& result,
                                  const std::string& asked_locale) {
  quiz::v1::QuizResult rendered;
  quiz::RenderResult(*quiz.program, input, result, quiz::ChooseLocale(*quiz.program, asked_locale), rendered);
  rendered.set_quiz_version(quiz.id.name.ToString());
  rendered.set_digest(quiz.id.digest);
  return rendered;
}

absl::Status ExplanationTooLarge(const CompiledQuiz& quiz) {
  return FailedPrecondition("EXPLANATION_TOO_LARGE",
                            absl::StrCat("the explanations of ", quiz.id.name.ToString(), " would have more than ",
                                         quiz::kMaxExplanationBytes, " bytes; ask without explain"));
}

records::v1::Submission MakeSubmission(const v1::ScoreRequest& request) {
  records::v1::Submission submission;
  submission.set_quiz(request.quiz());
  *submission.mutable_answers() = request.answers();
  *submission.mutable_context() = request.context();
  submission.set_parent(request.record().parent());
  submission.set_campaign(request.record().campaign());
  if (request.record().has_assessed_at()) *submission.mutable_assessed_at() = request.record().assessed_at();
  return submission;
}

records::v1::CreateAssessmentRequest MakeCreateRequest(const v1::ScoreRequest& request,
                                                       const quiz::v1::QuizResult& result) {
  records::v1::CreateAssessmentRequest create;
  *create.mutable_submission() = MakeSubmission(request);
  create.set_request_id(request.record().request_id());
  *create.mutable_result() = result;
  return create;
}

// Lets `response` say what is recorded: a replay answers with the first result, not with this one.
void FillFromRecord(records::v1::CreateAssessmentResponse recorded, v1::ScoreResponse& response) {
  response.set_assessment(recorded.assessment().name());
  response.set_replayed(recorded.replayed());
  if (recorded.replayed()) *response.mutable_result() = std::move(*recorded.mutable_assessment()->mutable_result());
}

}  // namespace

void Scorer::Score(const v1::ScoreRequest& request, const Caller& caller, ScoreDone done) {
  Violations violations;
  const quiz::QuizName name = CheckQuizName(request.quiz(), violations);
  const bool has_name = violations.empty();
  if (request.has_record()) CheckRecordOptions(request.record(), clock_->Now(), violations);
  if (!has_name) return done(InvalidArgument(std::move(violations)));

  if (const CompiledQuizPtr quiz = quizzes_->Peek(name)) {
    return ScoreWith(quiz, request, std::move(violations), caller, std::move(done));
  }
  const auto kept = std::make_shared<const v1::ScoreRequest>(request);
  quizzes_->Get(name, caller.deadline,
                [this, kept, violations = std::move(violations), caller,
                 done = std::move(done)](const absl::StatusOr<CompiledQuizPtr>& quiz) {
                  if (!quiz.ok()) return Refuse(*kept, violations, quiz.status(), caller, done);
                  ScoreWith(*quiz, *kept, violations, caller, done);
                });
}

void Scorer::ScoreWith(const CompiledQuizPtr& quiz, const v1::ScoreRequest& request, Violations of_record,
                       const Caller& caller, ScoreDone done) {
  Violations violations;
  const std::optional<quiz::Input> input = CheckInput(*quiz, request.answers(), request.context(), violations);
  if (!input || !of_record.empty()) {
    violations.insert(violations.end(), of_record.begin(), of_record.end());
    return Refuse(request, of_record, InvalidArgument(std::move(violations)), caller, std::move(done));
  }
  quiz::Result result;
  quiz::Score(*quiz->program, *input, result);
  Scored scored;
  *scored.response.mutable_result() = RenderResult(*quiz, *input, result, request.locale());
  // What is added on request is never recorded.
  if (request.has_record()) scored.to_record = MakeCreateRequest(request, scored.response.result());
  if (request.explain() &&
      !quiz::RenderExplanations(*quiz->program, *input, result, *scored.response.mutable_result())) {
    return done(ExplanationTooLarge(*quiz));
  }
  if (!request.partial()) return Finish(std::move(scored), caller, std::move(done));
  const auto kept = std::make_shared<Scored>(std::move(scored));
  possible_->Find(quiz, *input, [this, quiz, kept, caller, done = std::move(done)](const quiz::Possibility& possible) {
    quiz::RenderPossible(*quiz->program, possible, *kept->response.mutable_result());
    Finish(std::move(*kept), caller, done);
  });
}

void Scorer::Finish(Scored scored, const Caller& caller, ScoreDone done) {
  if (!scored.to_record.has_value()) return done(std::move(scored.response));
  recorder_->Record(*std::move(scored.to_record), caller,
                    [response = std::move(scored.response),
                     done = std::move(done)](absl::StatusOr<records::v1::CreateAssessmentResponse> recorded) mutable {
                      if (!recorded.ok()) return done(recorded.status());
                      FillFromRecord(*std::move(recorded), response);
                      done(std::move(response));
                    });
}

void Scorer::Refuse(const v1::ScoreRequest& request, const Violations& of_record, absl::Status why_not,
                    const Caller& caller, ScoreDone done) {
  if (!of_record.empty()) {
    return done(absl::IsInvalidArgument(why_not) ? std::move(why_not) : InvalidArgument(of_record));
  }
  if (!request.has_record()) return done(std::move(why_not));
  records::v1::FindRecordedRequest find;
  *find.mutable_submission() = MakeSubmission(request);
  find.set_request_id(request.record().request_id());
  recorder_->FindRecorded(std::move(find), std::move(why_not), caller.trace,
                          [done = std::move(done)](absl::StatusOr<records::v1::CreateAssessmentResponse> recorded) {
                            if (!recorded.ok()) return done(recorded.status());
                            v1::ScoreResponse response;
                            FillFromRecord(*std::move(recorded), response);
                            done(std::move(response));
                          });
}

void Scorer::GetForm(const v1::GetFormRequest& request, const Caller& caller, FormDone done) {
  Violations violations;
  const quiz::QuizName name = CheckQuizName(request.quiz(), violations);
  if (!violations.empty()) return done(InvalidArgument(std::move(violations)));
  quizzes_->Get(name, caller.deadline,
                [locale = request.locale(), done = std::move(done)](const absl::StatusOr<CompiledQuizPtr>& quiz) {
                  if (!quiz.ok()) return done(quiz.status());
                  done(MakeForm(**quiz, locale));
                });
}

void Scorer::NextItems(const v1::NextItemsRequest& request, const Caller& caller, NextItemsDone done) {
  Violations violations;
  const quiz::QuizName name = CheckQuizName(request.quiz(), violations);
  if (!violations.empty()) return done(InvalidArgument(std::move(violations)));
  const auto kept = std::make_shared<const v1::NextItemsRequest>(request);
  quizzes_->Get(
      name, caller.deadline, [this, kept, done = std::move(done)](const absl::StatusOr<CompiledQuizPtr>& quiz) {
        if (!quiz.ok()) return done(quiz.status());
        Violations found;
        const std::optional<quiz::Input> input = CheckInput(**quiz, kept->answers(), kept->context(), found);
        if (!input) return done(InvalidArgument(std::move(found)));
        possible_->Find(*quiz, *input, [kept, done, quiz = *quiz, input = *input](const quiz::Possibility& possible) {
          done(MakeNextItems(*quiz, input, possible, kept->locale(), kept->max_items()));
        });
      });
}

}  // namespace ladder::scoring
