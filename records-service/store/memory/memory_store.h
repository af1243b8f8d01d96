// File: memory_store.h
//
// A store that forgets: for tests and for trying things out. It keeps the contract of store.h in every point but one,
// that nothing is left when the process ends.

#ifndef LADDER_RECORDS_SERVICE_STORE_MEMORY_MEMORY_STORE_H_
#define LADDER_RECORDS_SERVICE_STORE_MEMORY_MEMORY_STORE_H_

#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "libs/chassis/mutex.h"
#include "records-service/store/store.h"

namespace ladder::records {

class MemoryStore final : public Store {
 public:
  absl::StatusOr<std::optional<QuizRow>> FindQuiz(absl::string_view quiz) override;
  absl::StatusOr<std::vector<QuizRow>> ListQuizzes(absl::string_view after, std::size_t limit) override;
  absl::StatusOr<std::optional<DraftRow>> FindDraft(absl::string_view quiz) override;
  absl::Status PutDraft(const DraftRow& draft, absl::string_view expected_etag) override;
  absl::StatusOr<std::optional<VersionRow>> FindVersion(absl::string_view quiz, std::int64_t number,
                                                        Content content) override;
  absl::StatusOr<std::optional<VersionRow>> FindVersionByDigest(absl::string_view quiz,
                                                                absl::string_view digest) override;
  absl::StatusOr<std::vector<VersionRow>> ListVersions(absl::string_view quiz, std::int64_t before,
                                                       std::size_t limit) override;
  absl::StatusOr<std::optional<ActivationRow>> FindActivation(absl::string_view quiz, std::int64_t generation) override;
  absl::Status UpdateQuiz(const QuizUpdate& update) override;

  absl::StatusOr<std::vector<std::optional<AssessmentRow>>> CreateAssessments(
      absl::Span<const AssessmentRow> rows) override;
  absl::StatusOr<std::optional<AssessmentRow>> FindRequest(absl::string_view clinic,
                                                           absl::string_view request_id) override;
  absl::StatusOr<std::optional<AssessmentRow>> FindAssessment(absl::string_view clinic, absl::string_view client,
                                                              absl::string_view id) override;
  absl::StatusOr<AssessmentPage> ListAssessments(const AssessmentQuery& query) override;
  absl::StatusOr<QuizAssessmentPage> ListQuizAssessments(const QuizAssessmentQuery& query) override;

  absl::Status Ready() override;
  void Close() override;

 private:
  struct Quiz {
    QuizRow row;  // Without what is active, which `activations` tells.
    DraftRow draft;
    std::vector<VersionRow> versions;        // Number n at index n - 1.
    std::vector<ActivationRow> activations;  // Generation n at index n - 1.
  };
  using RequestKey = std::pair<std::string, std::string>;                           // Clinic, request_id.
  using ClientKey = std::tuple<std::string, std::string, absl::Time, std::string>;  // Clinic, client, time, id.

  static QuizRow Whole(const Quiz& quiz);
  absl::Status Open() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  Mutex mutex_;
  bool closed_ ABSL_GUARDED_BY(mutex_) = false;
  std::map<std::string, Quiz, std::less<>> quizzes_ ABSL_GUARDED_BY(mutex_);
  std::map<RequestKey, AssessmentRow> assessments_ ABSL_GUARDED_BY(mutex_);
  std::map<ClientKey, const AssessmentRow*> by_client_ ABSL_GUARDED_BY(mutex_);  // Into assessments_.
};

}  // namespace ladder::records

#endif  // LADDER_RECORDS_SERVICE_STORE_MEMORY_MEMORY_STORE_H_
