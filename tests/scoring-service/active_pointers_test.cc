#include "scoring-service/source/active_pointers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "libs/chassis/errors.h"
#include "tests/scoring-service/fakes/fake_records.h"
#include "tests/scoring-service/fakes/fake_timers.h"

namespace ladder::scoring {
namespace {

using ::testing::ElementsAre;

quiz::v1::QuizDefinition Definition(const std::string& id, const std::string& title = "A quiz") {
  quiz::v1::QuizDefinition definition;
  definition.set_id(id);
  (*definition.mutable_title()->mutable_by_locale())["en"] = title;
  return definition;
}

class ActivePointersTest : public ::testing::Test {
 protected:
  ActivePointersTest() {
    records_.Publish(Definition("mood"));
    records_.Publish(Definition("mood", "A better quiz"));
    records_.Activate("mood", 1);
  }

  void Start() {
    pointers_.Start([this](const std::vector<std::string>& active) { first_lists_.push_back(active); });
  }

  absl::StatusOr<ActivePointer> Get(const std::string& quiz) {
    absl::StatusOr<ActivePointer> answer = absl::UnknownError("not called");
    pointers_.Get(quiz, clock_.SteadyNow() + absl::Seconds(10),
                  [&](absl::StatusOr<ActivePointer> pointer) { answer = std::move(pointer); });
    return answer;
  }

