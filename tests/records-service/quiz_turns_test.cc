// Who waits for whom in QuizService: what compiles a definition holds up nobody who changes or reads a quiz, and stops
// when its caller leaves. A look for a draft is held up here; both calls that compile begin with one.

#include <gmock/gmock.h>
#include <grpcpp/create_channel.h>
#include <gtest/gtest.h>

#include <atomic>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "libs/chassis/grpc_status.h"
#include "records-service/run_blocking.h"
#include "tests/records-service/running_records.h"
#include "tests/testing/status_matchers.h"
#include "tests/testing/waiting.h"

namespace ladder::records {
namespace {

using ::ladder::testing::Eventually;
using ::ladder::testing::IsOk;
using ::ladder::testing::Promised;
using ::ladder::testing::StatusIs;

// As service.h has them.
constexpr int kValidators = 2;
constexpr int kMayWait = 16;

v1::ValidateDefinitionRequest ValidateDraft() {
  v1::ValidateDefinitionRequest request;
  request.set_draft("quizzes/mood/draft");
  return request;
}

v1::PublishVersionRequest Publish() {
  v1::PublishVersionRequest request;
  request.set_parent("quizzes/mood");
  return request;
}

class QuizTurnsTest : public ::testing::Test {
 protected:
  QuizTurnsTest() {
    EXPECT_THAT(records_.Publish(MoodQuiz("first")), IsOk());
    EXPECT_THAT(records_.Publish(MoodQuiz("second")), IsOk());
    records_.store().OnFindDraft([this] {
      ++looks_;
      if (held_) go_on_.Wait();
    });
  }
  ~QuizTurnsTest() override {
    go_on_.Give(true);
    for (std::thread& caller : callers_) caller.join();
  }

  // Keeps every validator busy until `go_on_`.
  void HoldValidators() {
    held_ = true;
    callers_.emplace_back([this] { EXPECT_THAT(records_.Call(ValidateDraft()), IsOk()); });
    callers_.emplace_back([this] { EXPECT_THAT(records_.Call(Publish()), IsOk()); });
    ASSERT_TRUE(Eventually([this] { return looks_ == kValidators; }));
  }

  std::atomic<bool> held_ = false;
  std::atomic<int> looks_ = 0;
  Promised<bool> go_on_;
  RunningRecords records_;
  std::vector<std::thread> callers_;
};

TEST_F(QuizTurnsTest, NoChangeAndNoReadWaitsForWhatCompiles) {
  HoldValidators();
  ASSERT_THAT(records_.Activate(1), IsOk());
  ASSERT_THAT(records_.Activate(2), IsOk());
  const auto rolled_back = records_.RollBack(records_.Quiz()->generation());
  ASSERT_THAT(rolled_back, IsOk());
  EXPECT_EQ(rolled_back->active_version(), 1);
  v1::RetireVersionRequest retire;
  retire.set_name("quizzes/mood/versions/2");
  EXPECT_THAT(records_.Call(retire), IsOk());
  v1::GetVersionRequest get;
  get.set_name("quizzes/mood/versions/1");
  EXPECT_THAT(records_.Call(get), IsOk());
  EXPECT_THAT(records_.Call(v1::ListQuizzesRequest()), IsOk());
  EXPECT_THAT(records_.Call(MoodRequest("r-1", 1, 7)), IsOk());
}

TEST_F(QuizTurnsTest, SoManyWaitForAValidatorAndMoreAreRefused) {
  HoldValidators();
  std::atomic<int> refused = 0;
  for (int i = 0; i < kMayWait + 1; ++i) {
    callers_.emplace_back([&] {
      const absl::Status status = records_.Call(ValidateDraft()).status();
      if (status.ok()) return;
      EXPECT_THAT(status, StatusIs(absl::StatusCode::kUnavailable));
      EXPECT_EQ(ReasonOf(status), kOverloaded);
      ++refused;
    });
  }
  EXPECT_TRUE(Eventually([&] { return refused == 1; }));
  EXPECT_EQ(looks_, kValidators) << "the others wait";
}

TEST_F(QuizTurnsTest, AValidationWhoseCallerHasLeftIsNotBegun) {
  HoldValidators();
  const auto stub =
      v1::QuizService::NewStub(grpc::CreateChannel(records_.address(), grpc::InsecureChannelCredentials()));
  grpc::ClientContext context;
  std::thread leaves([&] {
    v1::ValidateDefinitionResponse response;
    EXPECT_FALSE(stub->ValidateDefinition(&context, ValidateDraft(), &response).ok());
  });
  ASSERT_TRUE(Eventually([this] { return records_.server().calls().UnderWay() == kValidators + 1; }));
  context.TryCancel();
  leaves.join();
  ASSERT_TRUE(Eventually([this] { return records_.server().calls().UnderWay() == kValidators; }));
  held_ = false;
  go_on_.Give(true);
  EXPECT_THAT(records_.Call(ValidateDraft()), IsOk()) << "which stood behind it";
  EXPECT_EQ(looks_, kValidators + 1);
}

TEST_F(QuizTurnsTest, WhatNobodyWaitsForStopsBetweenItsSteps) {
  QuizCatalog catalog(records_.store(), records_.notifier(), records_.clock());
  std::stop_source left;
  left.request_stop();
  EXPECT_THAT(catalog.ValidateDefinition(ValidateDraft(), left.get_token()), StatusIs(absl::StatusCode::kCancelled));
  ASSERT_THAT(records_.PutDraft(MoodQuiz("third")), IsOk());
  EXPECT_THAT(catalog.CheckDraft(Publish(), left.get_token()), StatusIs(absl::StatusCode::kCancelled));
  EXPECT_THAT(catalog.CheckDraft(Publish(), {}), IsOk());
}

TEST_F(QuizTurnsTest, VersionsOfManyAuthorsAtOnceAreUniqueAndWithoutGaps) {
  constexpr int kAuthors = 16;
  constexpr int kVersions = 6;
  Mutex mutex;
  std::set<std::string> names;
  std::vector<std::thread> authors;
  for (int author = 0; author < kAuthors; ++author) {
    authors.emplace_back([&, author] {
      for (int i = 0; i < kVersions; ++i) {
        quiz::v1::QuizDefinition definition = MoodQuiz(absl::StrCat(author, "-", i));
        definition.set_id(absl::StrCat("quiz-", author % 2));
        absl::StatusOr<v1::QuizVersion> version = absl::UnavailableError("");
        while (absl::IsUnavailable(version.status())) version = records_.Publish(definition);
        ASSERT_THAT(version, IsOk());
        MutexLock lock(&mutex);
        names.insert(version->name());
      }
    });
  }
  for (std::thread& author : authors) author.join();
  std::size_t listed = 0;
  for (const char* quiz : {"quiz-0", "quiz-1"}) {
    v1::ListVersionsRequest list;
    list.set_parent(absl::StrCat("quizzes/", quiz));
    const auto versions = records_.Call(list);
    ASSERT_THAT(versions, IsOk());
    for (int i = 0; i < versions->versions_size(); ++i) {
      EXPECT_EQ(versions->versions(i).name(),
                absl::StrCat("quizzes/", quiz, "/versions/", versions->versions_size() - i));
    }
    listed += static_cast<std::size_t>(versions->versions_size());
  }
  // An author may publish what another has put in its place meanwhile, so some publish the same.
  EXPECT_EQ(listed, names.size());
}

}  // namespace
}  // namespace ladder::records
