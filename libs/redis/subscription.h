// File: subscription.h
//
// One channel, followed on a session of its own.

#ifndef LADDER_LIBS_REDIS_SUBSCRIPTION_H_
#define LADDER_LIBS_REDIS_SUBSCRIPTION_H_

#include <functional>
#include <string>

#include "absl/status/status.h"
#include "libs/chassis/clock.h"
#include "libs/chassis/random.h"
#include "libs/redis/breaker.h"
#include "libs/redis/event_loop.h"
#include "libs/redis/redis.h"
#include "libs/redis/session.h"

namespace ladder::redis {

// On the loop's thread only.
class Subscription final : private Session::Handler {
 public:
  // `options`, `clock` and `random` outlive this.
  Subscription(EventLoop* loop, const Options& options, const Clock* clock, RandomSource* random, std::string channel,
               Client::OnMessage on_message, std::function<void()> on_subscribed);
  Subscription(const Subscription&) = delete;
  Subscription& operator=(const Subscription&) = delete;
  ~Subscription() = default;

 private:
  void OnUp() override;
  absl::Status OnReply(Reply reply) override;
  void OnDown(const absl::Status& error) override;
  void OnTimer();

  const Options& options_;
  const std::string channel_;
  const Client::OnMessage on_message_;
  const std::function<void()> on_subscribed_;
  bool pong_is_due_ = false;
  Timer timer_;
  Breaker breaker_;
  Session session_;
};

}  // namespace ladder::redis

#endif  // LADDER_LIBS_REDIS_SUBSCRIPTION_H_
