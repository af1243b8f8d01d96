// Goal: what is answered is durable, batches hold what has gathered and nothing waits without a bound. Method: records
// in memory whose calls the test holds and lets go.

#include "scoring-service/recorder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "libs/chassis/errors.h"
#include "tests/scoring-service/fakes/fake_records.h"
#include "tests/testing/fake_clock.h"

namespace ladder::scoring {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::Le;
using ::testing::UnorderedElementsAre;

records::v1::CreateAssessmentRequest Create(const std::string& request_id, std::size_t text_bytes = 0) {
  records::v1::CreateAssessmentRequest create;
  create.set_request_id(request_id);
  create.mutable_submission()->set_parent("clinics/north/clients/c-1");
  create.mutable_submission()->set_quiz("quizzes/mood");
  if (text_bytes > 0) {
    quiz::v1::Answer& answer = *create.mutable_submission()->add_answers();
    answer.set_item("diary");
    answer.set_text(std::string(text_bytes, 'x'));
  }
  return create;
}

// Another implementation of the interface: answers every batch with one outcome too few.
class ShortRecords final : public RecordsAssessments {
 public:
  void BatchCreate(records::v1::BatchCreateAssessmentsRequest, const std::vector<TraceContext>&,
                   BatchDone done) override {
    done(std::vector<Outcome>());
  }
  void FindRecorded(records::v1::FindRecordedRequest, const TraceContext&, FindDone done) override {
    done(absl::UnknownError("unused"));
  }
};

class RecorderTest : public ::testing::Test {
 protected:
  void Record(records::v1::CreateAssessmentRequest create, absl::Duration timeout = absl::Seconds(10)) {
    const std::string id = create.request_id();
    recorder_.Record(std::move(create), {clock_.Now() + timeout},
                     [this, id](const absl::StatusOr<records::v1::CreateAssessmentResponse>& recorded) {
                       answers_.push_back(absl::StrCat(id, " ", Describe(recorded)));
                     });
  }

  static std::string Describe(const absl::StatusOr<records::v1::CreateAssessmentResponse>& recorded) {
    if (!recorded.ok()) return absl::StatusCodeToString(recorded.status().code());
    return recorded->replayed() ? "replayed" : "recorded";
  }

