#include "records-service/assessments.h"

#include <iterator>
#include <optional>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "libs/chassis/errors.h"
#include "libs/chassis/timestamp.h"
#include "libs/quiz/resource_names.h"
#include "records-service/page_token.h"
#include "records-service/request_check.h"
#include "records-service/submission.h"

namespace ladder::records {
namespace {

constexpr int kMaxBatch = 256;
// How far the clocks of platforms may run ahead of ours.
constexpr absl::Duration kMaxAhead = absl::Minutes(5);
// A page ends with the row that passes it, so that a reply stays below what clients take by default (4 MiB).
constexpr std::size_t kMaxPageBytes = 1 << 20;

// The faults of what a platform sent.
quiz::ClientName CheckSubmission(const v1::Submission& submission, absl::Time now, RequestCheck& check) {
  check.QuizOrVersion("submission.quiz", submission.quiz());
  quiz::ClientName client = check.Client("submission.parent", submission.parent());
  check.Campaign("submission.campaign", submission.campaign());
  if (submission.has_assessed_at()) {
    const absl::Time time = check.Time("submission.assessed_at", submission.assessed_at());
    if (time > now + kMaxAhead) check.Fault("submission.assessed_at", "is more than five minutes ahead");
    if (time < EarliestTime()) check.Fault("submission.assessed_at", "is before the year 1900");
  }
  return client;
}

// The version that scored; it has to be one of the quiz that was asked for.
quiz::QuizName CheckResult(const v1::CreateAssessmentRequest& request, RequestCheck& check) {
  quiz::QuizName scored = check.Version("result.quiz_version", request.result().quiz_version());
  const absl::StatusOr<quiz::QuizName> asked = quiz::ParseQuizName(request.submission().quiz());
  if (scored.quiz.empty() || !asked.ok()) return scored;
  if (asked->quiz != scored.quiz || (asked->version != 0 && asked->version != scored.version)) {
    check.Fault("result.quiz_version",
                absl::StrCat("'", scored.ToString(), "' is not what was asked for: '", asked->ToString(), "'"));
  }
  return scored;
}

absl::Status ReusedRequestId(absl::string_view request_id) {
  return AlreadyExists(kRequestIdReused,
                       absl::StrCat("request_id '", request_id, "' was used in this clinic with another submission"));
}

absl::Status Erased(absl::string_view request_id) {
  return FailedPrecondition(kErased, absl::StrCat("what request_id '", request_id,
                                                  "' records was removed, or is older than the erasure of its client"));
}

// What was recorded under the request_id of `submission`, where that was a submission of the same content.
absl::StatusOr<v1::Assessment> Replay(const AssessmentRow& recorded, const v1::Submission& submission) {
  absl::StatusOr<v1::Assessment> assessment = ToAssessment(recorded);
  if (assessment.ok() && !SameSubmission(assessment->submission(), submission)) {
    return ReusedRequestId(recorded.request_id);
  }
  return assessment;
}

std::string NameOf(const AssessmentRow& row) {
  return quiz::AssessmentName{{row.clinic, row.client}, row.id}.ToString();
}

}  // namespace

absl::StatusOr<v1::Assessment> ToAssessment(const AssessmentRow& row) {
  v1::Assessment assessment;
  if (!assessment.mutable_submission()->ParseFromString(row.submission) ||
      !assessment.mutable_result()->ParseFromString(row.result)) {
    return Internal(absl::StrCat("the stored bytes of ", row.id, " hold no assessment"));
  }
  assessment.set_name(NameOf(row));
  assessment.set_request_id(row.request_id);
  *assessment.mutable_create_time() = ToTimestamp(row.create_time);
  *assessment.mutable_assess_time() = ToTimestamp(row.assess_time);
  return assessment;
}

Assessments::Assessments(AssessmentStore& store, Writer& writer, const Clock& clock, RandomSource& random)
    : store_(store), writer_(writer), clock_(clock), ids_(clock, random) {}

absl::StatusOr<AssessmentRow> Assessments::RowFor(const v1::CreateAssessmentRequest& request, absl::string_view path) {
  const absl::Time now = clock_.Now();
  RequestCheck check(path);
  if (!request.has_submission()) check.Fault("submission", "is required");
  if (!request.has_result()) check.Fault("result", "is required");
  const quiz::ClientName client = CheckSubmission(request.submission(), now, check);
  check.RequestId("request_id", request.request_id());
  const quiz::QuizName scored = CheckResult(request, check);
  if (!check.status().ok()) return check.status();

  AssessmentRow row;
  row.clinic = client.clinic;
  row.client = client.client;
  row.id = ids_.Next();
  row.request_id = request.request_id();
  row.quiz = scored.quiz;
  row.version = scored.version;
  row.campaign = request.submission().campaign();
  row.create_time = now;
  row.assess_time = now;
  if (request.submission().has_assessed_at()) {
    row.assess_time = *FromTimestamp(request.submission().assessed_at(), "submission.assessed_at");
  }
  row.submission = StableBytes(request.submission());
  row.result = StableBytes(request.result());
  return row;
}

// Requests on their way through the writer.
struct Assessments::Pending {
  struct Item {
    v1::CreateAssessmentRequest request;
    absl::StatusOr<v1::Assessment> prepared;  // What a reply names, without what the request holds.
  };
  std::vector<Item> items;
  std::vector<AssessmentRow> rows;  // Of the items that are prepared.

