// Goal: tasks run once, in order, not before their time and not after Stop. Method: a clock that the test moves; a task
// that is due at once wakes the thread, so nothing here sleeps.

#include "libs/chassis/timers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/testing/fake_clock.h"

namespace ladder {
namespace {

using ::testing::ElementsAre;

class ThreadTimersTest : public ::testing::Test {
 protected:
  std::function<void()> Append(const std::string& name) {
    return [this, name] {
      MutexLock lock(&mutex_);
      ran_.push_back(name);
      changed_.NotifyAll();
    };
  }

  // Waits until so many tasks have run, and returns which.
  std::vector<std::string> Ran(std::size_t count) {
    MutexLock lock(&mutex_);
    while (ran_.size() < count) changed_.Wait(lock);
    return ran_;
  }

  Mutex mutex_;
  CondVar changed_;
  std::vector<std::string> ran_;
  testing::FakeClock clock_;
};

TEST_F(ThreadTimersTest, RunsTasksInTheOrderOfTheirTimes) {
  ThreadTimers timers(&clock_);
  timers.RunAt(clock_.Now() + absl::Seconds(3), Append("third"));
  timers.RunAt(clock_.Now() + absl::Seconds(1), Append("first"));
  timers.RunAt(clock_.Now() + absl::Seconds(2), Append("second"));
  clock_.Advance(absl::Seconds(10));
  timers.RunAt(clock_.Now(), Append("last"));
  EXPECT_THAT(Ran(4), ElementsAre("first", "second", "third", "last"));
}

TEST_F(ThreadTimersTest, RunsNothingBeforeItsTime) {
  ThreadTimers timers(&clock_);
  timers.RunAt(clock_.Now() + absl::Seconds(1), Append("later"));
  timers.RunAt(clock_.Now(), Append("now"));
  EXPECT_THAT(Ran(1), ElementsAre("now"));
}

TEST_F(ThreadTimersTest, AStepOfTheTimeOfDayNeitherDelaysNorHastensATask) {
  ThreadTimers timers(&clock_);
  timers.RunAt(clock_.SteadyNow() + absl::Seconds(1), Append("second"));
  clock_.Set(clock_.Now() + absl::Hours(3));
  timers.RunAt(clock_.SteadyNow(), Append("first"));
  EXPECT_THAT(Ran(1), ElementsAre("first"));
  clock_.Set(clock_.Now() - absl::Hours(6));
  clock_.Advance(absl::Seconds(1));
  EXPECT_THAT(Ran(2), ElementsAre("first", "second"));
}

TEST_F(ThreadTimersTest, ACancelledTaskDoesNotRun) {
  ThreadTimers timers(&clock_);
  const Timers::Id cancelled = timers.RunAt(clock_.Now() + absl::Seconds(1), Append("cancelled"));
  timers.Cancel(cancelled);
  timers.Cancel(cancelled);
  timers.Cancel(12345);
  clock_.Advance(absl::Seconds(2));
  timers.RunAt(clock_.Now(), Append("kept"));
  EXPECT_THAT(Ran(1), ElementsAre("kept"));
}

TEST_F(ThreadTimersTest, ATaskMayAddAndCancelTasks) {
  ThreadTimers timers(&clock_);
  const Timers::Id other = timers.RunAt(clock_.Now() + absl::Hours(1), Append("never"));
  timers.RunAt(clock_.Now(), [&] {
    timers.Cancel(other);
    timers.RunAt(clock_.Now(), Append("from a task"));
  });
  EXPECT_THAT(Ran(1), ElementsAre("from a task"));
}

TEST_F(ThreadTimersTest, NothingRunsAfterStop) {
  ThreadTimers timers(&clock_);
  timers.RunAt(clock_.Now() + absl::Seconds(1), Append("forgotten"));
  timers.Stop();
  clock_.Advance(absl::Seconds(2));
  timers.RunAt(clock_.Now(), Append("too late"));
  timers.Stop();
  EXPECT_THAT(Ran(0), ElementsAre());
}

}  // namespace
}  // namespace ladder
