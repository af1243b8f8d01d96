// File: commands.h
//
// The commands under way on one session, in the order in which they were sent, which is the order of their replies.

#ifndef LADDER_LIBS_REDIS_COMMANDS_H_
#define LADDER_LIBS_REDIS_COMMANDS_H_

#include <deque>
#include <functional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "libs/redis/breaker.h"
#include "libs/redis/event_loop.h"
#include "libs/redis/redis.h"
#include "libs/redis/session.h"

namespace ladder::redis {

struct Command {
  std::string bytes;
  absl::Duration deadline;  // By MonotonicNow.
  bool (*is_right)(const Reply& reply);
  std::function<void(absl::StatusOr<Reply> reply)> done;
};

// On the loop's thread only. Calls each command's `done` exactly once.
class Commands final : private Session::Handler {
 public:
  // `options` and `breaker` outlive this.
  Commands(EventLoop* loop, const Options& options, Breaker* breaker);
  Commands(const Commands&) = delete;
  Commands& operator=(const Commands&) = delete;
  // Finishes what is under way with CANCELLED.
  ~Commands();

  void Send(Command command);

 private:
  void OnUp() override {}
  absl::Status OnReply(Reply reply) override;
  void OnDown(const absl::Status& error) override;
  void OnTimer();

  std::deque<Command> under_way_;
  Timer timer_;  // For the deadline of the first command: all have the same timeout.
  Session session_;
};

}  // namespace ladder::redis

#endif  // LADDER_LIBS_REDIS_COMMANDS_H_
