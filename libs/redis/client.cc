#include <algorithm>
#include <atomic>
#include <memory>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "libs/redis/address.h"
#include "libs/redis/breaker.h"
#include "libs/redis/commands.h"
#include "libs/redis/event_loop.h"
#include "libs/redis/protocol.h"
#include "libs/redis/redis.h"
#include "libs/redis/subscription.h"

namespace ladder::redis {
namespace {

// What commands under way may hold together, whatever their number.
constexpr std::size_t kMaxBytesInFlight = 16 << 20;

class HiredisClient final : public Client {
 public:
  HiredisClient(Options options, const Clock* clock, RandomSource* random)
      : options_(std::move(options)),
        clock_(clock),
        random_(random),
        breaker_({.backoff_initial = options_.backoff_initial,
                  .backoff_max = options_.backoff_max,
                  .settle_time = options_.settle_time},
                 clock, random) {
    PostOrDrop([this] { commands_ = std::make_unique<Commands>(&loop_, options_, &breaker_); });
  }

  ~HiredisClient() override { Stop(); }

  void Get(std::string key, GetDone done) override {
    Submit(
        {"GET", key}, [](const Reply& reply) { return reply.IsString() || reply.kind == Reply::Kind::kNil; },
        [done = std::move(done)](absl::StatusOr<Reply> reply) {
          if (!reply.ok()) {
            done(reply.status());
          } else if (reply->IsString()) {
            done(std::optional<std::string>(std::move(reply->text)));
          } else {
            done(std::optional<std::string>());
          }
        });
  }

  void Set(std::string key, std::string value, Done done) override {
    Submit(
        {"SET", key, value}, [](const Reply& reply) { return reply.IsStatus("OK"); }, StatusOnly(std::move(done)));
  }

  void Publish(std::string channel, std::string message, Done done) override {
    Submit(
        {"PUBLISH", channel, message}, [](const Reply& reply) { return reply.kind == Reply::Kind::kInteger; },
        StatusOnly(std::move(done)));
  }

  absl::Status Subscribe(std::string channel, OnMessage on_message, std::function<void()> on_subscribed) override {
    if (subscriptions_begun_.fetch_add(1) >= kMaxSubscriptions) {
      return absl::ResourceExhaustedError(absl::StrCat("more than ", kMaxSubscriptions, " subscriptions"));
    }
    PostOrDrop([this, channel = std::move(channel), on_message = std::move(on_message),
                on_subscribed = std::move(on_subscribed)] {
      subscriptions_.push_back(
          std::make_unique<Subscription>(&loop_, options_, clock_, random_, channel, on_message, on_subscribed));
    });
    return absl::OkStatus();
  }

  bool IsConnected() const override { return breaker_.IsClosed(); }

  void Stop() override {
    // On the loop's thread: the handles belong to it, and so do the callbacks that this finishes.
    loop_.Stop([this] {
      subscriptions_.clear();
      commands_.reset();
    });
  }

 private:
  using ReplyDone = std::function<void(absl::StatusOr<Reply>)>;

  static ReplyDone StatusOnly(Done done) {
    return [done = std::move(done)](const absl::StatusOr<Reply>& reply) { done(reply.status()); };
  }

  // Everything is decided on the loop's thread, which never waits: also a refusal comes from there, so that no callback
  // runs while its caller still holds a lock.
  void Submit(const std::vector<absl::string_view>& arguments, bool (*is_right)(const Reply&), ReplyDone done) {
    std::size_t bytes = 0;
    bool fits = true;
    for (absl::string_view argument : arguments) {
      bytes += argument.size();
      fits = fits && argument.size() <= options_.max_value_bytes;
    }
    const bool admitted = in_flight_.fetch_add(1) < options_.max_commands_in_flight;
    const bool has_room = bytes_in_flight_.fetch_add(bytes) + bytes <= kMaxBytesInFlight;
    Command command{fits ? EncodeCommand(arguments) : std::string(), MonotonicNow() + options_.command_timeout,
                    is_right, [this, bytes, done = std::move(done)](absl::StatusOr<Reply> reply) {
                      in_flight_.fetch_sub(1);
                      bytes_in_flight_.fetch_sub(bytes);
                      done(std::move(reply));
                    }};
    absl::Status refusal;
    if (!fits) {
      refusal = absl::ResourceExhaustedError(absl::StrCat("more than ", options_.max_value_bytes, " bytes"));
    } else if (!admitted || !has_room) {
      refusal = absl::ResourceExhaustedError("too many redis commands are under way");
    }
    // Shared, because a std::function has to be copyable.
    auto shared = std::make_shared<Command>(std::move(command));
    const bool posted = loop_.Post([this, shared, refusal = std::move(refusal)] {
      if (refusal.ok()) {
        commands_->Send(std::move(*shared));
      } else {
        shared->done(refusal);
      }
    });
    if (!posted) shared->done(absl::CancelledError("the client was stopped"));
  }

  // For work that nobody waits for: once the client is stopped, it is of no use.
  void PostOrDrop(std::function<void()> work) { [[maybe_unused]] const bool posted = loop_.Post(std::move(work)); }

  const Options options_;
  const Clock* const clock_;
  RandomSource* const random_;
  Breaker breaker_;
  std::atomic<std::size_t> in_flight_ = 0;
  std::atomic<std::size_t> bytes_in_flight_ = 0;
  std::atomic<std::size_t> subscriptions_begun_ = 0;
  EventLoop loop_;
  // Of the loop's thread.
  std::unique_ptr<Commands> commands_;
  std::vector<std::unique_ptr<Subscription>> subscriptions_;
};

absl::Status Fault(absl::string_view what) { return absl::InvalidArgumentError(absl::StrCat("redis: ", what)); }

}  // namespace

absl::Status Verify(const Options& options) {
  if (const auto address = ParseAddress(options.address); !address.ok()) return Fault(address.status().message());
  if (options.command_timeout <= absl::ZeroDuration()) return Fault("the command timeout must be above 0");
  if (options.connect_timeout <= absl::ZeroDuration()) return Fault("the connect timeout must be above 0");
  if (options.backoff_initial <= absl::ZeroDuration() || options.backoff_max < options.backoff_initial) {
    return Fault("the first pause must be above 0 and not above the longest");
  }
  if (options.max_commands_in_flight == 0) return Fault("at least one command must be allowed under way");
  if (options.max_value_bytes == 0) return Fault("values of at least one byte must be allowed");
  if (options.subscription_ping_interval <= absl::ZeroDuration()) return Fault("the ping interval must be above 0");
  return absl::OkStatus();
}

std::unique_ptr<Client> NewClient(Options options, const Clock* clock, RandomSource* random) {
  return std::make_unique<HiredisClient>(std::move(options), clock, random);
}

}  // namespace ladder::redis
