#include "records-service/assessment_check.h"

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "records-service/store/rows.h"

namespace ladder::records {
namespace {

// How far the clocks of platforms may run ahead of ours.
constexpr absl::Duration kMaxAhead = absl::Minutes(5);

absl::Time CheckAssessTime(const v1::Submission& submission, absl::Time now, RequestCheck& check) {
  if (!submission.has_assessed_at()) return now;
  const absl::Time time = check.Time("submission.assessed_at", submission.assessed_at());
  if (time > now + kMaxAhead) check.Fault("submission.assessed_at", "is more than five minutes ahead");
  if (time < EarliestTime()) check.Fault("submission.assessed_at", "is before the year 1900");
  return time;
}

// The version that scored; it has to be one of the quiz that was asked for.
quiz::QuizName CheckVersion(const v1::CreateAssessmentRequest& request, RequestCheck& check) {
  quiz::QuizName scored = check.Version("result.quiz_version", request.result().quiz_version());
  const absl::StatusOr<quiz::QuizName> asked = quiz::ParseQuizName(request.submission().quiz());
  if (scored.quiz.empty() || !asked.ok()) return scored;
  if (asked->quiz != scored.quiz || (asked->version != 0 && asked->version != scored.version)) {
    check.Fault("result.quiz_version",
                absl::StrCat("'", scored.ToString(), "' is not what was asked for: '", asked->ToString(), "'"));
  }
  return scored;
}

}  // namespace

CheckedNames CheckNames(const v1::CreateAssessmentRequest& request, absl::Time now, RequestCheck& check) {
  if (!request.has_submission()) check.Fault("submission", "is required");
  if (!request.has_result()) check.Fault("result", "is required");
  CheckedNames names;
  check.QuizOrVersion("submission.quiz", request.submission().quiz());
  names.client = check.Client("submission.parent", request.submission().parent());
  check.Campaign("submission.campaign", request.submission().campaign());
  names.assess_time = CheckAssessTime(request.submission(), now, check);
  check.RequestId("request_id", request.request_id());
  names.scored = CheckVersion(request, check);
  return names;
}

}  // namespace ladder::records
