#include "records-service/progress.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/chassis/errors.h"
#include "libs/quiz/render.h"
#include "libs/quiz/resource_names.h"
#include "records-service/assessments.h"
#include "records-service/request_check.h"
#include "records-service/score_changes.h"
#include "records-service/stage_path.h"
#include "records-service/titles.h"

namespace ladder::records {
namespace {

// The newest so many; contracts say so.
constexpr std::size_t kMaxPoints = 1000;
// Rows are read in pieces, so that a thousand large ones are never in memory together.
constexpr std::size_t kMaxBytesAtATime = 4 << 20;

std::string NameOf(const AssessmentRow& row) {
  return quiz::AssessmentName{{row.clinic, row.client}, row.id}.ToString();
}

}  // namespace

absl::StatusOr<v1::Progress> ProgressReader::Get(const v1::GetProgressRequest& request) {
  RequestCheck check;
  const quiz::ClientName client = check.Client("parent", request.parent());
  const std::string quiz = check.Quiz("quiz", request.quiz());
  if (!check.status().ok()) return check.status();
  const absl::StatusOr<std::optional<QuizRow>> row = quizzes_.FindQuiz(quiz);
  if (!row.ok()) return row.status();
  if (!row->has_value()) return NotFound("quiz", request.quiz());

  v1::Progress progress;
  progress.set_parent(request.parent());
  progress.set_quiz(request.quiz());
  if ((*row)->latest_version > 0) {
    const auto program = programs_.Get(quiz, (*row)->latest_version);
    if (!program.ok()) return program.status();
    AddRungs(**program, quiz::ChooseLocale(**program, request.locale()), progress);
  }
  AssessmentQuery query;
  query.clinic = client.clinic;
  query.client = client.client;
  query.quiz = quiz;
  absl::StatusOr<Way> way = Read(std::move(query));
  if (!way.ok()) return way.status();
  progress.mutable_unusable()->Assign(way->unusable.begin(), way->unusable.end());
  absl::Status status = AddAllChanges(quiz, *way, progress);
  if (status.ok()) status = AddPoints(quiz, request.locale(), *way, progress);
  if (status.ok()) status = AddStages(quiz, (*row)->latest_version, *way, progress);
  if (!status.ok()) return status;
  return progress;
}

absl::StatusOr<ProgressReader::Way> ProgressReader::Read(AssessmentQuery query) {
  Way way;
  query.max_bytes = kMaxBytesAtATime;
  bool more = true;
  while (more && way.points.size() < kMaxPoints) {
    query.limit = kMaxPoints - way.points.size();
    const absl::StatusOr<AssessmentPage> page = assessments_.ListAssessments(query);
    if (!page.ok()) return page.status();
    for (const AssessmentRow& row : page->rows) {
      absl::StatusOr<v1::Assessment> assessment = ReadRow(row, RowReader::kProgress, unusable_);
      if (!assessment.ok()) {
        if (way.unusable.size() < kMaxPoints) way.unusable.push_back(NameOf(row));
        continue;
      }
      if (way.points.empty()) way.newest_submission.Swap(assessment->mutable_submission());
      Point point;
      point.version = row.version;
      point.message.set_assessment(assessment->name());
      *point.message.mutable_assess_time() = assessment->assess_time();
      quiz::v1::QuizResult& result = *assessment->mutable_result();
      point.message.set_quiz_version(result.quiz_version());
      if (result.has_stage()) point.message.mutable_stage()->Swap(result.mutable_stage());
      point.message.mutable_scales()->Swap(result.mutable_scales());
      way.points.push_back(std::move(point));
    }
    more = page->more && !page->rows.empty();
    if (more) query.after = AssessmentCursor{page->rows.back().assess_time, page->rows.back().id};
  }
  std::reverse(way.points.begin(), way.points.end());
  return way;
}

absl::StatusOr<bool> ProgressReader::AreComparable(const std::string& quiz, std::int64_t a, std::int64_t b) {
  if (a == b) return true;
  // The later version says with which earlier ones its series may be joined.
  const auto program = programs_.Get(quiz, std::max(a, b));
  if (!program.ok()) return program.status();
  const auto& comparable = (*program)->definition.comparable_with();
  return std::find(comparable.begin(), comparable.end(), absl::StrCat(std::min(a, b))) != comparable.end();
}

absl::Status ProgressReader::AddPoints(const std::string& quiz, const std::string& locale, Way& way,
                                       v1::Progress& progress) {
  std::int64_t previous_version = 0;  // 0: there is no point before.
  std::shared_ptr<const quiz::Program> program;
  for (Point& point : way.points) {
    if (previous_version != point.version) {
      absl::StatusOr<std::shared_ptr<const quiz::Program>> found = programs_.Get(quiz, point.version);
      if (!found.ok()) return found.status();
      program = *std::move(found);
    }
    if (previous_version != 0) {
      const absl::StatusOr<bool> comparable = AreComparable(quiz, previous_version, point.version);
      if (!comparable.ok()) return comparable.status();
      point.message.set_comparable_with_previous(*comparable);
    }
    Retitle(*program, quiz::ChooseLocale(*program, locale), point.message);
    progress.add_points()->Swap(&point.message);
    previous_version = point.version;
  }
  return absl::OkStatus();
}

absl::Status ProgressReader::AddStages(const std::string& quiz, std::int64_t latest, const Way& way,
                                       v1::Progress& progress) {
  std::vector<bool> comparable;
  for (const Point& point : way.points) {
    const absl::StatusOr<bool> is_comparable = AreComparable(quiz, point.version, latest);
    if (!is_comparable.ok()) return is_comparable.status();
    comparable.push_back(*is_comparable);
  }
  AddPath(progress);
  AddRungTimes(comparable, progress);
  return absl::OkStatus();
}

absl::Status ProgressReader::AddAllChanges(const std::string& quiz, const Way& way, v1::Progress& progress) {
  if (way.points.size() < 2) return absl::OkStatus();
  const Point& newest = way.points.back();
  const auto program = programs_.Get(quiz, newest.version);
  if (!program.ok()) return program.status();

  // Where nothing before is comparable, the very first stands for it and the change says why it is not assessable.
  const Point* first = &way.points.front();
  for (const Point& point : way.points) {
    const absl::StatusOr<bool> comparable = AreComparable(quiz, point.version, newest.version);
    if (!comparable.ok()) return comparable.status();
    if (!*comparable || &point == &newest) continue;
    first = &point;
    break;
  }
  const Point& previous = way.points[way.points.size() - 2];
  for (const auto& [span, from] : {std::pair(v1::ScaleChange::SPAN_SINCE_FIRST, first),
                                   std::pair(v1::ScaleChange::SPAN_SINCE_PREVIOUS, &previous)}) {
    const absl::StatusOr<bool> comparable = AreComparable(quiz, from->version, newest.version);
    if (!comparable.ok()) return comparable.status();
    AddChanges(**program, way.newest_submission, {span, from->message, newest.message, *comparable}, progress);
  }
  return absl::OkStatus();
}

}  // namespace ladder::records
