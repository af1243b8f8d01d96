// File: fake_records.h
//
// The records service in memory: quizzes that a test publishes, and assessments with the rules of request_id. Answers
// on the calling thread unless its plan holds the call.

#ifndef LADDER_TESTS_SCORING_SERVICE_FAKES_FAKE_RECORDS_H_
#define LADDER_TESTS_SCORING_SERVICE_FAKES_FAKE_RECORDS_H_

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "ladder/quiz/v1/definition.pb.h"
#include "libs/chassis/mutex.h"
#include "scoring-service/records_assessments.h"
#include "scoring-service/records_quizzes.h"
#include "tests/scoring-service/fakes/fault_plan.h"

namespace ladder::scoring {

// Thread-safe.
class FakeRecords final : public RecordsQuizzes, public RecordsAssessments {
 public:
  // Publishes the next version and returns its number.
  std::int64_t Publish(const quiz::v1::QuizDefinition& definition);
  // Activates a version; 0: none is active from now on.
  void Activate(const std::string& quiz, std::int64_t version);
  // Sets the pointer as it is, also back.
  void SetGeneration(const std::string& quiz, std::int64_t generation);
  // Gives other bytes for a version than those of its digest.
  void CorruptBytes(const std::string& quiz, std::int64_t version);

  void GetQuiz(const std::string& quiz, QuizDone done) override;
  void ListQuizzes(const std::string& page_token, ListDone done) override;
  void GetVersion(const quiz::QuizName& name, bool omit_definition, VersionDone done) override;
  void BatchCreate(records::v1::BatchCreateAssessmentsRequest request, const std::vector<TraceContext>& traces,
                   BatchDone done) override;
  void FindRecorded(records::v1::FindRecordedRequest request, const TraceContext& trace, FindDone done) override;

  // All calls pass here.
  FaultPlan& plan() { return plan_; }
  // How often each method was called, for example "GetQuiz".
  int calls(const std::string& method);
  // The sizes of the batches, in order.
  std::vector<int> batch_sizes();
  // What is recorded under a request_id; empty name: nothing.
  records::v1::Assessment recorded(const std::string& request_id);
  int recorded_count();
  // Quizzes in one page of a list.
  void SetPageSize(std::size_t page_size);

 private:
  struct Version {
    std::string bytes;
    std::string digest;
  };
  struct StoredQuiz {
    std::vector<Version> versions;
    std::int64_t active = 0;
    std::int64_t generation = 0;
  };

  void Count(const std::string& method);
  records::v1::Quiz MakeQuiz(const std::string& id, const StoredQuiz& quiz) const;
  absl::StatusOr<records::v1::QuizVersion> FindVersion(const quiz::QuizName& name, bool omit_definition);
  Outcome Create(const records::v1::CreateAssessmentRequest& request);

  FaultPlan plan_;
  Mutex mutex_;
  std::map<std::string, StoredQuiz> quizzes_ ABSL_GUARDED_BY(mutex_);
  std::map<std::string, records::v1::Assessment> assessments_ ABSL_GUARDED_BY(mutex_);  // By request_id.
  std::map<std::string, int> calls_ ABSL_GUARDED_BY(mutex_);
  std::vector<int> batch_sizes_ ABSL_GUARDED_BY(mutex_);
  std::size_t page_size_ ABSL_GUARDED_BY(mutex_) = 1000;
};

}  // namespace ladder::scoring

#endif  // LADDER_TESTS_SCORING_SERVICE_FAKES_FAKE_RECORDS_H_
