// File: session.h
//
// A connection that is made anew whenever it fails: connects, greets (AUTH, then what the owner asks for), gives
// replies to its handler, and after a failure waits as long as the breaker says and begins again with nothing of the
// old one.

#ifndef LADDER_LIBS_REDIS_SESSION_H_
#define LADDER_LIBS_REDIS_SESSION_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "libs/redis/address.h"
#include "libs/redis/breaker.h"
#include "libs/redis/event_loop.h"
#include "libs/redis/protocol.h"
#include "libs/redis/redis.h"
#include "libs/redis/socket.h"

namespace ladder::redis {

// On the loop's thread only.
class Session final : private Socket::Handler {
 public:
  class Handler {
   public:
    // The greeting was answered as it should be.
    virtual void OnUp() = 0;
    // A reply after the greeting. An error fails the connection.
    virtual absl::Status OnReply(Reply reply) = 0;
    // The connection is gone; only after OnUp. The next OnUp is of another connection.
    virtual void OnDown(const absl::Status& error) = 0;

   protected:
    ~Handler() = default;
  };

  // A command of the greeting, and whether a reply is the right one to it.
  struct Step {
    std::string command;
    std::function<bool(const Reply& reply)> is_right;
  };

  // `options`, `breaker` and `handler` outlive this. `role` is for the log. Begins to connect.
  Session(EventLoop* loop, const Options& options, absl::string_view role, Step last_step, Breaker* breaker,
          Session::Handler* handler);
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;
  // No event follows.
  ~Session() = default;

  bool IsUp() const { return state_ == State::kUp; }
  // While it is up.
  void Send(std::string bytes);
  // Drops the connection and begins again after a pause.
  void Fail(const absl::Status& error);

 private:
  enum class State { kPausing, kConnecting, kGreeting, kUp };

  void OnConnected() override;
  void OnBytes(absl::string_view bytes) override;
  void OnBroken(const absl::Status& error) override { Fail(error); }
  void OnTimer();

  void Connect();
  absl::Status Take(Reply reply);

  EventLoop* const loop_;
  const Options& options_;
  const std::string role_;
  const Address address_;
  std::vector<Step> greeting_;
  Breaker* const breaker_;
  Session::Handler* const handler_;
  State state_ = State::kPausing;
  std::uint64_t generation_ = 0;  // Of the connection: tells whether it was dropped meanwhile.
  std::size_t steps_done_ = 0;
  bool loss_is_logged_ = false;
  Timer timer_;
  std::unique_ptr<ReplyReader> reader_;
  std::unique_ptr<Socket> socket_;
};

}  // namespace ladder::redis

#endif  // LADDER_LIBS_REDIS_SESSION_H_
