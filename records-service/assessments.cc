#include "records-service/assessments.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "libs/chassis/errors.h"
#include "libs/chassis/timestamp.h"
#include "libs/quiz/resource_names.h"
#include "records-service/earlier_request.h"
#include "records-service/page_token.h"
#include "records-service/request_check.h"

namespace ladder::records {
namespace {

// A page ends with the row that passes it, so that a reply stays below what clients take by default (4 MiB).
constexpr std::size_t kMaxPageBytes = 1 << 20;

}  // namespace

absl::StatusOr<v1::Assessment> ToAssessment(const AssessmentRow& row) {
  v1::Assessment assessment;
  if (!assessment.mutable_submission()->ParseFromString(row.submission) ||
      !assessment.mutable_result()->ParseFromString(row.result)) {
    return UnusableError(quiz::AssessmentName{{row.clinic, row.client}, row.id}.ToString());
  }
  assessment.set_name(quiz::AssessmentName{{row.clinic, row.client}, row.id}.ToString());
  assessment.set_request_id(row.request_id);
  *assessment.mutable_create_time() = ToTimestamp(row.create_time);
  *assessment.mutable_assess_time() = ToTimestamp(row.assess_time);
  return assessment;
}

absl::StatusOr<v1::Assessment> ReadRow(const AssessmentRow& row, RowReader reader, UnusableRows& unusable) {
  absl::StatusOr<v1::Assessment> assessment = ToAssessment(row);
  if (!assessment.ok()) unusable.Note(reader, row.clinic, row.id);
  return assessment;
}

absl::Status RefusedRequest(AssessmentStore& store, absl::string_view clinic, absl::string_view request_id) {
  const absl::StatusOr<bool> set_aside = store.WasSetAside(clinic, request_id);
  if (!set_aside.ok()) return set_aside.status();
  return *set_aside ? SetAsideError(request_id) : ErasedError(request_id);
}

absl::StatusOr<v1::Assessment> Assessments::FindRecorded(const v1::FindRecordedRequest& request) {
  RequestCheck check;
  if (!request.has_submission()) check.Fault("submission", "is required");
  const quiz::ClientName client = check.Client("submission.parent", request.submission().parent());
  check.RequestId("request_id", request.request_id());
  if (!check.status().ok()) return check.status();
  absl::StatusOr<std::optional<AssessmentRow>> found = store_.FindRequest(client.clinic, request.request_id());
  if (!found.ok()) return found.status();
  if (!found->has_value()) {
    const absl::StatusOr<bool> erased = store_.WasErased(client.clinic, request.request_id(), clock_.Now());
    if (!erased.ok()) return erased.status();
    return *erased ? RefusedRequest(store_, client.clinic, request.request_id())
                   : NotFound("request", request.request_id());
  }
  return EarlierRequest(**std::move(found), unusable_).AnswerTo(request.submission());
}

absl::StatusOr<v1::Assessment> Assessments::Get(const v1::GetAssessmentRequest& request) {
  RequestCheck check;
  const quiz::AssessmentName name = check.Assessment("name", request.name());
  if (!check.status().ok()) return check.status();
  absl::StatusOr<std::optional<AssessmentRow>> found =
      store_.FindAssessment(name.client.clinic, name.client.client, name.id);
  if (!found.ok()) return found.status();
  if (!found->has_value()) return NotFound("assessment", request.name());
  return ReadRow(**found, RowReader::kAssessment, unusable_);
}

absl::StatusOr<v1::ListAssessmentsResponse> Assessments::List(const v1::ListAssessmentsRequest& request) {
  RequestCheck check;
  const quiz::ClientName client = check.Client("parent", request.parent());
  AssessmentQuery query;
  query.clinic = client.clinic;
  query.client = client.client;
  query.limit = check.PageSize(request.page_size());
  query.max_bytes = kMaxPageBytes;
  if (!request.quiz().empty()) query.quiz = check.Quiz("quiz", request.quiz());
  if (request.has_assessed_from()) query.from = check.Time("assessed_from", request.assessed_from());
  if (request.has_assessed_before()) query.before = check.Time("assessed_before", request.assessed_before());
  if (!check.status().ok()) return check.status();

  const std::string question =
      QuestionOf({"assessments", request.parent(), request.quiz(), absl::StrCat(absl::ToUnixNanos(query.from)),
                  absl::StrCat(absl::ToUnixNanos(query.before))});
  if (!request.page_token().empty()) {
    const absl::StatusOr<std::vector<std::string>> place = ReadPageToken(question, 2, request.page_token());
    if (!place.ok()) return place.status();
    std::int64_t nanos = 0;
    if (!absl::SimpleAtoi(place->at(0), &nanos)) return InvalidArgument({{"page_token", "is damaged"}});
    query.after = AssessmentCursor{absl::FromUnixNanos(nanos), place->at(1)};
  }

  const absl::StatusOr<AssessmentPage> page = store_.ListAssessments(query);
  if (!page.ok()) return page.status();
  v1::ListAssessmentsResponse response;
  for (const AssessmentRow& row : page->rows) {
    absl::StatusOr<v1::Assessment> assessment = ReadRow(row, RowReader::kAssessment, unusable_);
    if (assessment.ok()) {
      response.mutable_assessments()->Add(*std::move(assessment));
    } else {
      response.add_unusable(quiz::AssessmentName{client, row.id}.ToString());
    }
  }
  if (page->more) {
    const AssessmentRow& last = page->rows.back();
    response.set_next_page_token(MakePageToken(question, {absl::StrCat(absl::ToUnixNanos(last.assess_time)), last.id}));
  }
  return response;
}

}  // namespace ladder::records
