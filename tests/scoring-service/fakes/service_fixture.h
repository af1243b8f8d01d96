// File: service_fixture.h
//
// The whole service without gRPC over fakes: records with the quiz "mood" published and active, a Redis in memory, a
// clock that the test moves.

#ifndef LADDER_TESTS_SCORING_SERVICE_FAKES_SERVICE_FIXTURE_H_
#define LADDER_TESTS_SCORING_SERVICE_FAKES_SERVICE_FIXTURE_H_

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <optional>
#include <utility>

#include "libs/chassis/errors.h"
#include "libs/chassis/executor.h"
#include "libs/chassis/random.h"
#include "scoring-service/check_request.h"
#include "scoring-service/possible_finder.h"
#include "scoring-service/recorder.h"
#include "scoring-service/scorer.h"
#include "scoring-service/source/quiz_source_stack.h"
#include "tests/scoring-service/fakes/fake_records.h"
#include "tests/scoring-service/fakes/fake_redis.h"
#include "tests/scoring-service/fakes/fake_timers.h"
#include "tests/scoring-service/fakes/quizzes.h"

namespace ladder::scoring {

// Waits for the one answer of a callback.
template <typename T>
class Answer {
 public:
  std::function<void(absl::StatusOr<T>)> Callback() {
    return [this](absl::StatusOr<T> value) {
      MutexLock lock(&mutex_);
      EXPECT_FALSE(value_.has_value()) << "answered twice";
      value_.emplace(std::move(value));
      changed_.NotifyAll();
    };
  }
  absl::StatusOr<T> Wait() {
    MutexLock lock(&mutex_);
    while (!value_) changed_.Wait(lock);
    return *value_;
  }

 private:
  Mutex mutex_;
  CondVar changed_;
  std::optional<absl::StatusOr<T>> value_;
};

class ServiceFixture : public ::testing::Test {
 protected:
  ServiceFixture() {
    records_.Publish(MoodQuiz());
    records_.Activate("mood", 1);
    Restart();
  }
  ~ServiceFixture() override { executor_->Stop(); }

  // A process that has just begun: nothing in memory.
  void Restart() {
    if (executor_ != nullptr) executor_->Stop();
    executor_ = std::make_unique<Executor>(Executor::Options{.threads = 1});
    stack_ = std::make_unique<QuizSourceStack>(
        QuizSourceOptions{}, QuizSourceDependencies{&records_, &redis_, executor_.get(), &clock_, &timers_, &random_});
    recorder_ = std::make_unique<Recorder>(&records_, &clock_);
    possible_ = std::make_unique<PossibleFinder>(executor_.get());
    scorer_ = std::make_unique<Scorer>(stack_->source(), recorder_.get(), possible_.get(), &clock_);
  }

  absl::Time deadline() const { return clock_.Now() + absl::Seconds(10); }

  absl::StatusOr<v1::ScoreResponse> Score(const v1::ScoreRequest& request) {
    Answer<v1::ScoreResponse> answer;
    scorer_->Score(request, {deadline()}, answer.Callback());
    return answer.Wait();
  }
  absl::StatusOr<v1::Form> GetForm(const v1::GetFormRequest& request) {
    Answer<v1::Form> answer;
    scorer_->GetForm(request, {deadline()}, answer.Callback());
    return answer.Wait();
  }
  absl::StatusOr<v1::NextItemsResponse> NextItems(const v1::NextItemsRequest& request) {
    Answer<v1::NextItemsResponse> answer;
    scorer_->NextItems(request, {deadline()}, answer.Callback());
    return answer.Wait();
  }

  ladder::testing::FakeClock clock_;
  FakeTimers timers_{&clock_};
  SeededRandom random_{1};
  FakeRecords records_;
  FakeRedis redis_;
  std::unique_ptr<Executor> executor_;
  std::unique_ptr<QuizSourceStack> stack_;
  std::unique_ptr<Recorder> recorder_;
  std::unique_ptr<PossibleFinder> possible_;
  std::unique_ptr<Scorer> scorer_;
};

}  // namespace ladder::scoring

#endif  // LADDER_TESTS_SCORING_SERVICE_FAKES_SERVICE_FIXTURE_H_