  ladder::testing::FakeClock clock_;
  FakeRecords records_;
  Recorder recorder_{&records_, &clock_};
  std::vector<std::string> answers_;
};

TEST_F(RecorderTest, OneRecordAloneGoesAtOnce) {
  Record(Create("a"));
  EXPECT_THAT(answers_, ElementsAre("a recorded"));
  EXPECT_THAT(records_.batch_sizes(), ElementsAre(1));
}

TEST_F(RecorderTest, NothingIsAnsweredBeforeItIsDurable) {
  records_.plan().Hold();
  Record(Create("a"));
  EXPECT_TRUE(answers_.empty());
  records_.plan().Release();
  EXPECT_THAT(answers_, ElementsAre("a recorded"));
}

TEST_F(RecorderTest, WhatGathersWhileTwoBatchesAreUnderWayGoesTogether) {
  records_.plan().Hold();
  for (int i = 0; i < 12; ++i) Record(Create(absl::StrCat("r", i)));
  EXPECT_EQ(records_.plan().held(), 2u);
  records_.plan().Release();
  EXPECT_THAT(records_.batch_sizes(), ElementsAre(1, 1, 10));
  EXPECT_EQ(answers_.size(), 12u);
  EXPECT_EQ(records_.recorded_count(), 12);
}

TEST_F(RecorderTest, ABatchHoldsAtMostItsLimitOfRecordsInTheOrderOfTheirArrival) {
  records_.plan().Hold();
  for (int i = 0; i < 2 + 600; ++i) Record(Create(absl::StrCat("r", i)));
  records_.plan().Release();
  EXPECT_THAT(records_.batch_sizes(), ElementsAre(1, 1, 256, 256, 88));
  EXPECT_EQ(records_.recorded_count(), 602);
}

TEST_F(RecorderTest, ABatchHoldsAtMostItsLimitOfBytes) {
  records_.plan().Hold();
  for (int i = 0; i < 2; ++i) Record(Create(absl::StrCat("first", i)));
  for (int i = 0; i < 10; ++i) Record(Create(absl::StrCat("r", i), 100 * 1024));
  records_.plan().Release();
  EXPECT_THAT(records_.batch_sizes(), ElementsAre(1, 1, 5, 5));
}

TEST_F(RecorderTest, ALargerRecordGoesAlone) {
  records_.plan().Hold();
  for (int i = 0; i < 2; ++i) Record(Create(absl::StrCat("first", i)));
  Record(Create("small"));
  Record(Create("large", 900 * 1024));
  Record(Create("small too"));
  records_.plan().Release();
  EXPECT_THAT(records_.batch_sizes(), ElementsAre(1, 1, 1, 1, 1));
  EXPECT_EQ(answers_.size(), 5u);
}

TEST_F(RecorderTest, EachRecordOfABatchHasItsOwnOutcome) {
  records_.plan().Hold();
  for (int i = 0; i < 2; ++i) Record(Create(absl::StrCat("first", i)));
  Record(Create("a"));
  Record(Create("a"));
  Record(Create("a", 10));
  Record(Create("b"));
  records_.plan().Release();
  EXPECT_THAT(answers_, UnorderedElementsAre("first0 recorded", "first1 recorded", "a recorded", "a replayed",
                                             "a ALREADY_EXISTS", "b recorded"));
}

TEST_F(RecorderTest, ABatchThatFailsFailsItsOwnRecordsOnlyAndTheNextGoesOn) {
  records_.plan().Hold();
  records_.plan().FailCall(1, Unavailable("RECORDS_UNAVAILABLE", "down"));
  Record(Create("a"));
  Record(Create("b"));
  Record(Create("c"));
  records_.plan().Release();
  EXPECT_THAT(answers_, UnorderedElementsAre("a UNAVAILABLE", "b recorded", "c recorded"));
}

TEST_F(RecorderTest, AnUnknownOutcomeIsSettledByTheSameRequestIdAgain) {
  // The batch is recorded and its reply lost.
  records_.BatchCreate(
      [] {
        records::v1::BatchCreateAssessmentsRequest request;
        *request.add_requests() = Create("a");
        return request;
      }(),
      {}, [](const absl::StatusOr<std::vector<RecordsAssessments::Outcome>>&) {});
  Record(Create("a"));
  EXPECT_THAT(answers_, ElementsAre("a replayed"));
  EXPECT_EQ(records_.recorded_count(), 1);
}

TEST_F(RecorderTest, WhatWaitedBeyondItsDeadlineIsNotSent) {
  records_.plan().Hold();
  for (int i = 0; i < 2; ++i) Record(Create(absl::StrCat("first", i)));
  Record(Create("late"), absl::Seconds(1));
  Record(Create("in time"), absl::Seconds(3));
  clock_.Advance(absl::Seconds(2));
  records_.plan().Release();
  EXPECT_THAT(answers_,
              UnorderedElementsAre("late DEADLINE_EXCEEDED", "first0 recorded", "in time recorded", "first1 recorded"));
  EXPECT_TRUE(records_.recorded("late").name().empty());
}

TEST_F(RecorderTest, TooManyWaitingRecordsAreRefusedWithoutBeingSent) {
  records_.plan().Hold();
  for (std::size_t i = 0; i < kMaxWaitingRecords + 2; ++i) Record(Create(absl::StrCat("r", i)));
  EXPECT_TRUE(answers_.empty());
  absl::Status refusal;
  recorder_.Record(Create("too many"), {clock_.Now() + absl::Seconds(1)},
                   [&](const absl::StatusOr<records::v1::CreateAssessmentResponse>& r) { refusal = r.status(); });
  EXPECT_TRUE(absl::IsResourceExhausted(refusal));
  EXPECT_EQ(ReasonOf(refusal), "RECORDER_FULL");
  records_.plan().Release();
  EXPECT_EQ(answers_.size(), kMaxWaitingRecords + 2);
  EXPECT_TRUE(records_.recorded("too many").name().empty());
  EXPECT_THAT(records_.batch_sizes(), Each(Le(256)));
  Record(Create("after"));
  EXPECT_EQ(answers_.back(), "after recorded");
}

TEST_F(RecorderTest, TooManyWaitingBytesAreRefused) {
  records_.plan().Hold();
  for (int i = 0; i < 100; ++i) Record(Create(absl::StrCat("r", i), 900 * 1024));
  const auto refused = std::count_if(answers_.begin(), answers_.end(), [](const std::string& answer) {
    return answer.find("RESOURCE_EXHAUSTED") != std::string::npos;
  });
  EXPECT_EQ(refused, 100 - 2 - static_cast<int>(kMaxWaitingBytes / (900 * 1024 + 60)));
  records_.plan().Release();
  EXPECT_EQ(answers_.size(), 100u);
}

TEST_F(RecorderTest, AReplyOfTheWrongLengthRecordsNothingForSure) {
  ShortRecords records;
  Recorder recorder(&records, &clock_);
  absl::Status status;
  recorder.Record(Create("a"), {clock_.Now() + absl::Seconds(1)},
                  [&](const absl::StatusOr<records::v1::CreateAssessmentResponse>& r) { status = r.status(); });
  EXPECT_TRUE(absl::IsInternal(status));
}

class FindRecordedTest : public RecorderTest {
 protected:
  FindRecordedTest() { Record(Create("a")); }

