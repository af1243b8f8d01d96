// File: redis.h
//
// An asynchronous Redis client that never makes its caller wait for a Redis that is slow, gone or lying. It knows
// nothing about what is stored.
//
//   std::unique_ptr<Client> redis = NewClient({.address = "127.0.0.1:6379"}, &clock, &random);
//   redis->Get("key", [](absl::StatusOr<std::optional<std::string>> value) { ... });
//
// One thread with one event loop owns the connections and runs every callback; a callback must not block. Each callback
// runs exactly once, within the command's timeout:
//   OK                  the reply
//   UNAVAILABLE         not connected, or the connection broke; answered at once while it is known to be broken
//   DEADLINE_EXCEEDED   no reply in time; the connection is then given up and made anew
//   RESOURCE_EXHAUSTED  too many commands under way, or a value above the limit
//   FAILED_PRECONDITION Redis answered this command with an error of its own; the connection stays
//   CANCELLED           the client was stopped
// A connection that breaks, times out, talks nonsense, or belongs to a server that is not the master any more
// (READONLY, MOVED, LOADING, MASTERDOWN) is dropped, and a new one is made after a pause that grows and has full
// jitter.

#ifndef LADDER_LIBS_REDIS_REDIS_H_
#define LADDER_LIBS_REDIS_REDIS_H_

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "libs/chassis/clock.h"
#include "libs/chassis/options.h"
#include "libs/chassis/random.h"

namespace ladder::redis {

struct Options {
  // "host:port", "[::1]:port" or "unix:/path".
  std::string address = {};
  // Sent with AUTH where the password is not empty; an empty name means Redis's default user.
  std::string username = {};
  Secret password = {};
  // From the call of a command to its callback. Above the slowest healthy reply, below what a caller can spare.
  absl::Duration command_timeout = absl::Milliseconds(50);
  // For resolving and connecting. What follows, up to the first PONG, has command_timeout.
  absl::Duration connect_timeout = absl::Milliseconds(500);
  // The pause before the n-th attempt in a row is uniform between 0 and min(backoff_max, backoff_initial * 2^n).
  absl::Duration backoff_initial = absl::Milliseconds(50);
  absl::Duration backoff_max = absl::Seconds(2);
  // A connection that worked this long was sound: the pauses start small again.
  absl::Duration settle_time = absl::Seconds(1);
  // One command more is refused.
  std::size_t max_commands_in_flight = 1000;
  // A longer value is not sent, and a longer reply drops the connection.
  std::size_t max_value_bytes = 2 << 20;
  // A subscription is asked this often whether it still stands, and dropped where it has not answered by the next time.
  absl::Duration subscription_ping_interval = absl::Seconds(10);
};

// An error names the part of `options` that is wrong.
absl::Status Verify(const Options& options);

// Adds --redis (with `help`), --redis-username, --redis-password-file and --redis-timeout to a program's options, and
// their check. An empty --redis stays allowed: the program then uses no Redis.
void AddTo(OptionSet* set, Options* options, absl::string_view help);

// Thread-safe. An interface, so that callers can be tested with a fake.
class Client {
 public:
  using GetDone = std::function<void(absl::StatusOr<std::optional<std::string>>)>;
  using Done = std::function<void(absl::Status)>;
  using OnMessage = std::function<void(const std::string& message)>;

  // Stops.
  virtual ~Client() = default;

  // The value; nullopt where there is none.
  virtual void Get(std::string key, GetDone done) = 0;
  virtual void Set(std::string key, std::string value, Done done) = 0;
  // Redis does not say whether anybody got the message.
  virtual void Publish(std::string channel, std::string message, Done done) = 0;

  // Follows `channel` on a connection of its own until the client stops. Messages sent while it was broken are lost:
  // `on_subscribed` runs after each time that the subscription came to stand, also the first, so that the caller can
  // catch up. At most kMaxSubscriptions; RESOURCE_EXHAUSTED above.
  virtual absl::Status Subscribe(std::string channel, OnMessage on_message, std::function<void()> on_subscribed) = 0;

  // True while commands are sent to Redis rather than refused at once.
  virtual bool IsConnected() const = 0;

  // Finishes every callback with CANCELLED and ends the thread; where a name is being resolved at that moment, after
  // the resolver has answered. Commands after it are finished by the calling thread.
  // Idempotent; not from a callback.
  virtual void Stop() = 0;
};

inline constexpr std::size_t kMaxSubscriptions = 8;

// `options` were verified. Returns at once; connecting goes on behind. Keeps `clock` and `random`.
std::unique_ptr<Client> NewClient(Options options, const Clock* clock, RandomSource* random);

}  // namespace ladder::redis

#endif  // LADDER_LIBS_REDIS_REDIS_H_
