// File: quiz_catalog.h
//
// What QuizService does with quizzes, without gRPC: drafts that change, versions that never do, and which of them is
// active. Every change is decided on what was read and made only if that still holds; else it is decided again.
//
// What rolling back means. The activations of a quiz are a history that only grows; each entry has a generation, the
// version that became active, and the generation beneath it, which is where rolling it back leads:
//   activating   puts an entry on top of the newest one
//   rolling back goes down from the newest entry to the first whose version differs from the active one and is not
//                retired, and adds an entry with that version and with what lies beneath that one
// So after activating 1, 2 and 3, rolling back gives 2 and rolling back again gives 1; after activating 4 from there,
// rolling back gives 1. Retiring the active version adds an entry without a version on top.
//
// Thread-safe. Every method waits for the store: call them on threads that may wait. ValidateDefinition and CheckDraft
// compile, which may take long: on threads for which nothing else waits.

#ifndef LADDER_RECORDS_SERVICE_QUIZ_CATALOG_H_
#define LADDER_RECORDS_SERVICE_QUIZ_CATALOG_H_

#include <cstdint>
#include <stop_token>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "ladder/quiz/v1/definition.pb.h"
#include "ladder/records/v1/quiz_service.pb.h"
#include "libs/chassis/clock.h"
#include "libs/chassis/errors.h"
#include "libs/quiz/fault.h"
#include "records-service/activation_notifier.h"
#include "records-service/store/store.h"

namespace ladder::records {

// Reasons, published: they never change.
inline constexpr char kEtagMismatch[] = "ETAG_MISMATCH";              // ABORTED
inline constexpr char kGenerationMismatch[] = "GENERATION_MISMATCH";  // ABORTED
inline constexpr char kConcurrentChange[] = "CONCURRENT_CHANGE";      // ABORTED
inline constexpr char kVersionRetired[] = "VERSION_RETIRED";          // FAILED_PRECONDITION
inline constexpr char kNoEarlierVersion[] = "NO_EARLIER_VERSION";     // FAILED_PRECONDITION

class QuizCatalog {
 public:
  // All of these have to outlive it.
  QuizCatalog(QuizStore& store, ActivationNotifier& notifier, const Clock& clock)
      : store_(store), notifier_(notifier), clock_(clock) {}

  absl::StatusOr<v1::Draft> UpdateDraft(const v1::UpdateDraftRequest& request);
  absl::StatusOr<v1::Draft> GetDraft(const v1::GetDraftRequest& request);
  // CANCELLED soon after `stop` is requested; so is what checks below.
  absl::StatusOr<v1::ValidateDefinitionResponse> ValidateDefinition(const v1::ValidateDefinitionRequest& request,
                                                                    std::stop_token stop);

  // What a draft held when it was checked, and may be published.
  struct Publishable {
    std::string quiz;
    std::string bytes;
  };
  // Publishing has two steps, as the first may take long: it compiles the draft.
  absl::StatusOr<Publishable> CheckDraft(const v1::PublishVersionRequest& request, std::stop_token stop);
  absl::StatusOr<v1::QuizVersion> Publish(const Publishable& checked, bool validate_only);

  absl::StatusOr<v1::Quiz> ActivateVersion(const v1::ActivateVersionRequest& request);
  absl::StatusOr<v1::Quiz> RollBackQuiz(const v1::RollBackQuizRequest& request);
  absl::StatusOr<v1::QuizVersion> RetireVersion(const v1::RetireVersionRequest& request);

  absl::StatusOr<v1::Quiz> GetQuiz(const v1::GetQuizRequest& request);
  absl::StatusOr<v1::ListQuizzesResponse> ListQuizzes(const v1::ListQuizzesRequest& request);
  absl::StatusOr<v1::QuizVersion> GetVersion(const v1::GetVersionRequest& request);
  absl::StatusOr<v1::ListVersionsResponse> ListVersions(const v1::ListVersionsRequest& request);

 private:
  // NOT_FOUND where there is none.
  absl::StatusOr<QuizRow> FindQuiz(absl::string_view quiz);
  absl::StatusOr<DraftRow> FindDraft(absl::string_view quiz);
  absl::StatusOr<VersionRow> FindVersion(absl::string_view quiz, std::int64_t number, QuizStore::Content content);

  // The activation that rolling back leads to.
  absl::StatusOr<ActivationRow> Beneath(const QuizRow& quiz);
  // Makes the change, tells who wants to know, and reads the quiz again.
  absl::StatusOr<v1::Quiz> Activate(const QuizRow& quiz, std::int64_t version, std::int64_t beneath);

  QuizStore& store_;
  ActivationNotifier& notifier_;
  const Clock& clock_;
};

// Runs `decide`, which reads, decides and writes, again where what it read has changed in between.
absl::Status DecideUntilStable(absl::FunctionRef<absl::Status()> decide);

// INTERNAL where the stored bytes of the quiz's draft hold no definition.
absl::StatusOr<quiz::v1::QuizDefinition> ParseDefinition(absl::string_view quiz, const std::string& bytes);
// The errors among the faults, as the violations of a request that wants to use the definition.
std::vector<FieldViolation> ErrorsOf(const std::vector<quiz::Fault>& faults);

v1::Quiz ToQuiz(const QuizRow& row);
v1::QuizVersion ToQuizVersion(const VersionRow& row);

}  // namespace ladder::records

#endif  // LADDER_RECORDS_SERVICE_QUIZ_CATALOG_H_
