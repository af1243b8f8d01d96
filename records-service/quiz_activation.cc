// The part of QuizCatalog that says which version is active.

#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/chassis/errors.h"
#include "libs/quiz/resource_names.h"
#include "records-service/quiz_catalog.h"
#include "records-service/request_check.h"

namespace ladder::records {
namespace {

// Far more activations than a quiz sees in its life; a bound on the way down the history all the same.
constexpr int kMaxStepsBack = 10'000;

absl::Status Retired(const VersionRow& version) {
  return FailedPrecondition(kVersionRetired, absl::StrCat("'", quiz::QuizName{version.quiz, version.number}.ToString(),
                                                          "' is retired: activate another version"));
}

absl::Status NothingBeneath(absl::string_view quiz) {
  return FailedPrecondition(kNoEarlierVersion,
                            absl::StrCat("no earlier version of 'quizzes/", quiz, "' can be activated again"));
}

}  // namespace

absl::StatusOr<v1::Quiz> QuizCatalog::Activate(const QuizRow& quiz, std::int64_t version, std::int64_t beneath) {
  const absl::Time now = clock_.Now();
  const absl::Status status = store_.UpdateQuiz({.quiz = quiz.quiz,
                                                 .expected_revision = quiz.revision,
                                                 .publish = std::nullopt,
                                                 .retire = std::nullopt,
                                                 .activate = ActivationRow{quiz.generation + 1, version, beneath, now},
                                                 .time = now});
  if (!status.ok()) return status;
  notifier_.Notify(quiz.quiz);
  const absl::StatusOr<QuizRow> row = FindQuiz(quiz.quiz);
  if (!row.ok()) return row.status();
  return ToQuiz(*row);
}

absl::StatusOr<v1::Quiz> QuizCatalog::ActivateVersion(const v1::ActivateVersionRequest& request) {
  RequestCheck check;
  const quiz::QuizName name = check.Version("name", request.name());
  if (!check.status().ok()) return check.status();
  absl::StatusOr<v1::Quiz> activated = v1::Quiz();
  const absl::Status status = DecideUntilStable([&] {
    const absl::StatusOr<QuizRow> quiz = FindQuiz(name.quiz);
    if (!quiz.ok()) return quiz.status();
    const absl::StatusOr<VersionRow> version =
        FindVersion(name.quiz, name.version, QuizStore::Content::kWithoutDefinition);
    if (!version.ok()) return version.status();
    if (version->retire_time.has_value()) return Retired(*version);
    const bool unchanged = quiz->active_version == name.version || request.validate_only();
    activated = unchanged ? ToQuiz(*quiz) : Activate(*quiz, name.version, quiz->generation);
    return activated.status();
  });
  if (!status.ok()) return status;
  return activated;
}

absl::StatusOr<ActivationRow> QuizCatalog::Beneath(const QuizRow& quiz) {
  std::int64_t generation = quiz.generation;
  for (int step = 0; step < kMaxStepsBack && generation > 0; ++step) {
    const absl::StatusOr<std::optional<ActivationRow>> found = store_.FindActivation(quiz.quiz, generation);
    if (!found.ok()) return found.status();
    if (!found->has_value()) return Internal(absl::StrCat(quiz.quiz, " lacks generation ", generation));
    const ActivationRow& activation = **found;
    if (activation.version != 0 && activation.version != quiz.active_version) {
      const absl::StatusOr<VersionRow> version =
          FindVersion(quiz.quiz, activation.version, QuizStore::Content::kWithoutDefinition);
      if (!version.ok()) return version.status();
      if (!version->retire_time.has_value()) return activation;
    }
    generation = activation.beneath;
  }
  return NothingBeneath(quiz.quiz);
}

absl::StatusOr<v1::Quiz> QuizCatalog::RollBackQuiz(const v1::RollBackQuizRequest& request) {
  RequestCheck check;
  const std::string name = check.Quiz("name", request.name());
  if (request.generation() <= 0) check.Fault("generation", "is required: send the one that GetQuiz gave");
  if (!check.status().ok()) return check.status();
  absl::StatusOr<v1::Quiz> rolled_back = v1::Quiz();
  const absl::Status status = DecideUntilStable([&] {
    const absl::StatusOr<QuizRow> quiz = FindQuiz(name);
    if (!quiz.ok()) return quiz.status();
    if (quiz->generation != request.generation()) {
      return Aborted(kGenerationMismatch,
                     absl::StrCat("the generation is ", quiz->generation, " and not ", request.generation(),
                                  ": get the quiz again, then decide again"));
    }
    const absl::StatusOr<ActivationRow> beneath = Beneath(*quiz);
    if (!beneath.ok()) return beneath.status();
    rolled_back = Activate(*quiz, beneath->version, beneath->beneath);
    return rolled_back.status();
  });
  if (!status.ok()) return status;
  return rolled_back;
}

absl::StatusOr<v1::QuizVersion> QuizCatalog::RetireVersion(const v1::RetireVersionRequest& request) {
  RequestCheck check;
  const quiz::QuizName name = check.Version("name", request.name());
  if (!check.status().ok()) return check.status();
  bool was_active = false;
  const absl::Status status = DecideUntilStable([&] {
    was_active = false;
    const absl::StatusOr<QuizRow> quiz = FindQuiz(name.quiz);
    if (!quiz.ok()) return quiz.status();
    const absl::StatusOr<VersionRow> version =
        FindVersion(name.quiz, name.version, QuizStore::Content::kWithoutDefinition);
    if (!version.ok()) return version.status();
    if (version->retire_time.has_value()) return absl::OkStatus();
    was_active = quiz->active_version == name.version;
    const absl::Time now = clock_.Now();
    QuizUpdate update{.quiz = name.quiz,
                      .expected_revision = quiz->revision,
                      .publish = std::nullopt,
                      .retire = name.version,
                      .activate = std::nullopt,
                      .time = now};
    if (was_active) update.activate = ActivationRow{quiz->generation + 1, 0, quiz->generation, now};
    return store_.UpdateQuiz(update);
  });
  if (!status.ok()) return status;
  if (was_active) notifier_.Notify(name.quiz);
  const absl::StatusOr<VersionRow> version = FindVersion(name.quiz, name.version, QuizStore::Content::kWhole);
  if (!version.ok()) return version.status();
  return ToQuizVersion(*version);
}

}  // namespace ladder::records
