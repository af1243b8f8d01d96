// Goal: one fetch however many wait, and nobody waits longer than they said. Method: a fetch that the test ends, a
// clock that the test moves; the last test does the same from many threads, for ThreadSanitizer.

#include "scoring-service/concurrency/single_flight.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "tests/scoring-service/fakes/fake_timers.h"

namespace ladder::scoring {
namespace {

using ::testing::ElementsAre;

class SingleFlightTest : public ::testing::Test {
 protected:
  // Joins the flight of "key" with a deadline from now; what comes is appended to `answers`.
  void Join(absl::Duration timeout) {
    flights_.Join(
        "key", clock_.Now() + timeout, [this](SingleFlight<int>::Callback end) { fetches_.push_back(std::move(end)); },
        [this](absl::StatusOr<int> value) { answers_.push_back(value.ok() ? absl::StrCat(*value) : CodeOf(value)); });
  }

  static std::string CodeOf(const absl::StatusOr<int>& value) {
    return absl::StatusCodeToString(value.status().code());
  }

  ladder::testing::FakeClock clock_;
  FakeTimers timers_{&clock_};
  SingleFlight<int> flights_{&clock_, &timers_};
  std::vector<SingleFlight<int>::Callback> fetches_;
  std::vector<std::string> answers_;
};

TEST_F(SingleFlightTest, ManyCallersShareOneFetch) {
  for (int i = 0; i < 5; ++i) Join(absl::Seconds(1));
  ASSERT_EQ(fetches_.size(), 1u);
  EXPECT_TRUE(answers_.empty());
  fetches_[0](7);
  EXPECT_THAT(answers_, ElementsAre("7", "7", "7", "7", "7"));
  EXPECT_EQ(timers_.waiting(), 0u) << "timers of a flight that ended stay behind";
}

TEST_F(SingleFlightTest, AFailureReachesAllWhoWaitedAndTheNextCallerFetchesAnew) {
  Join(absl::Seconds(1));
  Join(absl::Seconds(1));
  fetches_[0](absl::UnavailableError("down"));
  EXPECT_THAT(answers_, ElementsAre("UNAVAILABLE", "UNAVAILABLE"));
  Join(absl::Seconds(1));
  ASSERT_EQ(fetches_.size(), 2u);
  fetches_[1](8);
  EXPECT_EQ(answers_.back(), "8");
}

TEST_F(SingleFlightTest, AWaiterWhoseTimeIsOverOnlyStopsWaiting) {
  Join(absl::Milliseconds(100));
  Join(absl::Seconds(2));
  timers_.Advance(absl::Milliseconds(100));
  EXPECT_THAT(answers_, ElementsAre("DEADLINE_EXCEEDED"));
  fetches_[0](7);
  EXPECT_THAT(answers_, ElementsAre("DEADLINE_EXCEEDED", "7"));
}

TEST_F(SingleFlightTest, TheFlightOutlivesItsFirstCaller) {
  Join(absl::Milliseconds(100));
  timers_.Advance(absl::Milliseconds(100));
  Join(absl::Seconds(1));
  EXPECT_EQ(fetches_.size(), 1u);
  fetches_[0](7);
  EXPECT_THAT(answers_, ElementsAre("DEADLINE_EXCEEDED", "7"));
}

TEST_F(SingleFlightTest, ADeadlineThatIsOverFetchesNothing) {
  Join(absl::ZeroDuration());
  EXPECT_TRUE(fetches_.empty());
  EXPECT_THAT(answers_, ElementsAre("DEADLINE_EXCEEDED"));
}

TEST_F(SingleFlightTest, AFetchThatNeverAnswersIsGivenUp) {
  Join(absl::Seconds(60));
  timers_.Advance(kFlightDeadline);
  EXPECT_THAT(answers_, ElementsAre("UNAVAILABLE"));
  Join(absl::Seconds(60));
  EXPECT_EQ(fetches_.size(), 2u) << "a flight that was given up still catches callers";
  fetches_[0](7);  // Late: nobody waits for it any more.
  EXPECT_EQ(answers_.size(), 1u);
  fetches_[1](8);
  EXPECT_EQ(answers_.back(), "8");
}

TEST_F(SingleFlightTest, AFetchMayAnswerAtOnce) {
  int answer = 0;
  flights_.Join(
      "key", absl::InfiniteFuture(), [](const SingleFlight<int>::Callback& end) { end(3); },
      [&](absl::StatusOr<int> value) { answer = value.value(); });
  EXPECT_EQ(answer, 3);
}

TEST_F(SingleFlightTest, KeysHaveFlightsOfTheirOwn) {
  Join(absl::Seconds(1));
  std::vector<std::string> others;
  flights_.Join(
      "other", clock_.Now() + absl::Seconds(1), [](const SingleFlight<int>::Callback& end) { end(1); },
      [&](absl::StatusOr<int> value) { others.push_back(absl::StrCat(*value)); });
  EXPECT_THAT(others, ElementsAre("1"));
  EXPECT_TRUE(answers_.empty());
}

TEST_F(SingleFlightTest, ACallbackMayJoinAgain) {
  int second = 0;
  const auto fetch = [](const SingleFlight<int>::Callback& end) { end(1); };
  flights_.Join("key", absl::InfiniteFuture(), fetch, [&](const absl::StatusOr<int>&) {
    flights_.Join("key", absl::InfiniteFuture(), fetch, [&](absl::StatusOr<int> value) { second = value.value(); });
  });
  EXPECT_EQ(second, 1);
}

TEST_F(SingleFlightTest, EveryCallerOnManyThreadsIsAnsweredOnceWhileFlightsEndAndTimeRuns) {
  constexpr int kThreads = 8;
  constexpr int kCallsPerThread = 500;
  std::atomic<int> answered = 0;
  Mutex mutex;
  std::vector<SingleFlight<int>::Callback> open;  // Under `mutex`.
  const auto fetch = [&](SingleFlight<int>::Callback end) {
    MutexLock lock(&mutex);
    open.push_back(std::move(end));
  };
  const auto end_flights = [&] {
    std::vector<SingleFlight<int>::Callback> ending;
    {
      MutexLock lock(&mutex);
      ending.swap(open);
    }
    for (const auto& end : ending) end(1);
  };
  std::atomic<bool> stop = false;
  std::thread time([&] {
    while (!stop) {
      timers_.Advance(absl::Milliseconds(1));
      end_flights();
    }
  });
  std::vector<std::thread> callers;
  for (int t = 0; t < kThreads; ++t) {
    callers.emplace_back([&, t] {
      for (int i = 0; i < kCallsPerThread; ++i) {
        flights_.Join(absl::StrCat("key", i % 3), clock_.Now() + absl::Milliseconds(1 + t), fetch,
                      [&](const absl::StatusOr<int>&) { ++answered; });
      }
    });
  }
  for (std::thread& caller : callers) caller.join();
  stop = true;
  time.join();
  end_flights();
  EXPECT_EQ(answered, kThreads * kCallsPerThread);
}

}  // namespace
}  // namespace ladder::scoring
