// File: memory_store.h
//
// A store that forgets: for tests and for trying things out. It keeps the contract of store.h in every point but one,
// that nothing is left when the process ends.

#ifndef LADDER_RECORDS_SERVICE_STORE_MEMORY_MEMORY_STORE_H_
#define LADDER_RECORDS_SERVICE_STORE_MEMORY_MEMORY_STORE_H_

#include <map>
#include <optional>
#include <set>
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

  absl::StatusOr<std::vector<WriteOutcome>> CreateAssessments(absl::Span<const AssessmentRow> rows) override;
  absl::StatusOr<std::optional<AssessmentRow>> FindRequest(absl::string_view clinic,
                                                           absl::string_view request_id) override;
  absl::StatusOr<bool> WasErased(absl::string_view clinic, absl::string_view request_id, absl::Time now) override;
  // None is: it repairs nothing.
  absl::StatusOr<bool> WasSetAside(absl::string_view clinic, absl::string_view request_id) override;
  absl::StatusOr<SetAsidePage> ListSetAside(const SetAsideQuery& query) override;
  absl::StatusOr<std::optional<AssessmentRow>> FindAssessment(absl::string_view clinic, absl::string_view client,
                                                              absl::string_view id) override;
  absl::StatusOr<AssessmentPage> ListAssessments(const AssessmentQuery& query) override;
  absl::StatusOr<QuizAssessmentPage> ListQuizAssessments(const QuizAssessmentQuery& query) override;

  absl::StatusOr<absl::Time> MarkErased(absl::string_view clinic, absl::string_view client, absl::Time now) override;
  absl::StatusOr<std::size_t> RemoveErased(absl::string_view clinic, absl::string_view client,
                                           std::size_t limit) override;
  absl::Status Scrub() override;
  absl::StatusOr<std::optional<absl::Time>> FindErasure(absl::string_view clinic, absl::string_view client) override;
  // None: it releases nothing.
  absl::StatusOr<std::vector<ClientStanding>> ListStandings(absl::string_view clinic,
                                                            absl::string_view client) override;

  absl::StatusOr<std::vector<std::string>> ListClinics(absl::string_view after, std::size_t limit) override;
  absl::StatusOr<std::size_t> RemoveOlder(absl::string_view clinic, absl::Time before, absl::Time expire_time,
                                          std::size_t limit) override;
  absl::StatusOr<std::size_t> ForgetExpired(absl::string_view clinic, absl::Time now, std::size_t limit) override;

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

  using Rows = std::map<RequestKey, AssessmentRow>;

  static QuizRow Whole(const Quiz& quiz);
  bool IsErased(const AssessmentRow& row) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  bool HoldsRequest(const RequestKey& key, absl::Time now) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // Takes out the row and returns the one after it.
  Rows::iterator Remove(Rows::iterator row, absl::Time expire_time) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::Status Open() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  Mutex mutex_;
  bool closed_ ABSL_GUARDED_BY(mutex_) = false;
  std::map<std::string, Quiz, std::less<>> quizzes_ ABSL_GUARDED_BY(mutex_);
  Rows assessments_ ABSL_GUARDED_BY(mutex_);
  std::map<ClientKey, const AssessmentRow*> by_client_ ABSL_GUARDED_BY(mutex_);  // Into assessments_.
  std::set<std::string, std::less<>> clinics_ ABSL_GUARDED_BY(mutex_);
  // When each was erased, by clinic and client; and until when each may not come again.
  std::map<std::pair<std::string, std::string>, absl::Time> erased_clients_ ABSL_GUARDED_BY(mutex_);
  std::map<RequestKey, absl::Time> erased_requests_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace ladder::records

#endif  // LADDER_RECORDS_SERVICE_STORE_MEMORY_MEMORY_STORE_H_
