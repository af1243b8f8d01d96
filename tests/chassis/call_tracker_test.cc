#include "libs/chassis/call_tracker.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "libs/chassis/errors.h"
#include "libs/chassis/mutex.h"
#include "tests/testing/fake_clock.h"
#include "tests/testing/log_capture.h"
#include "tests/testing/status_matchers.h"
#include "tests/testing/waiting.h"

namespace ladder {
namespace {

using ::ladder::testing::FakeClock;
using ::ladder::testing::IsOk;
using ::ladder::testing::LogCapture;
using ::ladder::testing::StatusIs;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr char kMethod[] = "a.B/C";

// Ends itself when it is aborted, as the calls of servers do; as there, a sweep that finds the call at once waits until
// its ticket is stored.
class FakeCall final : public TrackedCall {
 public:
  explicit FakeCall(CallTracker* tracker) : tracker_(tracker) {}
  void Abort(const absl::Status& status) override {
    CallTracker::Ticket ticket = 0;
    {
      MutexLock lock(&mutex_);
      if (ended_) return;
      ended_ = true;
      aborted_with_ = status;
      ticket = ticket_;
    }
    tracker_->End(ticket, status);
  }
  void Begin(const std::shared_ptr<FakeCall>& self, absl::Time deadline,
             CallTracker::Ends ends = CallTracker::Ends::kByItself) {
    MutexLock lock(&mutex_);
    ticket_ = tracker_->Begin(kMethod, deadline, self, ends).value();
  }
  void BeginStream(const std::shared_ptr<FakeCall>& self, CallTracker::Ends ends) {
    MutexLock lock(&mutex_);
    ticket_ = tracker_->BeginStream(kMethod, absl::InfiniteFuture(), self, ends).value();
  }
  CallTracker::Ticket ticket() const {
    MutexLock lock(&mutex_);
    return ticket_;
  }
  absl::Status aborted_with() const {
    MutexLock lock(&mutex_);
    return aborted_with_;
  }

 private:
  CallTracker* const tracker_;
  mutable Mutex mutex_;
  bool ended_ ABSL_GUARDED_BY(mutex_) = false;
  CallTracker::Ticket ticket_ ABSL_GUARDED_BY(mutex_) = 0;
  absl::Status aborted_with_ ABSL_GUARDED_BY(mutex_);
};

class CallTrackerTest : public ::testing::Test {
 protected:
  std::shared_ptr<FakeCall> BeginCall(absl::Duration timeout, CallTracker::Ends ends = CallTracker::Ends::kByItself) {
    auto call = std::make_shared<FakeCall>(&tracker_);
    call->Begin(call, clock_.Now() + timeout, ends);
    return call;
  }