  ladder::testing::FakeClock clock_;
  FakeTimers timers_{&clock_};
  SeededRandom random_{1};
  FakeRecords records_;
  ActivePointers pointers_{&records_, &clock_, &timers_, &random_};
  std::vector<std::vector<std::string>> first_lists_;
};

TEST_F(ActivePointersTest, TheListAtTheStartGivesEveryPointer) {
  records_.Publish(Definition("never-active"));
  Start();
  EXPECT_THAT(first_lists_, ElementsAre(ElementsAre("mood")));
  EXPECT_EQ(Get("mood")->version, 1);
  EXPECT_EQ(Get("never-active")->version, 0);
  EXPECT_EQ(records_.calls("GetQuiz"), 0);
}

TEST_F(ActivePointersTest, AnEmptyListIsAListToo) {
  FakeRecords empty;
  ActivePointers pointers(&empty, &clock_, &timers_, &random_);
  int lists = 0;
  pointers.Start([&](const std::vector<std::string>& active) { lists += active.empty() ? 1 : 100; });
  EXPECT_EQ(lists, 1);
}

TEST_F(ActivePointersTest, AllPagesAreRead) {
  for (int i = 0; i < 7; ++i) {
    const std::string id = "quiz-" + std::to_string(i);
    records_.Publish(Definition(id));
    records_.Activate(id, 1);
  }
  records_.SetPageSize(3);
  Start();
  ASSERT_EQ(first_lists_.size(), 1u);
  EXPECT_EQ(first_lists_[0].size(), 8u);
  EXPECT_EQ(records_.calls("ListQuizzes"), 3);
}

TEST_F(ActivePointersTest, TheListIsTriedUntilItComesAndToldOnce) {
  records_.plan().FailAll(absl::UnavailableError("down"));
  Start();
  EXPECT_TRUE(first_lists_.empty());
  timers_.Advance(kPointerRetry);
  timers_.Advance(kPointerRetry * 2);
  EXPECT_EQ(records_.calls("ListQuizzes"), 3);
  records_.plan().FailAll(absl::OkStatus());
  timers_.Advance(kPointerLifetime);
  timers_.Advance(kPointerLifetime);
  EXPECT_EQ(first_lists_.size(), 1u);
}

TEST_F(ActivePointersTest, PausesAfterFailuresGrowToTheLifetimeAndNoFurther) {
  records_.plan().FailAll(absl::UnavailableError("down"));
  Start();
  absl::Duration longest;
  for (int i = 0; i < 20; ++i) {
    const absl::Duration pause = timers_.next() - clock_.Now();
    EXPECT_GT(pause, absl::ZeroDuration());
    longest = std::max(longest, pause);
    timers_.Advance(pause);
  }
  EXPECT_GT(longest, kPointerLifetime / 2);
  EXPECT_LE(longest, kPointerLifetime);
}

TEST_F(ActivePointersTest, PointersAreFetchedAnewWithinTheirLifetimeWithJitter) {
  Start();
  std::vector<absl::Duration> pauses;
  for (int i = 0; i < 50; ++i) {
    const absl::Duration pause = timers_.next() - clock_.Now();
    EXPECT_GE(pause, kPointerLifetime * 0.8);
    EXPECT_LE(pause, kPointerLifetime);
    pauses.push_back(pause);
    timers_.Advance(pause);
  }
  std::sort(pauses.begin(), pauses.end());
  EXPECT_GT(pauses.back() - pauses.front(), kPointerLifetime * 0.1) << "no jitter";
  EXPECT_EQ(records_.calls("ListQuizzes"), 51);
}

TEST_F(ActivePointersTest, AnActivationIsSeenWithinTheLifetimeAndNoRequestWaitsForIt) {
  Start();
  records_.Activate("mood", 2);
  EXPECT_EQ(Get("mood")->version, 1);
  records_.plan().Hold();
  timers_.Advance(kPointerLifetime);
  EXPECT_EQ(Get("mood")->version, 1) << "while the list is under way";
  records_.plan().Release();
  EXPECT_EQ(Get("mood")->version, 2);
}

TEST_F(ActivePointersTest, AnActivationIsSeenWithinTheLifetimeAlsoWhenTheTimeOfDayWasSetBack) {
  Start();
  records_.Activate("mood", 2);
  clock_.Set(clock_.Now() - absl::Hours(3));
  timers_.Advance(kPointerLifetime);
  EXPECT_EQ(Get("mood")->version, 2);
  EXPECT_LE(*pointers_.Age(), kPointerLifetime);
  EXPECT_GE(*pointers_.Age(), absl::ZeroDuration());
}

TEST_F(ActivePointersTest, ALowerGenerationIsOldNews) {
  records_.SetGeneration("mood", 7);
  Start();
  records_.Activate("mood", 2);
  records_.SetGeneration("mood", 6);
  timers_.Advance(kPointerLifetime);
  EXPECT_EQ(Get("mood")->version, 1);
  records_.SetGeneration("mood", 8);
  timers_.Advance(kPointerLifetime);
  EXPECT_EQ(Get("mood")->version, 2);
}

TEST_F(ActivePointersTest, AKnownPointerIsUsedAsLongAsRecordsCannotBeReached) {
  Start();
  records_.plan().FailAll(absl::UnavailableError("down"));
  for (int i = 0; i < 100; ++i) timers_.Advance(kPointerLifetime);
  EXPECT_EQ(Get("mood")->version, 1);
}

TEST_F(ActivePointersTest, AQuizOutsideOfTheListIsAskedForByOneFlight) {
  records_.plan().Hold();
  int answers = 0;
  for (int i = 0; i < 10; ++i) {
    pointers_.Get("mood", clock_.Now() + absl::Seconds(1), [&](absl::StatusOr<ActivePointer> pointer) {
      EXPECT_EQ(pointer->version, 1);
      ++answers;
    });
  }
  records_.plan().Release();
  EXPECT_EQ(answers, 10);
  EXPECT_EQ(records_.calls("GetQuiz"), 1);
  EXPECT_EQ(Get("mood")->version, 1);
  EXPECT_EQ(records_.calls("GetQuiz"), 1);
}

TEST_F(ActivePointersTest, WhatDoesNotExistIsNotFoundAndAskedForOnceASecond) {
  Start();
  for (int i = 0; i < 100; ++i) EXPECT_TRUE(absl::IsNotFound(Get("nothing").status()));
  EXPECT_EQ(records_.calls("GetQuiz"), 1);
  EXPECT_EQ(ReasonOf(Get("nothing").status()), "NOT_FOUND");
  clock_.Advance(kNotFoundLifetime);
  EXPECT_TRUE(absl::IsNotFound(Get("nothing").status()));
  EXPECT_EQ(records_.calls("GetQuiz"), 2);
}

TEST_F(ActivePointersTest, AnUnknownQuizIsUnavailableWhileRecordsAre) {
  records_.plan().FailAll(Unavailable("RECORDS_UNAVAILABLE", "down"));
  EXPECT_TRUE(absl::IsUnavailable(Get("mood").status()));
  records_.plan().FailAll(absl::OkStatus());
  EXPECT_EQ(Get("mood")->version, 1) << "a failure was kept";
}

TEST_F(ActivePointersTest, AHintAsksRecordsAtOnceAndNothingIsTakenFromIt) {
  Start();
  records_.Activate("mood", 2);
  pointers_.Hint("mood");
  EXPECT_EQ(Get("mood")->version, 2);
  EXPECT_EQ(records_.calls("GetQuiz"), 1);
}

TEST_F(ActivePointersTest, AHintMakesAQuizKnownThatWasNotFoundAMomentAgo) {
  Start();
  EXPECT_TRUE(absl::IsNotFound(Get("new").status()));
  records_.Publish(Definition("new"));
  records_.Activate("new", 1);
  pointers_.Hint("new");
  EXPECT_EQ(Get("new")->version, 1);
}

TEST_F(ActivePointersTest, HintsWhileOneIsBeingFollowedLeadToOneMoreQuestion) {
  Start();
  records_.plan().Hold();
  for (int i = 0; i < 10; ++i) pointers_.Hint("mood");
  EXPECT_EQ(records_.calls("GetQuiz"), 1);
  records_.plan().Release();
  EXPECT_EQ(records_.calls("GetQuiz"), 2);
}

TEST_F(ActivePointersTest, AStormOfHintsIsBounded) {
  Start();
  records_.plan().Hold();
  for (int i = 0; i < 1000; ++i) pointers_.Hint("quiz-" + std::to_string(i));
  EXPECT_EQ(records_.calls("GetQuiz"), static_cast<int>(kMaxHintsUnderWay));
  EXPECT_EQ(records_.calls("ListQuizzes"), 2);
  records_.plan().Release();
}

TEST_F(ActivePointersTest, AHintThatIsNoQuizIdIsIgnored) {
  Start();
  for (const char* hint : {"", "*", "../mood", "MOOD", "mood\n", "\xff\xfe"}) pointers_.Hint(hint);
  pointers_.Hint(std::string(100'000, 'a'));
  EXPECT_EQ(records_.calls("GetQuiz"), 0);
}

TEST_F(ActivePointersTest, AfterAHintThatCannotBeFollowedTheListIsFetchedUntilItComes) {
  Start();
  records_.Activate("mood", 2);
  records_.plan().FailAll(absl::UnavailableError("down"));
  pointers_.Hint("mood");
  EXPECT_EQ(records_.calls("ListQuizzes"), 2);
  records_.plan().FailAll(absl::OkStatus());
  timers_.Advance(kPointerRetry);
  EXPECT_EQ(Get("mood")->version, 2);
}

TEST_F(ActivePointersTest, RefreshingAllDuringAListFetchesOneMoreSoonAfter) {
  Start();
  records_.plan().Hold();
  pointers_.RefreshAll();
  pointers_.RefreshAll();
  pointers_.RefreshAll();
  EXPECT_EQ(records_.calls("ListQuizzes"), 2);
  records_.plan().Release();
  EXPECT_EQ(records_.calls("ListQuizzes"), 2);
  timers_.Advance(kPointerRetry);
  EXPECT_EQ(records_.calls("ListQuizzes"), 3);
}

}  // namespace
}  // namespace ladder::scoring