  void Add(v1::CreateAssessmentRequest request, absl::StatusOr<AssessmentRow> row);
  std::vector<Outcome> Finish(std::vector<Writer::Outcome> written);
};

void Assessments::Pending::Add(v1::CreateAssessmentRequest request, absl::StatusOr<AssessmentRow> row) {
  if (!row.ok()) {
    items.push_back({std::move(request), row.status()});
    return;
  }
  v1::Assessment assessment;
  assessment.set_name(NameOf(*row));
  *assessment.mutable_create_time() = ToTimestamp(row->create_time);
  *assessment.mutable_assess_time() = ToTimestamp(row->assess_time);
  items.push_back({std::move(request), std::move(assessment)});
  rows.push_back(*std::move(row));
}

std::vector<Assessments::Outcome> Assessments::Pending::Finish(std::vector<Writer::Outcome> written) {
  std::vector<Outcome> outcomes;
  auto next = written.begin();
  for (Item& item : items) {
    if (!item.prepared.ok()) {
      outcomes.push_back(item.prepared.status());
      continue;
    }
    const Writer::Outcome& outcome = *next++;
    if (!outcome.ok()) {
      outcomes.push_back(outcome.status());
      continue;
    }
    if (outcome->erased) {
      outcomes.push_back(Erased(item.request.request_id()));
      continue;
    }
    const bool replayed = outcome->earlier.has_value();
    absl::StatusOr<v1::Assessment> assessment = std::move(item.prepared);
    if (replayed) {
      assessment = Replay(*outcome->earlier, item.request.submission());
    } else {
      assessment->mutable_submission()->Swap(item.request.mutable_submission());
      assessment->mutable_result()->Swap(item.request.mutable_result());
      assessment->set_request_id(item.request.request_id());
    }
    if (!assessment.ok()) {
      outcomes.push_back(assessment.status());
      continue;
    }
    v1::CreateAssessmentResponse response;
    response.mutable_assessment()->Swap(&*assessment);
    response.set_replayed(replayed);
    outcomes.push_back(std::move(response));
  }
  return outcomes;
}

void Assessments::WriteAll(std::unique_ptr<Pending> pending, std::function<void(std::vector<Outcome>)> done) {
  std::vector<AssessmentRow> rows = std::move(pending->rows);
  if (rows.empty()) return done(pending->Finish({}));
  // std::function wants something that can be copied.
  const std::shared_ptr<Pending> shared = std::move(pending);
  writer_.Submit(std::move(rows), [shared, done = std::move(done)](std::vector<Writer::Outcome> written) {
    done(shared->Finish(std::move(written)));
  });
}

void Assessments::Create(v1::CreateAssessmentRequest request, std::function<void(Outcome)> done) {
  auto pending = std::make_unique<Pending>();
  absl::StatusOr<AssessmentRow> row = RowFor(request, "");
  pending->Add(std::move(request), std::move(row));
  WriteAll(std::move(pending),
           [done = std::move(done)](std::vector<Outcome> outcomes) { done(std::move(outcomes.front())); });
}

void Assessments::CreateBatch(v1::BatchCreateAssessmentsRequest request,
                              std::function<void(absl::StatusOr<std::vector<Outcome>>)> done) {
  if (request.requests().empty() || request.requests_size() > kMaxBatch) {
    RequestCheck check;
    check.Fault("requests", absl::StrCat(request.requests_size(), " requests are not from 1 to ", kMaxBatch));
    return done(check.status());
  }
  auto pending = std::make_unique<Pending>();
  for (int i = 0; i < request.requests_size(); ++i) {
    absl::StatusOr<AssessmentRow> row = RowFor(request.requests(i), absl::StrCat("requests[", i, "]."));
    pending->Add(std::move(*request.mutable_requests(i)), std::move(row));
  }
  WriteAll(std::move(pending), std::move(done));
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
    return *erased ? Erased(request.request_id()) : NotFound("request", request.request_id());
  }
  return Replay(**found, request.submission());
}

absl::StatusOr<v1::Assessment> Assessments::Get(const v1::GetAssessmentRequest& request) {
  RequestCheck check;
  const quiz::AssessmentName name = check.Assessment("name", request.name());
  if (!check.status().ok()) return check.status();
  absl::StatusOr<std::optional<AssessmentRow>> found =
      store_.FindAssessment(name.client.clinic, name.client.client, name.id);
  if (!found.ok()) return found.status();
  if (!found->has_value()) return NotFound("assessment", request.name());
  return ToAssessment(**found);
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
    absl::StatusOr<v1::Assessment> assessment = ToAssessment(row);
    if (!assessment.ok()) return assessment.status();
    response.mutable_assessments()->Add(*std::move(assessment));
  }
  if (page->more) {
    const AssessmentRow& last = page->rows.back();
    response.set_next_page_token(MakePageToken(question, {absl::StrCat(absl::ToUnixNanos(last.assess_time)), last.id}));
  }
  return response;
}

}  // namespace ladder::records
