// Recording around the writer: what is checked and looked up where, what waits for what, and that everybody is answered
// once.

#include "records-service/assessment_creator.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "libs/chassis/errors.h"
#include "libs/chassis/random.h"
#include "records-service/assessments.h"
#include "records-service/store/memory/memory_store.h"
#include "tests/quiz/sound_quiz.h"
#include "tests/records-service/published_quizzes.h"
#include "tests/records-service/score_request.h"
#include "tests/testing/fake_clock.h"
#include "tests/testing/proto_matchers.h"
#include "tests/testing/status_matchers.h"
#include "tests/testing/waiting.h"

namespace ladder::records {
namespace {

using ::ladder::testing::EqualsProto;
using ::ladder::testing::Eventually;
using ::ladder::testing::IsOk;
using ::ladder::testing::Promised;
using ::ladder::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

using Outcome = AssessmentCreator::Outcome;
using Outcomes = absl::StatusOr<std::vector<Outcome>>;

// Assessments in memory that count and hold up what is done with them.
class WatchedStore final : public AssessmentStore {
 public:
  absl::StatusOr<std::vector<WriteOutcome>> CreateAssessments(absl::Span<const AssessmentRow> rows) override {
    {
      MutexLock lock(&mutex_);
      writes_.push_back(rows.size());
      writers_.insert(std::this_thread::get_id());
      changed_.NotifyAll();
      while (closed_) changed_.Wait(lock);
    }
    return store_.CreateAssessments(rows);
  }
  absl::StatusOr<std::optional<AssessmentRow>> FindRequest(absl::string_view clinic,
                                                           absl::string_view request_id) override {
    NoteRead();
    return store_.FindRequest(clinic, request_id);
  }
  absl::StatusOr<bool> WasErased(absl::string_view clinic, absl::string_view request_id, absl::Time now) override {
    NoteRead();
    return store_.WasErased(clinic, request_id, now);
  }
  absl::StatusOr<bool> WasSetAside(absl::string_view clinic, absl::string_view request_id) override {
    NoteRead();
    return store_.WasSetAside(clinic, request_id);
  }
  absl::StatusOr<std::optional<AssessmentRow>> FindAssessment(absl::string_view, absl::string_view,
                                                              absl::string_view) override {
    return absl::UnimplementedError("");
  }
  absl::StatusOr<AssessmentPage> ListAssessments(const AssessmentQuery&) override {
    return absl::UnimplementedError("");
  }
  absl::StatusOr<QuizAssessmentPage> ListQuizAssessments(const QuizAssessmentQuery&) override {
    return absl::UnimplementedError("");
  }

  // Commits wait until Open.
  void Close() {
    MutexLock lock(&mutex_);
    closed_ = true;
  }
  void Open() {
    MutexLock lock(&mutex_);
    closed_ = false;
    changed_.NotifyAll();
  }
  void WaitForWrites(std::size_t count) {
    MutexLock lock(&mutex_);
    while (writes_.size() < count) changed_.Wait(lock);
  }

  // The rows of each transaction.
  std::vector<std::size_t> writes() {
    MutexLock lock(&mutex_);
    return writes_;
  }
  int reads() {
    MutexLock lock(&mutex_);
    return reads_;
  }
  // Whether a thread that writes has read, too.
  bool a_writer_reads() {
    MutexLock lock(&mutex_);
    for (const std::thread::id id : readers_) {
      if (writers_.contains(id)) return true;
    }
    return false;
  }
  MemoryStore& memory() { return store_; }

 private:
  void NoteRead() {
    MutexLock lock(&mutex_);
    ++reads_;
    readers_.insert(std::this_thread::get_id());
  }

