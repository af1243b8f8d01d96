#include "records-service/clients.h"

#include <google/protobuf/util/json_util.h>

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "libs/chassis/errors.h"
#include "libs/chassis/timestamp.h"
#include "libs/quiz/resource_names.h"
#include "records-service/assessments.h"
#include "records-service/page_token.h"
#include "records-service/request_check.h"
#include "release/outcome.pb.h"

namespace ladder::records {
namespace {

// In a page token, for the time of an assessment: the page begins in what was set aside.
constexpr char kSetAsidePlace[] = "set-aside";

absl::StatusOr<std::string> JsonOf(const google::protobuf::Message& message) {
  google::protobuf::util::JsonPrintOptions options;
  options.preserve_proto_field_names = true;
  std::string json;
  const auto status = google::protobuf::util::MessageToJsonString(message, &json, options);
  if (!status.ok()) return Internal("what is held about a client cannot be written as JSON");
  return json;
}

// The bytes of an outcome, for people to read.
absl::Status ReadOutcome(const std::string& bytes, google::protobuf::Struct& readable) {
  release::Outcome outcome;
  if (!outcome.ParseFromString(bytes)) return UnusableError("an outcome");
  const absl::StatusOr<std::string> json = JsonOf(outcome);
  if (!json.ok()) return json.status();
  const auto status = google::protobuf::util::JsonStringToMessage(*json, &readable);
  return status.ok() ? absl::OkStatus() : Internal("an outcome cannot be read as JSON");
}

// A row that cannot be used, set aside or not.
v1::ExportRecord UnusableRecordOf(const AssessmentRow& row, absl::string_view why) {
  v1::ExportRecord record;
  v1::UnusableAssessment& exported = *record.mutable_unusable();
  exported.set_name(quiz::AssessmentName{{row.clinic, row.client}, row.id}.ToString());
  exported.set_request_id(row.request_id);
  *exported.mutable_create_time() = ToTimestamp(row.create_time);
  *exported.mutable_assess_time() = ToTimestamp(row.assess_time);
  exported.set_quiz_version(quiz::QuizName{row.quiz, row.version}.ToString());
  if (!exported.mutable_submission()->ParseFromString(row.submission)) exported.clear_submission();
  exported.set_why(absl::StrCat("its result could not be used (", why, ")"));
  return record;
}

v1::ExportRecord RecordOf(const SetAsideRow& set_aside) {
  v1::ExportRecord record = UnusableRecordOf(set_aside.row, set_aside.why);
  *record.mutable_unusable()->mutable_set_aside_time() = ToTimestamp(set_aside.set_aside_time);
  return record;
}

absl::StatusOr<v1::ExportRecord> RecordOf(const AssessmentRow& row) {
  v1::ExportRecord record;
  v1::ExportedAssessment& exported = *record.mutable_assessment();
  absl::StatusOr<v1::Assessment> assessment = ToAssessment(row);
  if (!assessment.ok()) return assessment.status();
  exported.mutable_assessment()->Swap(&*assessment);
  exported.set_series(row.series);
  exported.set_slices(row.slices);
  exported.set_late(row.late);
  exported.set_cohort(row.cohort);
  if (row.series.empty()) return record;
  const absl::Status status = ReadOutcome(row.outcome, *exported.mutable_outcome());
  if (!status.ok()) return status;
  return record;
}

// A standing without its outcome.
v1::ExportRecord FrameOf(const quiz::ClientName& client, const ClientStanding& standing) {
  v1::ExportRecord record;
  v1::ExportedStanding& exported = *record.mutable_standing();
  exported.set_series(standing.series);
  exported.set_assessment(quiz::AssessmentName{client, standing.id}.ToString());
  *exported.mutable_assess_time() = ToTimestamp(standing.assess_time);
  return record;
}

absl::StatusOr<v1::ExportRecord> RecordOf(const quiz::ClientName& client, const ClientStanding& standing) {
  v1::ExportRecord record = FrameOf(client, standing);
  const absl::Status status = ReadOutcome(standing.outcome, *record.mutable_standing()->mutable_outcome());
  if (!status.ok()) return status;
  return record;
}

absl::Status AppendLine(const absl::StatusOr<v1::ExportRecord>& record, std::string& lines) {
  if (!record.ok()) return record.status();
  const absl::StatusOr<std::string> json = JsonOf(*record);
  if (!json.ok()) return json.status();
  absl::StrAppend(&lines, *json, "\n");
  return absl::OkStatus();
}

// What stands before the assessments.
absl::Status AppendHead(ClientStore& store, const quiz::ClientName& client, UnusableRows& unusable,
                        std::string& lines) {
  const absl::StatusOr<std::optional<absl::Time>> erasure = store.FindErasure(client.clinic, client.client);
  if (!erasure.ok()) return erasure.status();
  if (erasure->has_value()) {
    v1::ExportRecord record;
    record.mutable_erasure()->set_name(client.ToString());
    *record.mutable_erasure()->mutable_erase_time() = ToTimestamp(**erasure);
    const absl::Status status = AppendLine(record, lines);
    if (!status.ok()) return status;
  }
  const absl::StatusOr<std::vector<ClientStanding>> standings = store.ListStandings(client.clinic, client.client);
  if (!standings.ok()) return standings.status();
  for (const ClientStanding& standing : *standings) {
    absl::StatusOr<v1::ExportRecord> record = RecordOf(client, standing);
    if (IsUnusable(record.status())) {
      unusable.Note(RowReader::kExport, client.clinic, standing.id);
      record = FrameOf(client, standing);
    }
    const absl::Status status = AppendLine(record, lines);
    if (!status.ok()) return status;
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<v1::EraseClientResponse> Clients::Erase(const v1::EraseClientRequest& request) {
  RequestCheck check;
  const quiz::ClientName client = check.Client("name", request.name());
  if (!check.status().ok()) return check.status();
  // First, so that nothing comes in behind the batches.
  const absl::StatusOr<absl::Time> erase_time = store_.MarkErased(client.clinic, client.client, clock_.Now());
  if (!erase_time.ok()) return erase_time.status();
  std::size_t removed = 0;
  bool done = false;
  for (int batch = 0; batch < limits_.batches && !done; ++batch) {
    const absl::StatusOr<std::size_t> rows = store_.RemoveErased(client.clinic, client.client, limits_.batch_rows);
    if (!rows.ok()) return rows.status();
    removed += *rows;
    done = *rows < limits_.batch_rows;
  }
  if (!done) {
    return Unavailable(kErasureUnfinished, absl::StrCat(removed, " assessments were removed, and there are more"));
  }
  const absl::Status scrubbed = store_.Scrub();
  if (!scrubbed.ok()) return scrubbed;
  v1::EraseClientResponse response;
  response.set_name(request.name());
  *response.mutable_erase_time() = ToTimestamp(*erase_time);
  response.set_removed_count(static_cast<std::int64_t>(removed));
  return response;
}

absl::StatusOr<v1::ExportClientResponse> Clients::Export(const v1::ExportClientRequest& request) {
  RequestCheck check;
  const quiz::ClientName client = check.Client("name", request.name());
  AssessmentQuery query;
  query.clinic = client.clinic;
  query.client = client.client;
  query.limit = check.PageSize(request.page_size());
  query.max_bytes = limits_.page_bytes;
  if (!check.status().ok()) return check.status();

  v1::ExportClientResponse response;
  const std::string question = QuestionOf({"export", request.name()});
  if (request.page_token().empty()) {
    const absl::Status status = AppendHead(store_, client, unusable_, *response.mutable_json_lines());
    if (!status.ok()) return status;
  } else {
    const absl::StatusOr<std::vector<std::string>> place = ReadPageToken(question, 2, request.page_token());
    if (!place.ok()) return place.status();
    if (place->at(0) == kSetAsidePlace) {
      const absl::Status status = ExportSetAside(query, place->at(1), question, response);
      if (!status.ok()) return status;
      return response;
    }
    std::int64_t nanos = 0;
    if (!absl::SimpleAtoi(place->at(0), &nanos)) return InvalidArgument({{"page_token", "is damaged"}});
    query.after = AssessmentCursor{absl::FromUnixNanos(nanos), place->at(1)};
  }
  const absl::Status status = ExportAssessments(std::move(query), question, response);
  if (!status.ok()) return status;
  return response;
}

absl::Status Clients::ExportAssessments(AssessmentQuery query, absl::string_view question,
                                        v1::ExportClientResponse& response) {
  const absl::StatusOr<AssessmentPage> page = store_.ListAssessments(query);
  if (!page.ok()) return page.status();
  std::size_t bytes = 0;
  for (const AssessmentRow& row : page->rows) {
    bytes += row.submission.size() + row.result.size();
    absl::Status status = AppendLine(RecordOf(row), *response.mutable_json_lines());
    if (IsUnusable(status)) {
      unusable_.Note(RowReader::kExport, row.clinic, row.id);
      status = AppendLine(UnusableRecordOf(row, "is damaged"), *response.mutable_json_lines());
    }
    if (!status.ok()) return status;
  }
  if (page->more) {
    const AssessmentRow& last = page->rows.back();
    response.set_next_page_token(MakePageToken(question, {absl::StrCat(absl::ToUnixNanos(last.assess_time)), last.id}));
    return absl::OkStatus();
  }
  // What was set aside comes last: on this page as far as there is room, else on the next.
  query.limit -= std::min(query.limit, page->rows.size());
  query.max_bytes -= std::min(query.max_bytes, bytes);
  return ExportSetAside(query, "", question, response);
}

absl::Status Clients::ExportSetAside(const AssessmentQuery& query, const std::string& after_id,
                                     absl::string_view question, v1::ExportClientResponse& response) {
  const absl::StatusOr<SetAsidePage> page =
      store_.ListSetAside({query.clinic, query.client, after_id, query.limit, query.max_bytes});
  if (!page.ok()) return page.status();
  for (const SetAsideRow& row : page->rows) {
    const absl::Status status = AppendLine(RecordOf(row), *response.mutable_json_lines());
    if (!status.ok()) return status;
  }
  if (page->more) {
    const std::string& last_id = page->rows.empty() ? after_id : page->rows.back().row.id;
    response.set_next_page_token(MakePageToken(question, {kSetAsidePlace, last_id}));
  }
  return absl::OkStatus();
}

}  // namespace ladder::records
