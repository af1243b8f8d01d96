// Goal: whatever was acknowledged is there once, with its exact bytes, however the process ends.
// Method: the real program is killed with SIGKILL again and again while several clients write; what a client was not
// told about it tries again under the same request_id after the restart. At the end everything is read and compared.

#include <gmock/gmock.h>
#include <grpcpp/client_context.h>
#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "ladder/records/v1/assessment_service.grpc.pb.h"
#include "libs/chassis/mutex.h"
#include "libs/chassis/random.h"
#include "tests/records-service/records_program.h"
#include "tests/records-service/score_request.h"
#include "tests/testing/temp_dir.h"
#include "tests/testing/waiting.h"

namespace ladder::records {
namespace {

using ::ladder::testing::Eventually;
using ::ladder::testing::ReadFileOrEmpty;
using ::ladder::testing::TempDir;

constexpr int kClients = 4;
constexpr std::uint64_t kSeed = 20260102;

// A platform that writes one assessment after another and keeps what it was told.
class Platform {
 public:
  explicit Platform(int number) : number_(number), random_(kSeed + static_cast<std::uint64_t>(number)) {}

  // Writes until the program is gone.
  void Write(v1::AssessmentService::Stub& stub) {
    while (true) {
      if (!unanswered_.has_value()) unanswered_ = NextRequest();
      grpc::ClientContext context;
      SetDeadline(context);
      v1::CreateAssessmentResponse response;
      if (!stub.CreateAssessment(&context, *unanswered_, &response).ok()) return;
      EXPECT_EQ(response.assessment().request_id(), unanswered_->request_id());
      Keep(*unanswered_, response.assessment().name());
      unanswered_.reset();
    }
  }

  std::size_t acknowledged() {
    MutexLock lock(&mutex_);
    return acknowledged_.size();
  }

  // Reads everything back: each acknowledged assessment once, under its name, byte for byte.
  void ExpectAllThere(v1::AssessmentService::Stub& stub) {
    std::map<std::string, int> seen;
    v1::ListAssessmentsRequest list;
    list.set_parent(Parent());
    list.set_page_size(1000);
    do {
      grpc::ClientContext context;
      SetDeadline(context);
      v1::ListAssessmentsResponse page;
      const grpc::Status status = stub.ListAssessments(&context, list, &page);
      ASSERT_TRUE(status.ok()) << status.error_message();
      for (const v1::Assessment& assessment : page.assessments()) Compare(assessment, seen);
      list.set_page_token(page.next_page_token());
    } while (!list.page_token().empty());
    MutexLock lock(&mutex_);
    for (const auto& [request_id, written] : acknowledged_) {
      EXPECT_EQ(seen[request_id], 1) << request_id << " was acknowledged";
    }
    for (const auto& [request_id, times] : seen) EXPECT_EQ(times, 1) << request_id;
  }

 private:
  struct Written {
    std::string name;
    std::string submission;
    std::string result;
  };

  std::string Parent() const { return absl::StrCat("clinics/north/clients/c-", number_); }

  v1::CreateAssessmentRequest NextRequest() {
    v1::CreateAssessmentRequest request;
    request.set_request_id(absl::StrCat("request-", number_, "-", ++made_));
    request.mutable_submission()->set_quiz("quizzes/mood");
    request.mutable_submission()->set_parent(Parent());
    quiz::v1::Answer* answer = request.mutable_submission()->add_answers();
    answer->set_item("note");
    answer->set_text(std::string(random_.Next() % 5000, static_cast<char>('a' + made_ % 26)));
    ScoreRequest(RecordsProgram::MoodQuiz(), 1, request);
    return request;
  }

  void Keep(const v1::CreateAssessmentRequest& request, const std::string& name) {
    MutexLock lock(&mutex_);
    acknowledged_[request.request_id()] = {name, request.submission().SerializeAsString(),
                                           request.result().SerializeAsString()};
  }

  void Compare(const v1::Assessment& assessment, std::map<std::string, int>& seen) {
    ++seen[assessment.request_id()];
    MutexLock lock(&mutex_);
    const auto found = acknowledged_.find(assessment.request_id());
    if (found == acknowledged_.end()) return;  // Written, and the answer was lost.
    EXPECT_EQ(assessment.name(), found->second.name);
    EXPECT_TRUE(assessment.submission().SerializeAsString() == found->second.submission) << assessment.request_id();
    EXPECT_TRUE(assessment.result().SerializeAsString() == found->second.result) << assessment.request_id();
  }

  const int number_;
  SeededRandom random_;
  int made_ = 0;
  std::optional<v1::CreateAssessmentRequest> unanswered_;
  Mutex mutex_;
  std::map<std::string, Written> acknowledged_ ABSL_GUARDED_BY(mutex_);
};

TEST(CrashTest, WhatWasAcknowledgedSurvivesBeingKilledUnderLoad) {
  TempDir directory;
  SeededRandom random(kSeed);
  std::vector<std::unique_ptr<Platform>> platforms;
  for (int i = 0; i < kClients; ++i) platforms.push_back(std::make_unique<Platform>(i));
  const auto acknowledged = [&platforms] {
    std::size_t sum = 0;
    for (const auto& platform : platforms) sum += platform->acknowledged();
    return sum;
  };

  for (int round = 0; round < LADDER_CRASH_ROUNDS; ++round) {
    SCOPED_TRACE(absl::StrCat("round ", round));
    RecordsProgram program(directory);
    if (round == 0) program.PublishMood();
    const std::size_t enough = acknowledged() + 1 + random.Next() % 150;
    std::vector<std::thread> threads;
    for (const auto& platform : platforms) {
      threads.emplace_back([&platform, &program] { platform->Write(*program.NewStub()); });
    }
    EXPECT_TRUE(Eventually([&] { return acknowledged() >= enough; }));
    program.process().Kill();
    for (std::thread& thread : threads) thread.join();
    if (HasFailure()) break;
  }

  RecordsProgram program(directory);
  for (const auto& platform : platforms) platform->ExpectAllThere(*program.NewStub());
  EXPECT_EQ(program.Stop(), 0) << ReadFileOrEmpty(directory.Join("log"));
}

}  // namespace
}  // namespace ladder::records
