#include "records-service/quiz_catalog.h"

#include <limits>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "libs/chassis/errors.h"
#include "libs/chassis/timestamp.h"
#include "libs/quiz/resource_names.h"
#include "records-service/page_token.h"
#include "records-service/request_check.h"

namespace ladder::records {

absl::Status DecideUntilStable(absl::FunctionRef<absl::Status()> decide) {
  // Authors are few: who loses this often meets a fault, not a colleague.
  constexpr int kAttempts = 8;
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    const absl::Status status = decide();
    // The store's own ABORTED has no reason; one that has is the answer.
    if (!absl::IsAborted(status) || !ReasonOf(status).empty()) return status;
  }
  return Aborted(kConcurrentChange, "somebody else keeps changing this quiz: try again");
}

v1::Quiz ToQuiz(const QuizRow& row) {
  v1::Quiz quiz;
  quiz.set_name(quiz::QuizName{row.quiz, 0}.ToString());
  quiz.set_active_version(row.active_version);
  quiz.set_active_digest(row.active_digest);
  quiz.set_generation(row.generation);
  quiz.set_latest_version(row.latest_version);
  *quiz.mutable_create_time() = ToTimestamp(row.create_time);
  *quiz.mutable_update_time() = ToTimestamp(row.update_time);
  return quiz;
}

v1::QuizVersion ToQuizVersion(const VersionRow& row) {
  v1::QuizVersion version;
  version.set_name(quiz::QuizName{row.quiz, row.number}.ToString());
  version.set_definition(row.definition);
  version.set_digest(row.digest);
  *version.mutable_publish_time() = ToTimestamp(row.publish_time);
  if (row.retire_time.has_value()) *version.mutable_retire_time() = ToTimestamp(*row.retire_time);
  return version;
}

absl::StatusOr<QuizRow> QuizCatalog::FindQuiz(absl::string_view quiz) {
  absl::StatusOr<std::optional<QuizRow>> found = store_.FindQuiz(quiz);
  if (!found.ok()) return found.status();
  if (!found->has_value()) return NotFound("quiz", absl::StrCat("quizzes/", quiz));
  return **std::move(found);
}

absl::StatusOr<DraftRow> QuizCatalog::FindDraft(absl::string_view quiz) {
  absl::StatusOr<std::optional<DraftRow>> found = store_.FindDraft(quiz);
  if (!found.ok()) return found.status();
  if (!found->has_value()) return NotFound("quiz draft", quiz::DraftName(quiz));
  return **std::move(found);
}

absl::StatusOr<VersionRow> QuizCatalog::FindVersion(absl::string_view quiz, std::int64_t number,
                                                    QuizStore::Content content) {
  absl::StatusOr<std::optional<VersionRow>> found = store_.FindVersion(quiz, number, content);
  if (!found.ok()) return found.status();
  if (!found->has_value()) {
    return NotFound("quiz version", quiz::QuizName{std::string(quiz), number}.ToString());
  }
  return **std::move(found);
}

absl::StatusOr<v1::Quiz> QuizCatalog::GetQuiz(const v1::GetQuizRequest& request) {
  RequestCheck check;
  const std::string quiz = check.Quiz("name", request.name());
  if (!check.status().ok()) return check.status();
  const absl::StatusOr<QuizRow> row = FindQuiz(quiz);
  if (!row.ok()) return row.status();
  return ToQuiz(*row);
}

absl::StatusOr<v1::ListQuizzesResponse> QuizCatalog::ListQuizzes(const v1::ListQuizzesRequest& request) {
  RequestCheck check;
  const std::size_t page_size = check.PageSize(request.page_size());
  if (!check.status().ok()) return check.status();
  const std::string question = QuestionOf({"quizzes"});
  std::string after;
  if (!request.page_token().empty()) {
    const absl::StatusOr<std::vector<std::string>> place = ReadPageToken(question, 1, request.page_token());
    if (!place.ok()) return place.status();
    after = place->front();
  }

  absl::StatusOr<std::vector<QuizRow>> rows = store_.ListQuizzes(after, page_size + 1);
  if (!rows.ok()) return rows.status();
  const bool more = rows->size() > page_size;
  if (more) rows->pop_back();
  v1::ListQuizzesResponse response;
  for (const QuizRow& row : *rows) *response.add_quizzes() = ToQuiz(row);
  if (more) response.set_next_page_token(MakePageToken(question, {rows->back().quiz}));
  return response;
}

absl::StatusOr<v1::QuizVersion> QuizCatalog::GetVersion(const v1::GetVersionRequest& request) {
  RequestCheck check;
  const quiz::QuizName name = check.Version("name", request.name());
  if (!check.status().ok()) return check.status();
  const QuizStore::Content content =
      request.omit_definition() ? QuizStore::Content::kWithoutDefinition : QuizStore::Content::kWhole;
  const absl::StatusOr<VersionRow> row = FindVersion(name.quiz, name.version, content);
  if (!row.ok()) return row.status();
  return ToQuizVersion(*row);
}

absl::StatusOr<v1::ListVersionsResponse> QuizCatalog::ListVersions(const v1::ListVersionsRequest& request) {
  RequestCheck check;
  const std::string quiz = check.Quiz("parent", request.parent());
  const std::size_t page_size = check.PageSize(request.page_size());
  if (!check.status().ok()) return check.status();
  const std::string question = QuestionOf({"versions", quiz});
  std::int64_t before = std::numeric_limits<std::int64_t>::max();
  if (!request.page_token().empty()) {
    const absl::StatusOr<std::vector<std::string>> place = ReadPageToken(question, 1, request.page_token());
    if (!place.ok()) return place.status();
    if (!absl::SimpleAtoi(place->front(), &before)) return InvalidArgument({{"page_token", "is damaged"}});
  }
  if (const absl::StatusOr<QuizRow> exists = FindQuiz(quiz); !exists.ok()) return exists.status();

  absl::StatusOr<std::vector<VersionRow>> rows = store_.ListVersions(quiz, before, page_size + 1);
  if (!rows.ok()) return rows.status();
  const bool more = rows->size() > page_size;
  if (more) rows->pop_back();
  v1::ListVersionsResponse response;
  for (const VersionRow& row : *rows) *response.add_versions() = ToQuizVersion(row);
  if (more) response.set_next_page_token(MakePageToken(question, {absl::StrCat(rows->back().number)}));
  return response;
}

}  // namespace ladder::records
