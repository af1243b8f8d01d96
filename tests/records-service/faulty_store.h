// File: faulty_store.h
//
// A store that fails when told to, over one that works. Failing the first, the second, ... n-th call until a run
// succeeds walks through every place where a store can fail.
//
//   FaultyStore store(memory);
//   store.FailCall(3, Unavailable("STORAGE_FULL", "no space"));  // The third call from now on.

#ifndef LADDER_TESTS_RECORDS_SERVICE_FAULTY_STORE_H_
#define LADDER_TESTS_RECORDS_SERVICE_FAULTY_STORE_H_

#include <functional>
#include <optional>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "libs/chassis/mutex.h"
#include "records-service/store/store.h"

namespace ladder::records {

class FaultyStore final : public Store {
 public:
  // Runs before every batch; may wait, and an error takes the batch's place.
  using OnCreate = std::function<absl::Status(absl::Span<const AssessmentRow>)>;

  explicit FaultyStore(Store& store, OnCreate on_create = nullptr) : store_(store), on_create_(std::move(on_create)) {}

  // The n-th call from now on fails with `status`, once. 0: none does.
  void FailCall(int n, absl::Status status) {
    MutexLock lock(&mutex_);
    calls_until_fault_ = n;
    fault_ = std::move(status);
  }
  // Runs before every look for a draft; may wait.
  void OnFindDraft(std::function<void()> on_find_draft) {
    MutexLock lock(&mutex_);
    on_find_draft_ = std::move(on_find_draft);
  }
  // Whether the call that was to fail has come.
  bool HasFailed() {
    MutexLock lock(&mutex_);
    return calls_until_fault_ <= 0;
  }

