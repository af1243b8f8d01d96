// Goal: the layers of the quiz source, stacked as the service has them: memory, Redis, records. Method: records and
// Redis in memory whose calls the test counts, holds and fails; real compiling on a real executor.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "libs/chassis/errors.h"
#include "libs/quiz/limits.h"
#include "libs/quiz/published.h"
#include "scoring-service/source/quiz_source_stack.h"
#include "tests/scoring-service/fakes/fake_records.h"
#include "tests/scoring-service/fakes/fake_redis.h"
#include "tests/scoring-service/fakes/fake_timers.h"
#include "tests/scoring-service/fakes/quizzes.h"
#include "tests/testing/log_capture.h"

namespace ladder::scoring {
namespace {

constexpr char kKey[] = "ladder:quiz:mood:1";

// Collects what a source answers on any thread.
class Answers {
 public:
  QuizSource::Callback Callback() {
    return [this](absl::StatusOr<CompiledQuizPtr> quiz) {
      MutexLock lock(&mutex_);
      answers_.push_back(std::move(quiz));
      threads_.insert(std::this_thread::get_id());
      changed_.NotifyAll();
    };
  }
  std::vector<absl::StatusOr<CompiledQuizPtr>> WaitFor(std::size_t count) {
    MutexLock lock(&mutex_);
    while (answers_.size() < count) changed_.Wait(lock);
    return answers_;
  }
  std::set<std::thread::id> threads() {
    MutexLock lock(&mutex_);
    return threads_;
  }

 private:
  Mutex mutex_;
  CondVar changed_;
  std::vector<absl::StatusOr<CompiledQuizPtr>> answers_;
  std::set<std::thread::id> threads_;
};

class QuizSourceTest : public ::testing::Test {
 protected:
  QuizSourceTest() {
    records_.Publish(MoodQuiz());
    records_.Publish(MoodQuiz("Mood, again"));
    records_.Activate("mood", 1);
  }
  ~QuizSourceTest() override { executor_.Stop(); }

  // Lives until the executor has stopped, since quizzes are warmed up on its threads while nobody waits.
  QuizSourceStack& MakeStack(redis::Client* redis, const QuizSourceOptions& options = {.compiled_capacity = 16}) {
    return *stacks_.emplace_back(std::make_unique<QuizSourceStack>(
        options, QuizSourceDependencies{&records_, redis, &executor_, &clock_, &timers_, &random_}));
  }

  absl::StatusOr<CompiledQuizPtr> Get(QuizSourceStack& stack, const std::string& name) {
    Answers answers;
    stack.source()->Get(quiz::ParseQuizName(name).value(), clock_.Now() + absl::Seconds(10), answers.Callback());
    return answers.WaitFor(1)[0];
  }

  int fetches() { return records_.calls("GetVersion"); }