  MemoryStore store_;
  Mutex mutex_;
  CondVar changed_;
  bool closed_ ABSL_GUARDED_BY(mutex_) = false;
  std::vector<std::size_t> writes_ ABSL_GUARDED_BY(mutex_);
  int reads_ ABSL_GUARDED_BY(mutex_) = 0;
  std::set<std::thread::id> writers_ ABSL_GUARDED_BY(mutex_);
  std::set<std::thread::id> readers_ ABSL_GUARDED_BY(mutex_);
};

quiz::v1::QuizDefinition Sample() {
  quiz::v1::QuizDefinition definition = quiz::ParseQuiz(quiz::SoundQuiz());
  definition.clear_comparable_with();
  return definition;
}

v1::CreateAssessmentRequest Request(const std::string& request_id, std::int64_t version = 1) {
  static const auto& sample = *new v1::CreateAssessmentRequest([] {
    v1::CreateAssessmentRequest request;
    request.mutable_submission()->set_quiz("quizzes/sample");
    request.mutable_submission()->set_parent("clinics/north/clients/c-1");
    quiz::v1::Answer& answer = *request.mutable_submission()->add_answers();
    answer.set_item("sleep");
    answer.set_option("often");
    ScoreRequest(Sample(), 1, request);
    return request;
  }());
  v1::CreateAssessmentRequest request = sample;
  request.set_request_id(request_id);
  request.mutable_result()->set_quiz_version(absl::StrCat("quizzes/sample/versions/", version));
  return request;
}

v1::BatchCreateAssessmentsRequest BatchOf(const std::vector<v1::CreateAssessmentRequest>& requests) {
  v1::BatchCreateAssessmentsRequest batch;
  for (const v1::CreateAssessmentRequest& request : requests) *batch.add_requests() = request;
  return batch;
}

class AssessmentCreatorTest : public ::testing::Test {
 protected:
  AssessmentCreatorTest() { quizzes_.Publish(1, Sample()); }

  // What stands around the writer, in the order of service.h.
  struct Running {
    Running(AssessmentCreatorTest& test, const AssessmentCreator::Options& options)
        : programs(test.quizzes_, 8),
          series(test.quizzes_, programs),
          writer(test.store_, {}, answerers),
          creator({test.store_, versions, writer, preparers, test.clock_, test.random_, unusable}, options) {}
    ~Running() { Stop(); }

    void Stop() {
      creator.Close();
      versions.Stop();
      loaders.Stop();
      preparers.Stop();
      writer.Stop();
      answerers.Stop();
    }

    ProgramCache programs;
    release::SeriesPrograms series;
    Executor loaders{{.threads = 2}};
    VersionLoader versions{programs, series, loaders};
    Executor preparers{{.threads = 2}};
    Executor answerers{{.threads = 1}};
    Writer writer;
    UnusableRows unusable;
    AssessmentCreator creator;
  };

  void Start(const AssessmentCreator::Options& options = {}) { running_ = std::make_unique<Running>(*this, options); }

  // Shared with the thread that gives it, which may still be leaving when the test goes on.
  std::shared_ptr<Promised<Outcome>> Submit(const v1::CreateAssessmentRequest& request) {
    auto promised = std::make_shared<Promised<Outcome>>();
    running_->creator.Create(request, [promised](const Outcome& outcome) { promised->Give(outcome); });
    return promised;
  }
  std::shared_ptr<Promised<Outcomes>> SubmitBatch(const std::vector<v1::CreateAssessmentRequest>& requests) {
    auto promised = std::make_shared<Promised<Outcomes>>();
    running_->creator.CreateBatch(BatchOf(requests),
                                  [promised](const Outcomes& outcomes) { promised->Give(outcomes); });
    return promised;
  }
  Outcome Create(const v1::CreateAssessmentRequest& request) {
    std::optional<Outcome> outcome = Submit(request)->Wait();
    EXPECT_TRUE(outcome.has_value()) << "nobody answered";
    return outcome.has_value() ? *std::move(outcome) : absl::DeadlineExceededError("");
  }
  std::vector<Outcome> CreateBatch(const std::vector<v1::CreateAssessmentRequest>& requests) {
    std::optional<Outcomes> outcomes = SubmitBatch(requests)->Wait();
    if (outcomes.has_value() && outcomes->ok()) return **std::move(outcomes);
    ADD_FAILURE() << "nobody answered, or with an error";
    return std::vector<Outcome>(requests.size(), absl::DeadlineExceededError(""));
  }
  static std::vector<std::string> FieldsOf(const Outcome& outcome) {
    std::vector<std::string> fields;
    for (const FieldViolation& violation : ViolationsOf(outcome.status())) fields.push_back(violation.field);
    return fields;
  }