  FakeClock clock_;
  CallTracker tracker_{{.default_timeout = absl::Seconds(10), .max_calls_under_way = 3}, &clock_};
};

TEST_F(CallTrackerTest, ACallWithoutADeadlineGetsTheDefaultOne) {
  EXPECT_EQ(tracker_.EffectiveDeadline(absl::InfiniteFuture()), clock_.Now() + absl::Seconds(10));
  const absl::Time given = clock_.Now() + absl::Hours(1);
  EXPECT_EQ(tracker_.EffectiveDeadline(given), given);
}

TEST_F(CallTrackerTest, CountsByMethodAndCode) {
  const auto ticket = tracker_.Begin(kMethod, absl::InfiniteFuture(), {});
  ASSERT_OK(ticket);
  EXPECT_EQ(tracker_.UnderWay(), 1u);
  tracker_.End(*ticket, NotFound("quiz", "x"));
  tracker_.End(*ticket, absl::OkStatus());  // A ticket ends once.
  EXPECT_EQ(tracker_.UnderWay(), 0u);
  EXPECT_EQ(tracker_.Ended(kMethod, absl::StatusCode::kNotFound), 1);
  EXPECT_EQ(tracker_.Ended(kMethod, absl::StatusCode::kOk), 0);
  EXPECT_EQ(tracker_.Ended("a.B/D", absl::StatusCode::kNotFound), 0);
}

TEST_F(CallTrackerTest, RefusesAndCountsWhatIsAboveTheLimit) {
  std::vector<std::shared_ptr<FakeCall>> calls;
  for (int i = 0; i < 3; ++i) calls.push_back(BeginCall(absl::Seconds(1)));
  const auto refused = tracker_.Begin(kMethod, absl::InfiniteFuture(), {});
  EXPECT_THAT(refused, StatusIs(absl::StatusCode::kResourceExhausted));
  EXPECT_EQ(ReasonOf(refused.status()), "TOO_MANY_CALLS");
  EXPECT_EQ(tracker_.Ended(kMethod, absl::StatusCode::kResourceExhausted), 1);
  calls[0]->Abort(absl::OkStatus());
  EXPECT_THAT(tracker_.Begin(kMethod, absl::InfiniteFuture(), {}), IsOk());
}

TEST_F(CallTrackerTest, OnlyWhatIsPastItsDeadlineExpires) {
  const auto early = BeginCall(absl::Seconds(1));
  const auto late = BeginCall(absl::Seconds(2));
  clock_.Advance(absl::Seconds(1));
  tracker_.AbortExpired();
  EXPECT_THAT(early->aborted_with(), StatusIs(absl::StatusCode::kDeadlineExceeded));
  EXPECT_THAT(late->aborted_with(), IsOk());
  EXPECT_EQ(tracker_.UnderWay(), 1u);
}

// A caller's own timer runs out at the same time as ours, or a little before it.
TEST_F(CallTrackerTest, WhoLeavesAsTheTimeRunsOutCountsAsPastTheDeadline) {
  const auto slow = BeginCall(absl::Seconds(2));
  const auto given_up = BeginCall(absl::Seconds(4));
  const auto follower = BeginCall(absl::Seconds(2), CallTracker::Ends::kWhenLeft);
  clock_.Advance(absl::Milliseconds(1900));
  for (const auto& call : {slow, given_up, follower}) call->Abort(absl::CancelledError("the caller left"));
  EXPECT_EQ(tracker_.Ended(kMethod, absl::StatusCode::kDeadlineExceeded), 1);
  EXPECT_EQ(tracker_.Ended(kMethod, absl::StatusCode::kCancelled), 2);
}

TEST_F(CallTrackerTest, ACallKnowsWhenHalfOfItsTimeIsOver) {
  const auto ticket = tracker_.Begin(kMethod, clock_.Now() + absl::Seconds(2), {});
  ASSERT_OK(ticket);
  clock_.Advance(absl::Milliseconds(999));
  EXPECT_FALSE(tracker_.IsHalfOver(*ticket));
  clock_.Advance(absl::Milliseconds(1));
  EXPECT_TRUE(tracker_.IsHalfOver(*ticket));
  tracker_.End(*ticket, absl::OkStatus());
  EXPECT_TRUE(tracker_.IsHalfOver(*ticket));
}

TEST_F(CallTrackerTest, AbortAllEndsEverythingAndRefusesFromThenOn) {
  const auto call = BeginCall(absl::Seconds(1));
  EXPECT_FALSE(tracker_.WaitUntilIdle(absl::Milliseconds(1)));
  tracker_.AbortAll(Unavailable("DRAINING", "stopping"));
  EXPECT_THAT(call->aborted_with(), StatusIs(absl::StatusCode::kUnavailable));
  EXPECT_TRUE(tracker_.WaitUntilIdle(absl::ZeroDuration()));
  EXPECT_THAT(tracker_.Begin(kMethod, absl::InfiniteFuture(), {}), StatusIs(absl::StatusCode::kUnavailable));
}

TEST_F(CallTrackerTest, WhatEndsOnlyWhenItsCallerLeavesEndsWithTheDrainsBegin) {
  const auto call = BeginCall(absl::Seconds(1));
  const auto follower = BeginCall(absl::InfiniteDuration(), CallTracker::Ends::kWhenLeft);
  tracker_.AbortFollowers(Unavailable("DRAINING", "stopping"));
  EXPECT_THAT(follower->aborted_with(), StatusIs(absl::StatusCode::kUnavailable));
  EXPECT_EQ(tracker_.UnderWay(), 1u);
  EXPECT_THAT(tracker_.Begin(kMethod, absl::InfiniteFuture(), {}, CallTracker::Ends::kWhenLeft),
              StatusIs(absl::StatusCode::kUnavailable));
  EXPECT_THAT(tracker_.Begin(kMethod, absl::InfiniteFuture(), {}), IsOk());
}

class StreamsTest : public CallTrackerTest {
 protected:
  std::shared_ptr<FakeCall> Open(CallTracker::Ends ends = CallTracker::Ends::kByItself) {
    auto call = std::make_shared<FakeCall>(&streams_);
    call->BeginStream(call, ends);
    clock_.Advance(absl::Seconds(1));
    return call;
  }