  ladder::testing::FakeClock clock_;
  FakeTimers timers_{&clock_};
  SeededRandom random_{1};
  FakeRecords records_;
  FakeRedis redis_;
  Executor executor_{{.threads = 2}};
  std::vector<std::unique_ptr<QuizSourceStack>> stacks_;
};

TEST_F(QuizSourceTest, TheActiveVersionIsFetchedOnceAndThenAtHand) {
  QuizSourceStack& stack = MakeStack(nullptr);
  const auto quiz = Get(stack, "quizzes/mood");
  ASSERT_TRUE(quiz.ok()) << quiz.status();
  EXPECT_EQ((*quiz)->id.name.ToString(), "quizzes/mood/versions/1");
  EXPECT_EQ((*quiz)->id.digest, quiz::DigestOf(quiz::SerializeDefinition(MoodQuiz())));
  EXPECT_EQ(Get(stack, "quizzes/mood").value(), *quiz);
  EXPECT_EQ(stack.source()->Peek({"mood", 0}), *quiz);
  EXPECT_EQ(fetches(), 1);
}

TEST_F(QuizSourceTest, ManyCallersOfAColdQuizShareOneFetch) {
  QuizSourceStack& stack = MakeStack(&redis_);
  records_.plan().Hold();
  Answers answers;
  for (int i = 0; i < 100; ++i) {
    stack.source()->Get({"mood", 0}, clock_.Now() + absl::Seconds(1), answers.Callback());
  }
  records_.plan().Release();
  for (const auto& quiz : answers.WaitFor(100)) EXPECT_TRUE(quiz.ok());
  EXPECT_EQ(records_.calls("GetQuiz"), 1);
  EXPECT_EQ(fetches(), 1);
}

TEST_F(QuizSourceTest, CompilingHappensOnTheExecutorsThreads) {
  QuizSourceStack& stack = MakeStack(nullptr);
  Answers answers;
  stack.source()->Get({"mood", 0}, clock_.Now() + absl::Seconds(1), answers.Callback());
  answers.WaitFor(1);
  EXPECT_EQ(answers.threads().count(std::this_thread::get_id()), 0u);
}

TEST_F(QuizSourceTest, APinnedVersionIsCheckedAgainstItsOwnDigest) {
  QuizSourceStack& stack = MakeStack(nullptr);
  EXPECT_EQ(Get(stack, "quizzes/mood/versions/2").value()->id.name.version, 2);
  EXPECT_EQ(Get(stack, "quizzes/mood/versions/2").value()->id.name.version, 2);
  EXPECT_EQ(records_.calls("GetVersion without bytes"), 1) << "the digest was not remembered";
}

TEST_F(QuizSourceTest, ThePinnedActiveVersionIsTheSameProgram) {
  QuizSourceStack& stack = MakeStack(nullptr);
  const CompiledQuizPtr active = Get(stack, "quizzes/mood").value();
  EXPECT_EQ(Get(stack, "quizzes/mood/versions/1").value(), active);
  EXPECT_EQ(records_.calls("GetVersion without bytes"), 0);
}

TEST_F(QuizSourceTest, WhatDoesNotExistIsNotFoundByItsName) {
  QuizSourceStack& stack = MakeStack(&redis_);
  const absl::Status no_quiz = Get(stack, "quizzes/nothing").status();
  EXPECT_TRUE(absl::IsNotFound(no_quiz));
  EXPECT_THAT(std::string(no_quiz.message()), ::testing::HasSubstr("quizzes/nothing"));
  const absl::Status no_version = Get(stack, "quizzes/mood/versions/9").status();
  EXPECT_TRUE(absl::IsNotFound(no_version));
  EXPECT_THAT(std::string(no_version.message()), ::testing::HasSubstr("quizzes/mood/versions/9"));
}

TEST_F(QuizSourceTest, AQuizWithoutActiveVersionScoresOnlyWhenPinned) {
  records_.Activate("mood", 0);
  QuizSourceStack& stack = MakeStack(nullptr);
  const absl::Status status = Get(stack, "quizzes/mood").status();
  EXPECT_TRUE(absl::IsFailedPrecondition(status));
  EXPECT_EQ(ReasonOf(status), "NO_ACTIVE_VERSION");
  EXPECT_TRUE(Get(stack, "quizzes/mood/versions/1").ok());
}

TEST_F(QuizSourceTest, WithNothingCachedAndRecordsDownItIsUnavailable) {
  records_.plan().FailAll(Unavailable("RECORDS_UNAVAILABLE", "down"));
  QuizSourceStack& stack = MakeStack(nullptr);
  EXPECT_TRUE(absl::IsUnavailable(Get(stack, "quizzes/mood").status()));
  EXPECT_TRUE(absl::IsUnavailable(Get(stack, "quizzes/mood/versions/1").status()));
  records_.plan().FailAll(absl::OkStatus());
  EXPECT_TRUE(Get(stack, "quizzes/mood").ok()) << "a failure was kept";
}

TEST_F(QuizSourceTest, WhatIsInMemoryNeedsNeitherRecordsNorRedis) {
  QuizSourceStack& stack = MakeStack(&redis_);
  ASSERT_TRUE(Get(stack, "quizzes/mood").ok());
  records_.plan().FailAll(Unavailable("RECORDS_UNAVAILABLE", "down"));
  redis_.plan().FailAll(absl::UnavailableError("down"));
  EXPECT_TRUE(Get(stack, "quizzes/mood").ok());
  EXPECT_TRUE(Get(stack, "quizzes/mood/versions/1").ok());
}

TEST_F(QuizSourceTest, WhatRecordsGaveIsWrittenToRedisAndServesTheNextProcess) {
  ASSERT_TRUE(Get(MakeStack(&redis_), "quizzes/mood").ok());
  EXPECT_EQ(redis_.Value(kKey), quiz::SerializeDefinition(MoodQuiz()));
  ASSERT_TRUE(Get(MakeStack(&redis_), "quizzes/mood").ok());
  EXPECT_EQ(fetches(), 1);
}

TEST_F(QuizSourceTest, BytesInRedisThatAreNotThePublishedOnesAreNotUsedAndReplaced) {
  // The last one is a valid definition, only another one.
  for (const std::string& tampered : {std::string(), std::string("garbage"), std::string(1000, '\0'),
                                      quiz::SerializeDefinition(MoodQuiz("Tampered"))}) {
    redis_.Put(kKey, tampered);
    const int before = fetches();
    const auto quiz = Get(MakeStack(&redis_), "quizzes/mood");
    ASSERT_TRUE(quiz.ok());
    EXPECT_EQ((*quiz)->program->definition.title().by_locale().at("en"), "Mood");
    EXPECT_EQ(fetches(), before + 1);
    EXPECT_EQ(redis_.Value(kKey), quiz::SerializeDefinition(MoodQuiz()));
  }
}

TEST_F(QuizSourceTest, NoFaultOfRedisFailsARequest) {
  for (const absl::Status& fault :
       {absl::UnavailableError("down"), absl::DeadlineExceededError("slow"), absl::ResourceExhaustedError("full"),
        absl::FailedPreconditionError("WRONGTYPE"), absl::CancelledError("stopped")}) {
    FakeRedis redis;
    redis.plan().FailAll(fault);
    EXPECT_TRUE(Get(MakeStack(&redis), "quizzes/mood").ok()) << fault;
  }
}

TEST_F(QuizSourceTest, BytesOfAnotherDigestFromRecordsAreRefused) {
  records_.CorruptBytes("mood", 1);
  EXPECT_TRUE(absl::IsInternal(Get(MakeStack(&redis_), "quizzes/mood").status()));
  EXPECT_EQ(redis_.Value(kKey), std::nullopt);
}

TEST_F(QuizSourceTest, PublishedBytesThatDoNotCompileAreAnErrorAndNotACrash) {
  quiz::v1::QuizDefinition broken = MoodQuiz();
  broken.set_id("broken");
  broken.mutable_scales(0)->mutable_aggregate()->add_of("no_such_item");
  records_.Publish(broken);
  records_.Activate("broken", 1);
  EXPECT_TRUE(absl::IsInternal(Get(MakeStack(nullptr), "quizzes/broken").status()));
}

TEST_F(QuizSourceTest, MemoryIsBounded) {
  QuizSourceStack& stack = MakeStack(nullptr, {.compiled_capacity = 1});
  ASSERT_TRUE(Get(stack, "quizzes/mood/versions/1").ok());
  ASSERT_TRUE(Get(stack, "quizzes/mood/versions/2").ok());
  EXPECT_EQ(stack.source()->Peek({"mood", 1}), nullptr);
  ASSERT_TRUE(Get(stack, "quizzes/mood/versions/1").ok());
  EXPECT_EQ(fetches(), 3);
}

TEST_F(QuizSourceTest, MemoryIsBoundedInBytes) {
  QuizSourceStack& stack = MakeStack(nullptr, {.compiled_capacity = 16, .compiled_bytes = 1});
  ASSERT_TRUE(Get(stack, "quizzes/mood/versions/1").ok());
  ASSERT_TRUE(Get(stack, "quizzes/mood/versions/2").ok());
  EXPECT_EQ(stack.source()->Peek({"mood", 1}), nullptr);
  EXPECT_NE(stack.source()->Peek({"mood", 2}), nullptr);
}

// As it could be published when there was no limit on the members of all scales.
quiz::v1::QuizDefinition LargeQuiz() {
  quiz::v1::QuizDefinition definition = MoodQuiz();
  definition.set_id("large");
  for (int i = 0; i <= quiz::kMaxMembers; ++i) definition.mutable_scales(0)->mutable_aggregate()->add_of("sleep");
  return definition;
}

TEST_F(QuizSourceTest, AVersionThatPassesALimitIsRefusedByItAndLookedAtOnce) {
  records_.Publish(LargeQuiz());
  records_.Activate("large", 1);
  QuizSourceStack& stack = MakeStack(nullptr);
  for (int i = 0; i < 3; ++i) {
    const absl::Status status = Get(stack, "quizzes/large").status();
    EXPECT_TRUE(absl::IsFailedPrecondition(status)) << status;
    EXPECT_EQ(ReasonOf(status), "QUIZ_BEYOND_LIMITS");
    EXPECT_THAT(std::string(status.message()), ::testing::HasSubstr("scales[0].aggregate.of"));
  }
  EXPECT_EQ(fetches(), 1);
  EXPECT_TRUE(Get(stack, "quizzes/mood").ok());
}

TEST_F(QuizSourceTest, WarmingGoesOnPastAVersionThatIsRefused) {
  records_.Publish(LargeQuiz());
  records_.Activate("large", 1);
  ladder::testing::LogCapture log;
  QuizSourceStack& stack = MakeStack(nullptr);
  stack.Start([] {});
  ASSERT_TRUE(Get(stack, "quizzes/mood").ok());
  ASSERT_FALSE(Get(stack, "quizzes/large").ok());
  executor_.Stop();  // Finishes what was taken.
  EXPECT_NE(stack.source()->Peek({"mood", 0}), nullptr);
  EXPECT_THAT(log.lines(), ::testing::Contains(::testing::AllOf(::testing::HasSubstr("quiz_not_warmed"),
                                                                ::testing::HasSubstr("quizzes/large"))));
}

TEST_F(QuizSourceTest, WarmingLeavesOutWhatWouldPushOutWhatIsWarm) {
  for (int i = 0; i < 5; ++i) {
    quiz::v1::QuizDefinition definition = MoodQuiz();
    definition.set_id(absl::StrCat("mood-", i));
    records_.Publish(definition);
    records_.Activate(definition.id(), 1);
  }
  ladder::testing::LogCapture log;
  QuizSourceStack& stack = MakeStack(nullptr, {.compiled_capacity = 16, .compiled_bytes = 2});
  stack.Start([] {});
  executor_.Stop();
  EXPECT_EQ(fetches(), 1);
  EXPECT_THAT(log.lines(), ::testing::Contains(::testing::HasSubstr("quizzes_not_warmed")));
}

// Every time that is set has passed when it is set.
class PassedTimers final : public Timers {
 public:
  Id RunAt(absl::Time /*when*/, std::function<void()> task) override {
    task();
    return 1;
  }
  void Cancel(Id /*id*/) override {}
};

class MoodBytes final : public BytesSource {
 public:
  void Fetch(const VersionId& /*id*/, Callback done) override { done(quiz::SerializeDefinition(MoodQuiz())); }
};

TEST_F(QuizSourceTest, CompilingThatTakesTooLongIsStoppedAndMayBeTriedAgain) {
  PassedTimers timers;
  MoodBytes bytes;
  CompilingSource source(&bytes, &executor_, &clock_, &timers);
  for (int i = 1; i <= 2; ++i) {
    Answers answers;
    source.Fetch({{"mood", 1}, "digest"}, answers.Callback());
    EXPECT_TRUE(absl::IsUnavailable(answers.WaitFor(1)[0].status()));
    EXPECT_EQ(source.stopped().value(), i);
  }
}

TEST_F(QuizSourceTest, AHintOverRedisBringsTheNewVersionAtOnce) {
  QuizSourceStack& stack = MakeStack(&redis_);
  stack.Start([] {});
  ASSERT_EQ(Get(stack, "quizzes/mood").value()->id.name.version, 1);
  records_.Activate("mood", 2);
  redis_.Say("mood");
  EXPECT_EQ(Get(stack, "quizzes/mood").value()->id.name.version, 2);
}

TEST_F(QuizSourceTest, AfterASubscriptionComesToStandAllPointersAreAskedFor) {
  QuizSourceStack& stack = MakeStack(&redis_);
  stack.Start([] {});
  records_.Activate("mood", 2);  // Its message was lost.
  redis_.BeSubscribed();
  EXPECT_EQ(Get(stack, "quizzes/mood").value()->id.name.version, 2);
}

TEST_F(QuizSourceTest, StartingCompilesWhatIsActiveBeforeAnybodyAsks) {
  QuizSourceStack& stack = MakeStack(nullptr);
  bool ready = false;
  stack.Start([&] { ready = true; });
  EXPECT_TRUE(ready);
  executor_.Stop();  // Finishes what was taken.
  EXPECT_NE(stack.source()->Peek({"mood", 0}), nullptr);
}

TEST_F(QuizSourceTest, ItIsNotReadyBeforeTheListCame) {
  records_.plan().FailAll(absl::UnavailableError("down"));
  QuizSourceStack& stack = MakeStack(nullptr);
  bool ready = false;
  stack.Start([&] { ready = true; });
  EXPECT_FALSE(ready);
  records_.plan().FailAll(absl::OkStatus());
  timers_.Advance(kPointerRetry);
  EXPECT_TRUE(ready);
}

}  // namespace
}  // namespace ladder::scoring