  testing::FakeClock clock_;
  SeededRandom random_{1};
  PublishedQuizzes quizzes_;
  WatchedStore store_;
  Promised<bool> loading_;
  Promised<bool> go_on_;
  std::unique_ptr<Running> running_;  // Last: its threads use all of the above.
};

TEST_F(AssessmentCreatorTest, WhatIsStoredIsWhatScoringTheSubmissionGives) {
  Start();
  v1::CreateAssessmentRequest request = Request("r-1");
  const quiz::v1::QuizResult made = request.result();
  request.mutable_result()->mutable_scales(0)->set_title("not what the definition says");
  request.mutable_result()->add_explanations()->set_formula(std::string(100'000, 'x'));
  request.mutable_result()->mutable_scales(0)->mutable_possible()->set_exact(true);
  const Outcome outcome = Create(request);
  ASSERT_THAT(outcome, IsOk());
  EXPECT_FALSE(outcome->replayed());
  EXPECT_THAT(outcome->assessment().result(), EqualsProto(made));
  EXPECT_THAT(outcome->assessment().submission(), EqualsProto(request.submission()));
  const auto row = store_.memory().FindRequest("north", "r-1");
  ASSERT_TRUE(row.ok() && row->has_value());
  EXPECT_EQ((*row)->result, made.SerializeAsString());
  EXPECT_EQ((*row)->series, "sample/1");
  EXPECT_EQ((*row)->slices, "sex=female");
  EXPECT_THAT(*ToAssessment(**row), EqualsProto(outcome->assessment()));
}

TEST_F(AssessmentCreatorTest, AForgedResultIsRefusedByItsPath) {
  Start();
  v1::CreateAssessmentRequest request = Request("r-1");
  request.mutable_result()->mutable_scales(0)->mutable_value()->mutable_exact()->set_numerator(std::string(70, '9'));
  EXPECT_THAT(FieldsOf(Create(request)), ElementsAre("result.scales[0].value.exact"));
  EXPECT_THAT(FieldsOf(CreateBatch({Request("r-2"), request})[1]),
              ElementsAre("requests[1].result.scales[0].value.exact"));
}

TEST_F(AssessmentCreatorTest, ABadRowCostsItsOwnRefusalAndTheOthersOneTransaction) {
  Start();
  std::vector<v1::CreateAssessmentRequest> requests;
  for (int i = 0; i < 256; ++i) {
    requests.push_back(Request(absl::StrCat("r-", i)));
    if (i % 2 == 1) requests.back().mutable_result()->set_quiz_version("quizzes/sample/versions/77");
  }
  const std::vector<Outcome> outcomes = CreateBatch(requests);
  for (int i = 0; i < 256; ++i) {
    if (i % 2 == 0) {
      EXPECT_THAT(outcomes[i], IsOk()) << i;
    } else {
      EXPECT_THAT(FieldsOf(outcomes[i]), ElementsAre(absl::StrCat("requests[", i, "].result.quiz_version")));
    }
  }
  EXPECT_THAT(store_.writes(), ElementsAre(128u));
  EXPECT_EQ(quizzes_.finds(), 2) << "one look for each version that the batch names";
  EXPECT_LE(store_.reads(), 2 * 128) << "what each bad row's request_id holds";
}

TEST_F(AssessmentCreatorTest, ARequestIdThatWasUsedTellsWhatItHoldsWhateverComesWithItNow) {
  Start();
  const Outcome first = Create(Request("r-1"));
  ASSERT_THAT(first, IsOk());
  std::vector<v1::CreateAssessmentRequest> same(4, Request("r-1"));
  same[1].mutable_result()->set_quiz_version("quizzes/sample/versions/77");
  same[2].mutable_result()->mutable_stage()->set_stage("forged");
  same[3].clear_result();
  std::vector<v1::CreateAssessmentRequest> others = same;
  for (v1::CreateAssessmentRequest& other : others) other.mutable_submission()->set_campaign("spring");
  others.push_back(Request("r-1"));
  others.back().mutable_submission()->mutable_answers(0)->set_option("nowhere");
  for (const v1::CreateAssessmentRequest& retry : same) {
    const Outcome outcome = Create(retry);
    ASSERT_THAT(outcome, IsOk()) << retry.ShortDebugString();
    EXPECT_TRUE(outcome->replayed());
    EXPECT_THAT(outcome->assessment(), EqualsProto(first->assessment()));
  }
  for (const v1::CreateAssessmentRequest& other : others) {
    EXPECT_EQ(ReasonOf(Create(other).status()), kRequestIdReused) << other.ShortDebugString();
  }
  ASSERT_THAT(store_.memory().MarkErased("north", "c-1", clock_.Now() + absl::Seconds(1)), IsOk());
  ASSERT_THAT(store_.memory().RemoveErased("north", "c-1", 100), IsOk());
  for (const v1::CreateAssessmentRequest& retry : same) EXPECT_EQ(ReasonOf(Create(retry).status()), kErased);
}

TEST_F(AssessmentCreatorTest, ABatchMayNameOneRequestIdManyTimesAndReadsItOnce) {
  Start();
  std::vector<v1::CreateAssessmentRequest> requests(200, Request("r-1"));
  for (std::size_t i = 100; i < 200; ++i) requests[i].mutable_submission()->set_campaign(absl::StrCat("other-", i));
  const std::vector<Outcome> outcomes = CreateBatch(requests);
  for (std::size_t i = 0; i < 100; ++i) {
    ASSERT_THAT(outcomes[i], IsOk());
    EXPECT_EQ(outcomes[i]->replayed(), i != 0);
    EXPECT_THAT(outcomes[i]->assessment(), EqualsProto(outcomes[0]->assessment()));
  }
  for (std::size_t i = 100; i < 200; ++i) EXPECT_EQ(ReasonOf(outcomes[i].status()), kRequestIdReused);
  EXPECT_EQ(store_.reads(), 1);
}

TEST_F(AssessmentCreatorTest, ABatchIsAnsweredWithSoMuchAgainAndNotMore) {
  Start();
  std::vector<v1::CreateAssessmentRequest> requests;
  for (int i = 0; i < 6; ++i) {
    requests.push_back(Request(absl::StrCat("r-", i)));
    quiz::v1::Answer& note = *requests.back().mutable_submission()->add_answers();
    note.set_item("note");
    note.set_text(std::string(1'000'000, 'x'));
    ScoreRequest(Sample(), 1, requests.back());
    ASSERT_THAT(Create(requests.back()), IsOk());
  }
  const std::vector<Outcome> outcomes = CreateBatch(requests);
  for (int i = 0; i < 4; ++i) EXPECT_THAT(outcomes[i], IsOk()) << i;
  for (int i = 4; i < 6; ++i) {
    EXPECT_THAT(outcomes[i], StatusIs(absl::StatusCode::kResourceExhausted));
    EXPECT_EQ(ReasonOf(outcomes[i].status()), kReplyTooLarge);
  }
}

TEST_F(AssessmentCreatorTest, ResultsThatWouldGrowFarBeyondWhatWasSentAreRefused) {
  quiz::v1::QuizDefinition wordy = Sample();
  (*wordy.mutable_scales(0)->mutable_title()->mutable_by_locale())["en"] = std::string(100'000, 'x');
  quizzes_.Publish(2, wordy);
  Start();
  v1::CreateAssessmentRequest whole = Request("whole");
  ScoreRequest(wordy, 2, whole);
  v1::CreateAssessmentRequest bare = whole;
  bare.mutable_result()->mutable_scales(0)->clear_title();
  std::vector<v1::CreateAssessmentRequest> requests(100, bare);
  for (std::size_t i = 0; i < requests.size(); ++i) requests[i].set_request_id(absl::StrCat("r-", i));
  const std::vector<Outcome> outcomes = CreateBatch(requests);
  EXPECT_THAT(outcomes.front(), IsOk());
  EXPECT_THAT(FieldsOf(outcomes.back()), ElementsAre("requests[99].result"));
  for (v1::CreateAssessmentRequest& request : requests) {
    *request.mutable_result() = whole.result();
    request.set_request_id("whole-" + request.request_id());
  }
  for (const Outcome& outcome : CreateBatch(requests)) EXPECT_THAT(outcome, IsOk());
}

TEST_F(AssessmentCreatorTest, AVersionThatIsSlowToLoadHoldsUpNobodyElse) {
  quizzes_.Publish(2, Sample());
  quizzes_.Publish(3, Sample());
  quizzes_.OnFind([this](std::int64_t version) {
    if (version != 2) return;
    loading_.Give(true);
    go_on_.Wait();
  });
  Start();
  std::vector<std::shared_ptr<Promised<Outcome>>> slow;
  for (int i = 0; i < 20; ++i) slow.push_back(Submit(Request(absl::StrCat("slow-", i), 2)));
  ASSERT_TRUE(loading_.Wait());
  EXPECT_THAT(Create(Request("polite", 1)), IsOk());
  EXPECT_THAT(Create(Request("also-new", 3)), IsOk());
  std::vector<v1::CreateAssessmentRequest> batch;
  for (int i = 0; i < 100; ++i) batch.push_back(Request(absl::StrCat("batch-", i)));
  for (const Outcome& outcome : CreateBatch(batch)) EXPECT_THAT(outcome, IsOk());
  go_on_.Give(true);
  for (const auto& promised : slow) {
    ASSERT_TRUE(promised->Wait().has_value());
    EXPECT_THAT(*promised->Wait(), IsOk());
  }
  EXPECT_EQ(quizzes_.finds(), 3) << "one load of the slow version for all who wait for it";
}

TEST_F(AssessmentCreatorTest, RequestsThatWaitForAVersionLeaveHalfOfTheRoomToOthers) {
  quizzes_.Publish(2, Sample());
  quizzes_.OnFind([this](std::int64_t version) {
    if (version != 2) return;
    loading_.Give(true);
    go_on_.Wait();
  });
  Start({.accepted_rows = 8});
  ASSERT_THAT(Create(Request("warm")), IsOk());
  std::vector<std::shared_ptr<Promised<Outcome>>> slow;
  for (int i = 0; i < 4; ++i) slow.push_back(Submit(Request(absl::StrCat("slow-", i), 2)));
  ASSERT_TRUE(loading_.Wait());
  for (int i = 0; i < 10; ++i) {
    EXPECT_EQ(ReasonOf(Create(Request(absl::StrCat("too-much-", i), 2)).status()), kWriteQueueFull);
  }
  EXPECT_THAT(Create(Request("warm", 2)), IsOk()) << "what was recorded before is answered all the same";
  EXPECT_THAT(Create(Request("polite")), IsOk());
  go_on_.Give(true);
  for (const auto& promised : slow) {
    ASSERT_TRUE(promised->Wait().has_value());
    EXPECT_THAT(*promised->Wait(), IsOk());
  }
  EXPECT_THAT(Create(Request("later", 2)), IsOk());
}

TEST_F(AssessmentCreatorTest, TheThreadThatWritesReadsNothing) {
  Start();
  ASSERT_THAT(Create(Request("r-1")), IsOk());
  for (int i = 0; i < 20; ++i) {
    std::vector<v1::CreateAssessmentRequest> batch(4, Request(absl::StrCat("new-", i)));
    batch[1] = Request("r-1");
    batch[2].mutable_result()->set_digest("forged");
    batch[3].mutable_result()->set_quiz_version(absl::StrCat("quizzes/sample/versions/", i + 2));
    CreateBatch(batch);
  }
  EXPECT_FALSE(store_.a_writer_reads());
}

TEST_F(AssessmentCreatorTest, WhatIsAcceptedIsBoundedUntilItIsAnswered) {
  Start({.accepted_rows = 5});
  ASSERT_THAT(Create(Request("warm")), IsOk());
  store_.Close();
  const auto taken = SubmitBatch({Request("a"), Request("b"), Request("c")});
  store_.WaitForWrites(2);
  for (const Outcome& outcome : CreateBatch({Request("d"), Request("e"), Request("f")})) {
    EXPECT_THAT(outcome, StatusIs(absl::StatusCode::kUnavailable));
    EXPECT_EQ(ReasonOf(outcome.status()), kWriteQueueFull);
    EXPECT_TRUE(outcome.status().GetPayload("type.googleapis.com/google.rpc.RetryInfo").has_value());
  }
  store_.Open();
  ASSERT_TRUE(taken->Wait().has_value());
  for (const Outcome& outcome : CreateBatch({Request("d"), Request("e"), Request("f")})) EXPECT_THAT(outcome, IsOk());
}

TEST_F(AssessmentCreatorTest, WhatWaitsToBeCheckedCountsAsWell) {
  quizzes_.OnFind([this](std::int64_t) { go_on_.Wait(); });
  Start({.accepted_rows = 1});
  const auto waits = Submit(Request("waits"));
  EXPECT_EQ(ReasonOf(Create(Request("one-more")).status()), kWriteQueueFull);
  EXPECT_THAT(store_.writes(), IsEmpty());
  go_on_.Give(true);
  EXPECT_THAT(*waits->Wait(), IsOk());
}

TEST_F(AssessmentCreatorTest, BytesAreBoundedTooYetAnythingIsTakenWhenNothingWaits) {
  Start({.accepted_bytes = 100});
  ASSERT_THAT(Create(Request("larger-than-all")), IsOk());
  store_.Close();
  const auto waits = Submit(Request("waits"));
  EXPECT_EQ(ReasonOf(Create(Request("one-more")).status()), kWriteQueueFull);
  store_.Open();
  EXPECT_THAT(*waits->Wait(), IsOk());
}

TEST_F(AssessmentCreatorTest, StoppingWritesAndAnswersWhatWasAcceptedOnceAndRefusesTheRest) {
  Start();
  ASSERT_THAT(Create(Request("used")), IsOk());
  store_.Close();
  std::atomic<int> answered = 0;
  std::vector<Outcomes> outcomes(50);
  for (int i = 0; i < 50; ++i) {
    std::vector<v1::CreateAssessmentRequest> batch = {Request(absl::StrCat("r-", i)), Request("used"), Request("bad")};
    batch[2].mutable_result()->set_digest("forged");
    for (int k = 0; k < 30; ++k) batch.push_back(Request(absl::StrCat("r-", i, "-", k)));
    running_->creator.CreateBatch(BatchOf(batch), [&, i](const Outcomes& given) {
      outcomes[i] = given;
      ++answered;
    });
  }
  store_.WaitForWrites(2);
  std::thread stop([&] { running_->Stop(); });
  store_.Open();
  stop.join();
  EXPECT_EQ(answered, 50);
  for (const Outcomes& given : outcomes) {
    ASSERT_THAT(given, IsOk());
    EXPECT_THAT(given->at(0), IsOk());
    EXPECT_TRUE(given->at(1).ok() && given->at(1)->replayed());
    EXPECT_THAT(given->at(2), StatusIs(absl::StatusCode::kInvalidArgument));
  }
  EXPECT_EQ(ReasonOf(Create(Request("late")).status()), kClosed);
}

TEST_F(AssessmentCreatorTest, AVersionThatIsStillLoadedWhenTheServiceStopsIsToldSo) {
  quizzes_.OnFind([this](std::int64_t) {
    loading_.Give(true);
    go_on_.Wait();
  });
  Start();
  const auto waits = Submit(Request("waits"));
  ASSERT_TRUE(loading_.Wait());
  running_->creator.Close();
  running_->versions.Stop();
  EXPECT_EQ(ReasonOf(Create(Request("late")).status()), kClosed);
  go_on_.Give(true);
  running_->Stop();
  ASSERT_TRUE(waits->Wait().has_value());
  EXPECT_EQ(ReasonOf(waits->Wait()->status()), kClosed);
  EXPECT_EQ(waits->times_given(), 1);
}

TEST_F(AssessmentCreatorTest, ManyCallersAreEachAnsweredOnce) {
  Start();
  constexpr int kThreads = 4;
  constexpr int kCalls = 100;
  std::atomic<int> created = 0, replayed = 0, refused = 0;
  std::vector<std::thread> threads;
  for (int thread = 0; thread < kThreads; ++thread) {
    threads.emplace_back([&, thread] {
      for (int i = 0; i < kCalls; ++i) {
        v1::CreateAssessmentRequest bad = Request(absl::StrCat("bad-", thread, "-", i));
        bad.mutable_result()->set_quiz_version("quizzes/sample/versions/5");
        running_->creator.CreateBatch(BatchOf({Request(absl::StrCat("r-", i)), bad}), [&](const Outcomes& outcomes) {
          ASSERT_THAT(outcomes, IsOk());
          ASSERT_THAT(outcomes->at(0), IsOk());
          outcomes->at(0)->replayed() ? ++replayed : ++created;
          if (absl::IsInvalidArgument(outcomes->at(1).status())) ++refused;
        });
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  ASSERT_TRUE(Eventually([&] { return created + replayed == kThreads * kCalls; }));
  running_->Stop();
  EXPECT_EQ(created, kCalls);
  EXPECT_EQ(replayed, (kThreads - 1) * kCalls);
  EXPECT_EQ(refused, kThreads * kCalls);
}

}  // namespace
}  // namespace ladder::records
