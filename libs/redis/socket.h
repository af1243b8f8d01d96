// File: socket.h
//
// One connection over TCP or a Unix socket, from resolving the name to its end. It is never used again: who wants
// another makes a new one, so nothing of an old one can reach it.

#ifndef LADDER_LIBS_REDIS_SOCKET_H_
#define LADDER_LIBS_REDIS_SOCKET_H_

#include <cstddef>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "libs/redis/address.h"
#include "libs/redis/event_loop.h"

namespace ladder::redis {

// On the loop's thread only.
class Socket {
 public:
  // Each call may destroy the socket; after its destruction there are no more.
  class Handler {
   public:
    virtual void OnConnected() = 0;
    virtual void OnBytes(absl::string_view bytes) = 0;
    // May come from within Send, and more than once while the socket is kept.
    virtual void OnBroken(const absl::Status& error) = 0;

   protected:
    ~Handler() = default;
  };

  // Begins to connect. Of several addresses behind a name the `turn`-th is taken, round and round, so that attempts in
  // a row try them all. There is no time limit here: who has waited long enough destroys the socket.
  Socket(EventLoop* loop, const Address& address, std::size_t turn, Handler* handler);
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;
  ~Socket();

  // After OnConnected.
  void Send(std::string bytes);

 private:
  class Core;
  Core* core_;  // Outlives this until libuv has let go of it.
};

}  // namespace ladder::redis

#endif  // LADDER_LIBS_REDIS_SOCKET_H_
