// The part of QuizCatalog that authors use: drafts, validation and publishing.

#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "libs/chassis/errors.h"
#include "libs/chassis/timestamp.h"
#include "libs/quiz/compile.h"
#include "libs/quiz/published.h"
#include "libs/quiz/resource_names.h"
#include "records-service/quiz_catalog.h"
#include "records-service/release/table_shape.h"
#include "records-service/request_check.h"

namespace ladder::records {
namespace {

absl::Status EtagMismatch(absl::string_view draft) {
  return Aborted(kEtagMismatch, absl::StrCat("'", draft, "' has another etag: read it again, then decide again"));
}

absl::StatusOr<v1::Draft> ToDraft(const DraftRow& row) {
  absl::StatusOr<quiz::v1::QuizDefinition> definition = ParseDefinition(row.quiz, row.definition);
  if (!definition.ok()) return definition.status();
  v1::Draft draft;
  draft.set_name(quiz::DraftName(row.quiz));
  draft.mutable_definition()->Swap(&*definition);
  draft.set_etag(row.etag);
  *draft.mutable_update_time() = ToTimestamp(row.update_time);
  return draft;
}

absl::Status NobodyWaits() { return absl::CancelledError("nobody waits for the definition any more"); }

v1::Fault::Severity SeverityOf(quiz::Fault::Severity severity) {
  return severity == quiz::Fault::Severity::kError ? v1::Fault::SEVERITY_ERROR : v1::Fault::SEVERITY_WARNING;
}

// What a definition can only be checked for against what was published before it.
std::vector<FieldViolation> CheckComparable(const quiz::v1::QuizDefinition& definition, std::int64_t latest_version) {
  std::vector<FieldViolation> violations;
  for (int i = 0; i < definition.comparable_with_size(); ++i) {
    std::int64_t number = 0;
    if (absl::SimpleAtoi(definition.comparable_with(i), &number) && number >= 1 && number <= latest_version) continue;
    violations.push_back({absl::StrCat("comparable_with[", i, "]"),
                          absl::StrCat("'", definition.comparable_with(i), "' is not the number of a version that is ",
                                       "published; the newest is ", latest_version)});
  }
  return violations;
}

// Figures about the quiz have a cell for whatever may come out.
void CheckCells(const std::shared_ptr<const quiz::Program>& program, std::vector<FieldViolation>& violations) {
  const std::size_t cells = release::LargestTableOf(release::ShapeOf({program}));
  if (cells <= release::kMostCells) return;
  violations.push_back(
      {"ladder", absl::StrCat("a table of its figures would have ", cells, " cells, and may have ", release::kMostCells,
                              ": stages times values of public slices, or ranges times guidance")});
}

}  // namespace

absl::StatusOr<quiz::v1::QuizDefinition> ParseDefinition(absl::string_view quiz, const std::string& bytes) {
  quiz::v1::QuizDefinition definition;
  if (!definition.ParseFromString(bytes)) return Internal(absl::StrCat("the stored draft of ", quiz, " is damaged"));
  return definition;
}

std::vector<FieldViolation> ErrorsOf(const std::vector<quiz::Fault>& faults) {
  std::vector<FieldViolation> violations;
  for (const quiz::Fault& fault : faults) {
    if (fault.severity == quiz::Fault::Severity::kError) violations.push_back({fault.path, fault.message});
  }
  return violations;
}

absl::StatusOr<v1::Draft> QuizCatalog::UpdateDraft(const v1::UpdateDraftRequest& request) {
  const v1::Draft& asked = request.draft();
  RequestCheck check;
  const std::string quiz = check.Draft("draft.name", asked.name());
  if (!asked.has_definition()) check.Fault("draft.definition", "is required");
  if (asked.has_definition() && !quiz.empty() && asked.definition().id() != quiz) {
    check.Fault("draft.definition.id", absl::StrCat("'", asked.definition().id(), "' is not the quiz of draft.name"));
  }
  if (!check.status().ok()) return check.status();

  // A digest as the etag: writing the same again changes nothing.
  const std::string bytes = quiz::SerializeDefinition(asked.definition());
  DraftRow draft{quiz, bytes, quiz::DigestOf(bytes), absl::InfinitePast()};
  const absl::Status status = DecideUntilStable([&] {
    const absl::StatusOr<std::optional<DraftRow>> stored = store_.FindDraft(quiz);
    if (!stored.ok()) return stored.status();
    if (!stored->has_value() && !request.allow_missing()) return NotFound("quiz draft", asked.name());
    const std::string etag = stored->has_value() ? (*stored)->etag : "";
    // Before the etag is compared: a retry whose first try was stored sends the etag from before that.
    if (etag == draft.etag) {
      draft.update_time = (*stored)->update_time;
      return absl::OkStatus();
    }
    if (!asked.etag().empty() && asked.etag() != etag) return EtagMismatch(asked.name());
    draft.update_time = clock_.Now();
    return request.validate_only() ? absl::OkStatus() : store_.PutDraft(draft, etag);
  });
  if (!status.ok()) return status;
  return ToDraft(draft);
}

absl::StatusOr<v1::Draft> QuizCatalog::GetDraft(const v1::GetDraftRequest& request) {
  RequestCheck check;
  const std::string quiz = check.Draft("name", request.name());
  if (!check.status().ok()) return check.status();
  const absl::StatusOr<DraftRow> draft = FindDraft(quiz);
  if (!draft.ok()) return draft.status();
  return ToDraft(*draft);
}

absl::StatusOr<v1::ValidateDefinitionResponse> QuizCatalog::ValidateDefinition(
    const v1::ValidateDefinitionRequest& request, std::stop_token stop) {
  RequestCheck check;
  std::string quiz;
  if (request.target_case() == v1::ValidateDefinitionRequest::TARGET_NOT_SET) {
    check.Fault("target", "one of definition and draft is required");
  } else if (!request.has_definition()) {
    quiz = check.Draft("draft", request.draft());
  }
  if (!check.status().ok()) return check.status();

  absl::StatusOr<quiz::v1::QuizDefinition> definition = request.definition();
  if (!quiz.empty()) {
    const absl::StatusOr<DraftRow> draft = FindDraft(quiz);
    if (!draft.ok()) return draft.status();
    definition = ParseDefinition(quiz, draft->definition);
    if (!definition.ok()) return definition.status();
  }
  const quiz::CompileResult compiled = quiz::CompileDefinition(*definition, stop);
  if (compiled.stopped) return NobodyWaits();
  v1::ValidateDefinitionResponse response;
  for (const quiz::Fault& fault : compiled.faults) {
    v1::Fault* added = response.add_faults();
    added->set_path(fault.path);
    added->set_message(fault.message);
    added->set_severity(SeverityOf(fault.severity));
  }
  return response;
}

absl::StatusOr<QuizCatalog::Publishable> QuizCatalog::CheckDraft(const v1::PublishVersionRequest& request,
                                                                 std::stop_token stop) {
  RequestCheck check;
  const std::string quiz = check.Quiz("parent", request.parent());
  if (!check.status().ok()) return check.status();
  const absl::StatusOr<DraftRow> draft = FindDraft(quiz);
  if (!draft.ok()) return draft.status();
  if (!request.etag().empty() && request.etag() != draft->etag) return EtagMismatch(quiz::DraftName(quiz));
  // What is there needs no second look, and what was publishable once stays so.
  const absl::StatusOr<std::optional<VersionRow>> same =
      store_.FindVersionByDigest(quiz, quiz::DigestOf(draft->definition));
  if (!same.ok()) return same.status();
  if (!same->has_value()) {
    const absl::StatusOr<quiz::v1::QuizDefinition> definition = ParseDefinition(quiz, draft->definition);
    if (!definition.ok()) return definition.status();
    const absl::StatusOr<QuizRow> row = FindQuiz(quiz);
    if (!row.ok()) return row.status();
    const quiz::CompileResult compiled = quiz::CompileDefinition(*definition, stop);
    if (compiled.stopped) return NobodyWaits();
    std::vector<FieldViolation> violations = ErrorsOf(compiled.faults);
    if (compiled.program != nullptr) CheckCells(compiled.program, violations);
    for (FieldViolation& violation : CheckComparable(*definition, row->latest_version)) {
      violations.push_back(std::move(violation));
    }
    if (!violations.empty()) return InvalidArgument(std::move(violations));
  }
  return Publishable{quiz, draft->definition};
}

absl::StatusOr<v1::QuizVersion> QuizCatalog::Publish(const Publishable& checked, bool validate_only) {
  const std::string digest = quiz::DigestOf(checked.bytes);
  VersionRow version;
  const absl::Status status = DecideUntilStable([&] {
    const absl::StatusOr<QuizRow> row = FindQuiz(checked.quiz);
    if (!row.ok()) return row.status();
    absl::StatusOr<std::optional<VersionRow>> same = store_.FindVersionByDigest(checked.quiz, digest);
    if (!same.ok()) return same.status();
    if (same->has_value()) {
      version = **std::move(same);
      version.definition = checked.bytes;
      return absl::OkStatus();
    }
    version = {checked.quiz, row->latest_version + 1, checked.bytes, digest, clock_.Now(), std::nullopt};
    if (validate_only) return absl::OkStatus();
    return store_.UpdateQuiz({.quiz = row->quiz,
                              .expected_revision = row->revision,
                              .publish = version,
                              .retire = std::nullopt,
                              .activate = std::nullopt,
                              .time = version.publish_time});
  });
  if (!status.ok()) return status;
  return ToQuizVersion(version);
}

}  // namespace ladder::records