  CallTracker streams_{{.max_calls_under_way = 3, .max_streams = 4, .stream_idle_timeout = absl::Minutes(1)}, &clock_};
};

TEST_F(StreamsTest, OpenStreamsTakeNoPlaceOfACallAndTheirItemsDo) {
  std::vector<std::shared_ptr<FakeCall>> open;
  for (int i = 0; i < 4; ++i) open.push_back(Open());
  EXPECT_EQ(streams_.OpenStreams(), 4u);
  EXPECT_EQ(streams_.UnderWay(), 0u);
  for (int i = 0; i < 3; ++i) EXPECT_THAT(streams_.BeginItem(open[0]->ticket()), IsOk());
  EXPECT_EQ(streams_.UnderWay(), 3u);
  EXPECT_EQ(ReasonOf(streams_.BeginItem(open[1]->ticket())), "TOO_MANY_CALLS");
  EXPECT_EQ(ReasonOf(streams_.Begin(kMethod, absl::InfiniteFuture(), {}).status()), "TOO_MANY_CALLS");
  streams_.EndItem(open[0]->ticket());
  EXPECT_THAT(streams_.Begin(kMethod, absl::InfiniteFuture(), {}), IsOk());
}

TEST_F(StreamsTest, AnItemKeepsItsPlaceUntilItIsDoneAlsoWhenItsStreamHasEnded) {
  const auto stream = Open();
  const CallTracker::Ticket ticket = stream->ticket();
  ASSERT_THAT(streams_.BeginItem(ticket), IsOk());
  stream->Abort(absl::CancelledError("the caller left"));
  EXPECT_EQ(streams_.OpenStreams(), 0u);
  EXPECT_EQ(streams_.UnderWay(), 1u);
  streams_.EndItem(ticket);
  EXPECT_EQ(streams_.UnderWay(), 0u);
}

TEST_F(StreamsTest, AStreamWhoseCallerDoesNothingForTheLimitEnds) {
  const auto idle = Open();
  const auto busy = Open();
  const auto follower = Open(CallTracker::Ends::kWhenLeft);
  ASSERT_THAT(streams_.BeginItem(busy->ticket()), IsOk());
  streams_.WaitForServer(follower->ticket());
  clock_.Advance(absl::Minutes(1));
  streams_.AbortExpired();
  EXPECT_THAT(idle->aborted_with(),
              StatusIs(absl::StatusCode::kCancelled, HasSubstr("nothing was sent or taken for 1m")));
  EXPECT_EQ(ReasonOf(idle->aborted_with()), "STREAM_IDLE");
  EXPECT_EQ(streams_.OpenStreams(), 2u) << "one is worked for, one waits for news";
  EXPECT_EQ(streams_.streams_idled().value(), 1);

  streams_.EndItem(busy->ticket());
  streams_.NoteProgress(follower->ticket());  // News, which its caller does not take.
  clock_.Advance(absl::Seconds(59));
  streams_.NoteProgress(busy->ticket());
  clock_.Advance(absl::Seconds(1));
  streams_.AbortExpired();
  EXPECT_EQ(ReasonOf(follower->aborted_with()), "STREAM_IDLE");
  EXPECT_THAT(busy->aborted_with(), IsOk());
}

TEST_F(StreamsTest, TheStreamThatWasIdleForLongestGivesWayToANewOne) {
  std::vector<std::shared_ptr<FakeCall>> open;
  for (int i = 0; i < 4; ++i) open.push_back(Open());
  ASSERT_THAT(streams_.BeginItem(open[0]->ticket()), IsOk());
  streams_.NoteProgress(open[1]->ticket());
  const auto fifth = Open();
  EXPECT_EQ(ReasonOf(open[2]->aborted_with()), "TOO_MANY_STREAMS");
  for (const int other : {0, 1, 3}) EXPECT_THAT(open[static_cast<std::size_t>(other)]->aborted_with(), IsOk());
  EXPECT_EQ(streams_.OpenStreams(), 4u);
  EXPECT_EQ(streams_.streams_given_way().value(), 1);
}

TEST_F(StreamsTest, WhereEachStreamIsWorkedForANewOneIsRefused) {
  CallTracker tracker({.max_streams = 1}, &clock_);
  const auto ticket = tracker.BeginStream(kMethod, absl::InfiniteFuture(), {});
  ASSERT_OK(ticket);
  ASSERT_THAT(tracker.BeginItem(*ticket), IsOk());
  EXPECT_EQ(ReasonOf(tracker.BeginStream(kMethod, absl::InfiniteFuture(), {}).status()), "TOO_MANY_STREAMS");
  EXPECT_EQ(tracker.Ended(kMethod, absl::StatusCode::kResourceExhausted), 1);
}

TEST_F(StreamsTest, StreamsMayOpenAndGiveWayFromManyThreads) {
  const LogCapture quiet;
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([this] {
      std::vector<std::shared_ptr<FakeCall>> open;
      for (int round = 0; round < 200; ++round) open.push_back(Open());
      for (const auto& call : open) call->Abort(absl::OkStatus());
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(streams_.OpenStreams(), 0u);
  EXPECT_EQ(streams_.UnderWay(), 0u);
}

TEST_F(CallTrackerTest, WaitsUntilTheLastCallHasEnded) {
  const auto call = BeginCall(absl::Seconds(1));
  std::thread worker([&] { call->Abort(absl::OkStatus()); });
  EXPECT_TRUE(tracker_.WaitUntilIdle(ladder::testing::kPatience));
  worker.join();
}

TEST_F(CallTrackerTest, TheLogHasMethodCodeAndDurationButNothingOfTheRequest) {
  const LogCapture log;
  const auto ticket = tracker_.Begin(kMethod, absl::InfiniteFuture(), {});
  clock_.Advance(absl::Milliseconds(3));
  tracker_.End(*ticket, ResourceExhausted("QUEUE_FULL", "client 'c1' sent too much"));
  ASSERT_EQ(log.lines().size(), 1u);
  EXPECT_THAT(log.lines()[0], HasSubstr(R"("method":"a.B/C","code":"RESOURCE_EXHAUSTED","duration_us":3000)"));
  EXPECT_THAT(log.lines()[0], HasSubstr("QUEUE_FULL"));
  EXPECT_THAT(log.lines()[0], Not(HasSubstr("c1")));
}

TEST_F(CallTrackerTest, WhatIsTheCallersAffairIsNotLoggedByDefault) {
  const LogCapture log;
  tracker_.End(*tracker_.Begin(kMethod, absl::InfiniteFuture(), {}), absl::OkStatus());
  tracker_.End(*tracker_.Begin(kMethod, absl::InfiniteFuture(), {}), NotFound("quiz", "x"));
  EXPECT_THAT(log.lines(), IsEmpty());
}

TEST_F(CallTrackerTest, CallsMayBeginEndAndExpireFromManyThreads) {
  CallTracker tracker({.default_timeout = absl::Seconds(1), .max_calls_under_way = 1000}, &clock_);
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (int round = 0; round < 200; ++round) {
        auto call = std::make_shared<FakeCall>(&tracker);
        call->Begin(call, clock_.Now() + absl::Seconds(1));
        call->Abort(absl::OkStatus());
        clock_.Advance(absl::Milliseconds(10));
        tracker.AbortExpired();
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(tracker.UnderWay(), 0u);
  EXPECT_EQ(tracker.Ended(kMethod, absl::StatusCode::kOk) + tracker.Ended(kMethod, absl::StatusCode::kDeadlineExceeded),
            800);
}

}  // namespace
}  // namespace ladder
