// File: tcp_proxy.h
//
// Stands between a client and a server on this machine, and ends or silences their connections as a test wants.
//
//   TcpProxy proxy(server_port, [&](TcpProxy::Side from, absl::string_view bytes) {
//     return ++chunks == 7 ? TcpProxy::Then::kCut : TcpProxy::Then::kPass;
//   });

#ifndef LADDER_TESTS_TESTING_TCP_PROXY_H_
#define LADDER_TESTS_TESTING_TCP_PROXY_H_

#include <functional>
#include <memory>
#include <string>
#include <thread>

#include "absl/strings/string_view.h"
#include "tests/testing/scripted_tcp_server.h"

namespace ladder::testing {

class TcpProxy {
 public:
  enum class Side { kClient, kServer };
  enum class Then {
    kPass,
    kCut,      // Both sides see the end of the connection; what was to be passed on is lost.
    kSilence,  // Nothing more comes through, and the client sees no end.
  };
  // Decides about what one side has sent, at most 64 KiB at a time. From threads of the proxy.
  using Decide = std::function<Then(Side from, absl::string_view bytes)>;

  TcpProxy(int server_port, Decide decide);
  TcpProxy(const TcpProxy&) = delete;
  TcpProxy& operator=(const TcpProxy&) = delete;

  int port() const;
  int connections() const { return server_.connections(); }

 private:
  void Relay(ScriptedTcpServer::Connection& client) const;

  const int server_port_;
  const Decide decide_;
  ScriptedTcpServer server_;
};

}  // namespace ladder::testing

#endif  // LADDER_TESTS_TESTING_TCP_PROXY_H_
