#include "records-service/version_comparer.h"

#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "libs/chassis/errors.h"
#include "libs/quiz/compile.h"
#include "libs/quiz/input.h"
#include "libs/quiz/published.h"
#include "libs/quiz/resource_names.h"
#include "records-service/assessments.h"
#include "records-service/page_token.h"
#include "records-service/quiz_catalog.h"
#include "records-service/request_check.h"
#include "records-service/rescoring.h"

namespace ladder::records {
namespace {

// Contracts say so.
constexpr std::int64_t kDefaultPageSize = 1000;
constexpr std::int64_t kMaxPageSize = 10'000;
// Rows are looked at in pieces, so that a call that nobody waits for ends soon, and so many pieces in one call, since a
// quiz may be rare.
constexpr std::size_t kRowsAtATime = 256;
constexpr std::size_t kMaxBytesAtATime = 4 << 20;
constexpr int kMaxPieces = 400;

absl::Status NobodyWaits() { return absl::CancelledError("nobody waits for the comparison any more"); }

bool IsDraft(absl::string_view name) { return absl::EndsWith(name, "/draft"); }

// The quiz of `under`; empty where that is no name.
std::string CheckUnder(const std::string& name, RequestCheck& check) {
  return IsDraft(name) ? check.Draft("under", name) : check.Version("under", name).quiz;
}

}  // namespace

absl::StatusOr<v1::VersionComparison> VersionComparer::Compare(const v1::CompareVersionsRequest& request,
                                                               std::stop_token stop) {
  RequestCheck check;
  Question question;
  question.query.clinic = check.Clinic("parent", request.parent());
  question.query.quiz = check.Quiz("quiz", request.quiz());
  const std::string quiz_of_under = CheckUnder(request.under(), check);
  if (!quiz_of_under.empty() && !question.query.quiz.empty() && quiz_of_under != question.query.quiz) {
    check.Fault("under", absl::StrCat("'", request.under(), "' is not of ", request.quiz()));
  }
  if (request.has_assessed_from()) question.from = check.Time("assessed_from", request.assessed_from());
  if (request.has_assessed_before()) question.before = check.Time("assessed_before", request.assessed_before());
  question.page_size = check.PageSize(request.page_size(), kDefaultPageSize, kMaxPageSize);
  if (!check.status().ok()) return check.status();

  const absl::StatusOr<CompiledVersion> under = FindUnder(request.under(), stop);
  if (!under.ok()) return under.status();
  const std::string token_question =
      QuestionOf({"comparison", request.parent(), request.under(), absl::StrCat(absl::ToUnixNanos(question.from)),
                  absl::StrCat(absl::ToUnixNanos(question.before))});
  if (!request.page_token().empty()) {
    const absl::StatusOr<std::vector<std::string>> place = ReadPageToken(token_question, 2, request.page_token());
    if (!place.ok()) return place.status();
    // Pages under two contents cannot be added up.
    if (place->at(0) != under->digest) {
      return Aborted(kEtagMismatch, "the draft has changed since the first page: begin again without page_token");
    }
    question.query.after_id = place->at(1);
  }

  ComparisonSummary summary(*under->program);
  const absl::StatusOr<std::string> next = Read(std::move(question), *under->program, stop, summary);
  if (!next.ok()) return next.status();
  v1::VersionComparison comparison;
  comparison.set_under(request.under());
  comparison.set_digest(under->digest);
  summary.Fill(comparison);
  if (!next->empty()) comparison.set_next_page_token(MakePageToken(token_question, {under->digest, *next}));
  return comparison;
}

absl::StatusOr<CompiledVersion> VersionComparer::FindUnder(const std::string& name, const std::stop_token& stop) {
  if (!IsDraft(name)) {
    const absl::StatusOr<quiz::QuizName> version = quiz::ParseQuizName(name);
    if (!version.ok()) return version.status();
    return programs_.Load(version->quiz, version->version, stop);
  }
  const absl::StatusOr<std::string> quiz = quiz::ParseDraftName(name);
  if (!quiz.ok()) return quiz.status();
  const absl::StatusOr<std::optional<DraftRow>> draft = quizzes_.FindDraft(*quiz);
  if (!draft.ok()) return draft.status();
  if (!draft->has_value()) return NotFound("quiz draft", name);
  const absl::StatusOr<quiz::v1::QuizDefinition> definition = ParseDefinition(*quiz, (*draft)->definition);
  if (!definition.ok()) return definition.status();
  const quiz::CompileResult compiled = quiz::CompileDefinition(*definition, stop);
  if (compiled.stopped) return NobodyWaits();
  if (compiled.program == nullptr) return InvalidArgument(ErrorsOf(compiled.faults));
  return CompiledVersion{compiled.program, quiz::DigestOf((*draft)->definition)};
}

void VersionComparer::AddRow(const AssessmentRow& row, const quiz::Program& under, ComparisonSummary& summary) {
  const absl::StatusOr<v1::Assessment> stored = ReadRow(row, RowReader::kComparison, unusable_);
  if (!stored.ok()) return summary.AddUnusable();
  std::vector<quiz::InputViolation> violations;
  const std::optional<quiz::v1::QuizResult> after = Rescore(under, stored->submission(), violations);
  if (!after.has_value()) return summary.AddRefusal(stored->name(), violations.front());
  summary.Add(stored->name(), stored->result(), *after);
}

absl::StatusOr<std::string> VersionComparer::Read(Question question, const quiz::Program& under,
                                                  const std::stop_token& stop, ComparisonSummary& summary) {
  question.query.limit = kRowsAtATime;
  question.query.max_bytes = kMaxBytesAtATime;
  for (int piece = 0; piece < kMaxPieces; ++piece) {
    if (stop.stop_requested()) return NobodyWaits();
    const absl::StatusOr<QuizAssessmentPage> page = assessments_.ListQuizAssessments(question.query);
    if (!page.ok()) return page.status();
    for (const AssessmentRow& row : page->rows) {
      if (row.assess_time < question.from || row.assess_time >= question.before) continue;
      if (stop.stop_requested()) return NobodyWaits();
      AddRow(row, under, summary);
      if (summary.assessments() < question.page_size) continue;
      const bool more = page->more || &row != &page->rows.back();
      return more ? row.id : std::string();
    }
    if (!page->more) return std::string();
    question.query.after_id = page->last_id;
  }
  return question.query.after_id;
}

}  // namespace ladder::records