  absl::StatusOr<records::v1::CreateAssessmentResponse> Find(const records::v1::CreateAssessmentRequest& create) {
    records::v1::FindRecordedRequest find;
    *find.mutable_submission() = create.submission();
    find.set_request_id(create.request_id());
    // Held by the callback as well, which may come long after this has returned.
    const auto answer =
        std::make_shared<absl::StatusOr<records::v1::CreateAssessmentResponse>>(absl::UnknownError("not called"));
    recorder_.FindRecorded(
        find, absl::InvalidArgumentError("cannot be scored"), {},
        [answer](absl::StatusOr<records::v1::CreateAssessmentResponse> r) { *answer = std::move(r); });
    return *answer;
  }
};

TEST_F(FindRecordedTest, TheSameSubmissionGetsTheFirstResult) {
  const auto found = Find(Create("a"));
  ASSERT_TRUE(found.ok());
  EXPECT_TRUE(found->replayed());
  EXPECT_EQ(found->assessment().name(), "clinics/north/clients/c-1/assessments/1");
}

TEST_F(FindRecordedTest, AnotherSubmissionAlreadyExists) {
  EXPECT_TRUE(absl::IsAlreadyExists(Find(Create("a", 5)).status()));
}

TEST_F(FindRecordedTest, WhatWasNeverRecordedKeepsItsOwnError) {
  EXPECT_EQ(Find(Create("b")).status(), absl::InvalidArgumentError("cannot be scored"));
}

TEST_F(FindRecordedTest, WithoutRecordsItIsUnavailable) {
  records_.plan().FailAll(Unavailable("RECORDS_UNAVAILABLE", "down"));
  EXPECT_TRUE(absl::IsUnavailable(Find(Create("a")).status()));
}

TEST_F(FindRecordedTest, TooManyQuestionsAtOnceAreRefused) {
  records_.plan().Hold();
  for (int i = 0; i < kMaxFindsUnderWay; ++i) Find(Create("a")).status().IgnoreError();
  EXPECT_TRUE(absl::IsResourceExhausted(Find(Create("a")).status()));
  records_.plan().Release();
  EXPECT_TRUE(Find(Create("a")).ok());
}

// A records service that answers on threads of its own.
TEST(RecorderThreadsTest, EveryRecordFromManyThreadsIsAnsweredOnceAndRecordedOnce) {
  constexpr int kThreads = 8;
  constexpr int kRecordsPerThread = 300;
  ladder::testing::FakeClock clock;
  FakeRecords records;
  records.plan().Hold();
  Recorder recorder(&records, &clock);
  std::atomic<int> answered = 0;
  std::atomic<bool> stop = false;
  std::vector<std::thread> servers;
  for (int i = 0; i < 2; ++i) {
    servers.emplace_back([&] {
      while (!stop) records.plan().ReleaseOne();
    });
  }
  std::vector<std::thread> callers;
  for (int t = 0; t < kThreads; ++t) {
    callers.emplace_back([&, t] {
      for (int i = 0; i < kRecordsPerThread; ++i) {
        recorder.Record(Create(absl::StrCat(t, "-", i)), {clock.Now() + absl::Seconds(1)},
                        [&](const absl::StatusOr<records::v1::CreateAssessmentResponse>& recorded) {
                          if (recorded.ok() && !recorded->replayed()) ++answered;
                        });
      }
    });
  }
  for (std::thread& caller : callers) caller.join();
  records.plan().Release();
  stop = true;
  for (std::thread& server : servers) server.join();
  records.plan().Release();
  EXPECT_EQ(answered, kThreads * kRecordsPerThread);
  EXPECT_EQ(records.recorded_count(), kThreads * kRecordsPerThread);
}

}  // namespace
}  // namespace ladder::scoring