  absl::StatusOr<std::optional<QuizRow>> FindQuiz(absl::string_view quiz) override {
    if (absl::Status fault = Next(); !fault.ok()) return fault;
    return store_.FindQuiz(quiz);
  }
  absl::StatusOr<std::vector<QuizRow>> ListQuizzes(absl::string_view after, std::size_t limit) override {
    if (absl::Status fault = Next(); !fault.ok()) return fault;
    return store_.ListQuizzes(after, limit);
  }
  absl::StatusOr<std::optional<DraftRow>> FindDraft(absl::string_view quiz) override {
    std::function<void()> on_find_draft;
    {
      MutexLock lock(&mutex_);
      on_find_draft = on_find_draft_;
    }
    if (on_find_draft) on_find_draft();
    if (absl::Status fault = Next(); !fault.ok()) return fault;
    return store_.FindDraft(quiz);
  }
  absl::Status PutDraft(const DraftRow& draft, absl::string_view expected_etag) override {
    if (absl::Status fault = Next(); !fault.ok()) return fault;
    return store_.PutDraft(draft, expected_etag);
  }
  absl::StatusOr<std::optional<VersionRow>> FindVersion(absl::string_view quiz, std::int64_t number,
                                                        Content content) override {
    if (absl::Status fault = Next(); !fault.ok()) return fault;
    return store_.FindVersion(quiz, number, content);
  }
  absl::StatusOr<std::optional<VersionRow>> FindVersionByDigest(absl::string_view quiz,
                                                                absl::string_view digest) override {
    if (absl::Status fault = Next(); !fault.ok()) return fault;
    return store_.FindVersionByDigest(quiz, digest);
  }
  absl::StatusOr<std::vector<VersionRow>> ListVersions(absl::string_view quiz, std::int64_t before,
                                                       std::size_t limit) override {
    if (absl::Status fault = Next(); !fault.ok()) return fault;
    return store_.ListVersions(quiz, before, limit);
  }
  absl::StatusOr<std::optional<ActivationRow>> FindActivation(absl::string_view quiz,
                                                              std::int64_t generation) override {
    if (absl::Status fault = Next(); !fault.ok()) return fault;
    return store_.FindActivation(quiz, generation);
  }
  absl::Status UpdateQuiz(const QuizUpdate& update) override {
    if (absl::Status fault = Next(); !fault.ok()) return fault;
    return store_.UpdateQuiz(update);
  }
  absl::StatusOr<std::vector<WriteOutcome>> CreateAssessments(absl::Span<const AssessmentRow> rows) override {
    if (on_create_) {
      if (absl::Status fault = on_create_(rows); !fault.ok()) return fault;
    }
    if (absl::Status fault = Next(); !fault.ok()) return fault;
    return store_.CreateAssessments(rows);
  }
  absl::StatusOr<std::optional<AssessmentRow>> FindRequest(absl::string_view clinic,
                                                           absl::string_view request_id) override {
    if (absl::Status fault = Next(); !fault.ok()) return fault;
    return store_.FindRequest(clinic, request_id);
  }
  absl::StatusOr<std::optional<AssessmentRow>> FindAssessment(absl::string_view clinic, absl::string_view client,
                                                              absl::string_view id) override {
    if (absl::Status fault = Next(); !fault.ok()) return fault;
    return store_.FindAssessment(clinic, client, id);
  }
  absl::StatusOr<AssessmentPage> ListAssessments(const AssessmentQuery& query) override {
    if (absl::Status fault = Next(); !fault.ok()) return fault;
    return store_.ListAssessments(query);
  }
  absl::StatusOr<QuizAssessmentPage> ListQuizAssessments(const QuizAssessmentQuery& query) override {
    if (absl::Status fault = Next(); !fault.ok()) return fault;
    return store_.ListQuizAssessments(query);
  }
  absl::StatusOr<bool> WasErased(absl::string_view clinic, absl::string_view request_id, absl::Time now) override {
    if (absl::Status fault = Next(); !fault.ok()) return fault;
    return store_.WasErased(clinic, request_id, now);
  }
  absl::StatusOr<bool> WasSetAside(absl::string_view clinic, absl::string_view request_id) override {
    if (absl::Status fault = Next(); !fault.ok()) return fault;
    return store_.WasSetAside(clinic, request_id);
  }
  absl::StatusOr<SetAsidePage> ListSetAside(const SetAsideQuery& query) override {
    if (absl::Status fault = Next(); !fault.ok()) return fault;
    return store_.ListSetAside(query);
  }
  absl::StatusOr<absl::Time> MarkErased(absl::string_view clinic, absl::string_view client, absl::Time now) override {
    if (absl::Status fault = Next(); !fault.ok()) return fault;
    return store_.MarkErased(clinic, client, now);
  }
  absl::StatusOr<std::size_t> RemoveErased(absl::string_view clinic, absl::string_view client,
                                           std::size_t limit) override {
    if (absl::Status fault = Next(); !fault.ok()) return fault;
    return store_.RemoveErased(clinic, client, limit);
  }
  absl::Status Scrub() override {
    if (absl::Status fault = Next(); !fault.ok()) return fault;
    return store_.Scrub();
  }
  absl::StatusOr<std::optional<absl::Time>> FindErasure(absl::string_view clinic, absl::string_view client) override {
    if (absl::Status fault = Next(); !fault.ok()) return fault;
    return store_.FindErasure(clinic, client);
  }
  absl::StatusOr<std::vector<ClientStanding>> ListStandings(absl::string_view clinic,
                                                            absl::string_view client) override {
    if (absl::Status fault = Next(); !fault.ok()) return fault;
    return store_.ListStandings(clinic, client);
  }
  absl::StatusOr<std::vector<std::string>> ListClinics(absl::string_view after, std::size_t limit) override {
    if (absl::Status fault = Next(); !fault.ok()) return fault;
    return store_.ListClinics(after, limit);
  }
  absl::StatusOr<std::size_t> RemoveOlder(absl::string_view clinic, absl::Time before, absl::Time expire_time,
                                          std::size_t limit) override {
    if (absl::Status fault = Next(); !fault.ok()) return fault;
    return store_.RemoveOlder(clinic, before, expire_time, limit);
  }
  absl::StatusOr<std::size_t> ForgetExpired(absl::string_view clinic, absl::Time now, std::size_t limit) override {
    if (absl::Status fault = Next(); !fault.ok()) return fault;
    return store_.ForgetExpired(clinic, now, limit);
  }
  absl::Status Ready() override { return store_.Ready(); }
  void Close() override { store_.Close(); }

 private:
  absl::Status Next() {
    MutexLock lock(&mutex_);
    if (calls_until_fault_ > 0 && --calls_until_fault_ == 0) return fault_;
    return absl::OkStatus();
  }

  Store& store_;
  const OnCreate on_create_;
  Mutex mutex_;
  std::function<void()> on_find_draft_ ABSL_GUARDED_BY(mutex_);
  int calls_until_fault_ ABSL_GUARDED_BY(mutex_) = 0;
  absl::Status fault_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace ladder::records

#endif  // LADDER_TESTS_RECORDS_SERVICE_FAULTY_STORE_H_
