#include "libs/redis/subscription.h"

#include <utility>

namespace ladder::redis {
namespace {

// What a subscribed connection receives is an array of strings that begins with its kind.
bool IsPush(const Reply& reply, absl::string_view kind, std::size_t size) {
  return reply.kind == Reply::Kind::kArray && reply.elements.size() == size && reply.elements[0].IsString() &&
         reply.elements[0].text == kind;
}

}  // namespace

Subscription::Subscription(EventLoop* loop, const Options& options, const Clock* clock, RandomSource* random,
                           std::string channel, Client::OnMessage on_message, std::function<void()> on_subscribed)
    : options_(options),
      channel_(std::move(channel)),
      on_message_(std::move(on_message)),
      on_subscribed_(std::move(on_subscribed)),
      timer_(loop, [this] { OnTimer(); }),
      breaker_({.backoff_initial = options.backoff_initial,
                .backoff_max = options.backoff_max,
                .settle_time = options.settle_time},
               clock, random),
      session_(loop, options, "subscription",
               {EncodeCommand({"SUBSCRIBE", channel_}),
                [this](const Reply& reply) {
                  return IsPush(reply, "subscribe", 3) && reply.elements[1].IsString() &&
                         reply.elements[1].text == channel_;
                }},
               &breaker_, this) {}

void Subscription::OnUp() {
  pong_is_due_ = false;
  timer_.Start(options_.subscription_ping_interval);
  on_subscribed_();
}

absl::Status Subscription::OnReply(Reply reply) {
  if (IsPush(reply, "pong", 2)) {
    pong_is_due_ = false;
    return absl::OkStatus();
  }
  if (IsPush(reply, "message", 3) && reply.elements[1].IsString() && reply.elements[1].text == channel_ &&
      reply.elements[2].IsString()) {
    on_message_(reply.elements[2].text);
    return absl::OkStatus();
  }
  return absl::DataLossError("a subscription received something that is no message");
}

void Subscription::OnDown(const absl::Status& /*error*/) { timer_.Stop(); }

// Nothing comes for hours where nothing is published, so silence alone does not tell a living server from a lost one.
void Subscription::OnTimer() {
  if (pong_is_due_) {
    session_.Fail(absl::DeadlineExceededError("the subscription is silent"));
    return;
  }
  pong_is_due_ = true;
  timer_.Start(options_.subscription_ping_interval);
  session_.Send(EncodeCommand({"PING"}));
}

}  // namespace ladder::redis
