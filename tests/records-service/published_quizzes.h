// File: published_quizzes.h
//
// Published versions in memory, for tests of what loads them: counts each look, and lets a test hold one up.
//
//   PublishedQuizzes quizzes;
//   quizzes.Publish(1, definition);
//   quizzes.OnFind([&](std::int64_t version) { gate.Wait(); });

#ifndef LADDER_TESTS_RECORDS_SERVICE_PUBLISHED_QUIZZES_H_
#define LADDER_TESTS_RECORDS_SERVICE_PUBLISHED_QUIZZES_H_

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "libs/chassis/mutex.h"
#include "libs/quiz/published.h"
#include "records-service/store/store.h"

namespace ladder::records {

// Of one quiz. Thread-safe.
class PublishedQuizzes final : public QuizStore {
 public:
  void Publish(std::int64_t number, const quiz::v1::QuizDefinition& definition) {
    MutexLock lock(&mutex_);
    const std::string bytes = quiz::SerializeDefinition(definition);
    versions_[number] = {definition.id(), number, bytes, quiz::DigestOf(bytes), absl::UnixEpoch(), std::nullopt};
  }
  // Runs at each look for a version, before it is answered; may wait.
  void OnFind(std::function<void(std::int64_t number)> on_find) {
    MutexLock lock(&mutex_);
    on_find_ = std::move(on_find);
  }
  // Looks for versions so far.
  int finds() {
    MutexLock lock(&mutex_);
    return finds_;
  }

  absl::StatusOr<std::optional<VersionRow>> FindVersion(absl::string_view quiz, std::int64_t number,
                                                        Content /*content*/) override {
    std::function<void(std::int64_t)> on_find;
    {
      MutexLock lock(&mutex_);
      ++finds_;
      on_find = on_find_;
    }
    if (on_find) on_find(number);
    MutexLock lock(&mutex_);
    const auto found = versions_.find(number);
    if (found == versions_.end() || found->second.quiz != quiz) return std::nullopt;
    return found->second;
  }

  absl::StatusOr<std::optional<QuizRow>> FindQuiz(absl::string_view) override { return Nothing(); }
  absl::StatusOr<std::vector<QuizRow>> ListQuizzes(absl::string_view, std::size_t) override { return Nothing(); }
  absl::StatusOr<std::optional<DraftRow>> FindDraft(absl::string_view) override { return Nothing(); }
  absl::Status PutDraft(const DraftRow&, absl::string_view) override { return Nothing(); }
  absl::StatusOr<std::optional<VersionRow>> FindVersionByDigest(absl::string_view, absl::string_view) override {
    return Nothing();
  }
  absl::StatusOr<std::vector<VersionRow>> ListVersions(absl::string_view, std::int64_t before,
                                                       std::size_t limit) override {
    MutexLock lock(&mutex_);
    std::vector<VersionRow> rows;
    for (auto it = versions_.rbegin(); it != versions_.rend() && rows.size() < limit; ++it) {
      if (it->first < before) rows.push_back(it->second);
    }
    return rows;
  }
  absl::StatusOr<std::optional<ActivationRow>> FindActivation(absl::string_view, std::int64_t) override {
    return Nothing();
  }
  absl::Status UpdateQuiz(const QuizUpdate&) override { return Nothing(); }

 private:
  static absl::Status Nothing() { return absl::UnimplementedError("only versions are here"); }

  Mutex mutex_;
  std::map<std::int64_t, VersionRow> versions_ ABSL_GUARDED_BY(mutex_);
  std::function<void(std::int64_t)> on_find_ ABSL_GUARDED_BY(mutex_);
  int finds_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace ladder::records

#endif  // LADDER_TESTS_RECORDS_SERVICE_PUBLISHED_QUIZZES_H_
