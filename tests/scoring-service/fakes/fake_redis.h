// File: fake_redis.h
//
// A Redis client without a Redis: a map, and subscribers that the test speaks to.

#ifndef LADDER_TESTS_SCORING_SERVICE_FAKES_FAKE_REDIS_H_
#define LADDER_TESTS_SCORING_SERVICE_FAKES_FAKE_REDIS_H_

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "libs/chassis/mutex.h"
#include "libs/redis/redis.h"
#include "tests/scoring-service/fakes/fault_plan.h"

namespace ladder::scoring {

// Thread-safe but for Subscribe and the two calls to subscribers.
class FakeRedis final : public redis::Client {
 public:
  void Get(std::string key, GetDone done) override {
    plan_.Run([this, key = std::move(key), done = std::move(done)](absl::Status failure) {
      if (!failure.ok()) return done(failure);
      done(Value(key));
    });
  }

  void Set(std::string key, std::string value, Done done) override {
    plan_.Run([this, key = std::move(key), value = std::move(value), done = std::move(done)](absl::Status failure) {
      if (failure.ok()) Put(key, value);
      done(std::move(failure));
    });
  }

  void Publish(std::string, std::string, Done done) override { done(absl::OkStatus()); }

  absl::Status Subscribe(std::string, OnMessage on_message, std::function<void()> on_subscribed) override {
    on_message_ = std::move(on_message);
    on_subscribed_ = std::move(on_subscribed);
    return absl::OkStatus();
  }

  bool IsConnected() const override { return true; }
  void Stop() override {}

  // A message on the channel, and the subscription coming to stand.
  void Say(const std::string& message) { on_message_(message); }
  void BeSubscribed() { on_subscribed_(); }

  void Put(const std::string& key, const std::string& value) {
    MutexLock lock(&mutex_);
    values_[key] = value;
  }
  std::optional<std::string> Value(const std::string& key) {
    MutexLock lock(&mutex_);
    const auto found = values_.find(key);
    if (found == values_.end()) return std::nullopt;
    return found->second;
  }

  FaultPlan& plan() { return plan_; }

 private:
  FaultPlan plan_;
  OnMessage on_message_;
  std::function<void()> on_subscribed_;
  Mutex mutex_;
  std::map<std::string, std::string> values_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace ladder::scoring

#endif  // LADDER_TESTS_SCORING_SERVICE_FAKES_FAKE_REDIS_H_
