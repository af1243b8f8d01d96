// File: running_records.h
//
// The records service over a store of its own, behind a real server in the test's own process, and clients of it.

#ifndef LADDER_TESTS_RECORDS_SERVICE_RUNNING_RECORDS_H_
#define LADDER_TESTS_RECORDS_SERVICE_RUNNING_RECORDS_H_

#include <grpcpp/client_context.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "ladder/records/v1/analytics_service.grpc.pb.h"
#include "ladder/records/v1/assessment_service.grpc.pb.h"
#include "ladder/records/v1/quiz_service.grpc.pb.h"
#include "libs/chassis/errors.h"
#include "libs/chassis/random.h"
#include "libs/chassis/server.h"
#include "records-service/service.h"
#include "records-service/store/sqlite/sqlite_store.h"
#include "tests/records-service/faulty_store.h"
#include "tests/testing/fake_clock.h"
#include "tests/testing/log_capture.h"
#include "tests/testing/temp_dir.h"

namespace ladder::records {

// Keeps what it is told.
class RememberingNotifier final : public ActivationNotifier {
 public:
  void Notify(absl::string_view quiz) override {
    MutexLock lock(&mutex_);
    told_.emplace_back(quiz);
  }
  std::vector<std::string> told() {
    MutexLock lock(&mutex_);
    return told_;
  }

 private:
  Mutex mutex_;
  std::vector<std::string> told_ ABSL_GUARDED_BY(mutex_);
};

// By the real clock, which is gRPC's.
void SetTimeout(grpc::ClientContext& context, absl::Duration timeout);

// The fields of a BadRequest, in order.
std::vector<std::string> FieldsOf(const absl::Status& status);

// A quiz "mood" of one number, 0 to 20: a ladder of two rungs (the lower one with ranges) in English and German, and
// norms that hold for women. `note` makes definitions that differ.
quiz::v1::QuizDefinition MoodQuiz(const std::string& note = "", const std::vector<std::string>& comparable_with = {});

// A submission of client c-1 of clinic north, to be recorded under `request_id`, with `score` points and what scoring
// gives for them under a version of this quiz. Without a digest: RunningRecords knows what the version was made of.
v1::CreateAssessmentRequest MoodRequest(const std::string& request_id, std::int64_t version, int score);

class RunningRecords {
 public:
  RunningRecords();
  // Over this store, which has to outlive it, from this time on.
  RunningRecords(sql::SqlStore& store, const release::ReleaseOptions& release, absl::Time now);
  RunningRecords(const RunningRecords&) = delete;
  RunningRecords& operator=(const RunningRecords&) = delete;
  // Drains while everything that calls need is still there.
  ~RunningRecords() { server_.Drain(); }

  testing::FakeClock& clock() { return clock_; }
  FaultyStore& store() { return store_; }
  std::string address() const { return absl::StrCat("127.0.0.1:", server_.port()); }
  RememberingNotifier& notifier() { return notifier_; }
  // Closes and releases what is due at `tick`.
  absl::Status ReleaseAt(absl::Time tick) { return service_.release_job().RunTick(tick); }
  // Removes what outlived its retention.
  absl::Status Retain() { return service_.retention_job().RunOnce(clock_.Now()); }
  std::vector<std::string> log() const { return quiet_.lines(); }

  // For calls that stream.
  v1::StageAnalyticsService::Stub& analytics() { return *analytics_; }
  Server& server() { return server_; }
  // Where the store lies.
  std::string data_dir() const { return directory_.Join("data"); }

  absl::StatusOr<v1::Draft> Call(const v1::UpdateDraftRequest& request);
  absl::StatusOr<v1::Draft> Call(const v1::GetDraftRequest& request);
  absl::StatusOr<v1::ValidateDefinitionResponse> Call(const v1::ValidateDefinitionRequest& request);
  absl::StatusOr<v1::QuizVersion> Call(const v1::PublishVersionRequest& request);
  absl::StatusOr<v1::Quiz> Call(const v1::ActivateVersionRequest& request);
  absl::StatusOr<v1::Quiz> Call(const v1::RollBackQuizRequest& request);
  absl::StatusOr<v1::QuizVersion> Call(const v1::RetireVersionRequest& request);
  absl::StatusOr<v1::Quiz> Call(const v1::GetQuizRequest& request);
  absl::StatusOr<v1::ListQuizzesResponse> Call(const v1::ListQuizzesRequest& request);
  absl::StatusOr<v1::QuizVersion> Call(const v1::GetVersionRequest& request);
  absl::StatusOr<v1::ListVersionsResponse> Call(const v1::ListVersionsRequest& request);
  absl::StatusOr<v1::VersionComparison> Call(const v1::CompareVersionsRequest& request);

  // A result without a digest gets the one of its version.
  absl::StatusOr<v1::CreateAssessmentResponse> Call(v1::CreateAssessmentRequest request);
  absl::StatusOr<v1::BatchCreateAssessmentsResponse> Call(v1::BatchCreateAssessmentsRequest request);
  absl::StatusOr<v1::Assessment> Call(const v1::FindRecordedRequest& request);
  absl::StatusOr<v1::Assessment> Call(const v1::GetAssessmentRequest& request);
  absl::StatusOr<v1::ListAssessmentsResponse> Call(const v1::ListAssessmentsRequest& request);
  absl::StatusOr<v1::Progress> Call(const v1::GetProgressRequest& request);
  absl::StatusOr<v1::EraseClientResponse> Call(const v1::EraseClientRequest& request);
  absl::StatusOr<v1::ExportClientResponse> Call(const v1::ExportClientRequest& request);

  absl::StatusOr<v1::StageDistribution> Call(const v1::QueryStageDistributionRequest& request);
  absl::StatusOr<v1::ChangeDistribution> Call(const v1::QueryChangeRequest& request);
  absl::StatusOr<v1::StageFlow> Call(const v1::QueryFlowRequest& request);
  absl::StatusOr<v1::StageTrend> Call(const v1::QueryTrendRequest& request);
  absl::StatusOr<v1::ReleasePolicy> Call(const v1::GetReleasePolicyRequest& request);

  // Writes what a release before this one recorded without a look at its result.
  absl::Status Store(const v1::CreateAssessmentRequest& request);

  // Shorthands for what many tests begin with.
  absl::StatusOr<v1::Draft> PutDraft(const quiz::v1::QuizDefinition& definition);
  absl::StatusOr<v1::QuizVersion> Publish(const quiz::v1::QuizDefinition& definition);
  absl::StatusOr<v1::Quiz> Activate(std::int64_t version);
  absl::StatusOr<v1::Quiz> RollBack(std::int64_t generation);
  absl::StatusOr<v1::Quiz> Quiz();

 private:
  void Start();
  void FillDigest(v1::CreateAssessmentRequest& request);

  testing::LogCapture quiet_;
  testing::FakeClock clock_;
  SeededRandom random_{7};
  testing::TempDir directory_;
  std::unique_ptr<sqlite::SqliteStore> sqlite_;  // Null: over another one.
  FaultyStore store_;
  RememberingNotifier notifier_;
  Server server_;
  RecordsService service_;
  std::unique_ptr<v1::QuizService::Stub> quizzes_;
  std::unique_ptr<v1::AssessmentService::Stub> assessments_;
  std::unique_ptr<v1::StageAnalyticsService::Stub> analytics_;
};

}  // namespace ladder::records

#endif  // LADDER_TESTS_RECORDS_SERVICE_RUNNING_RECORDS_H_
