#include "tests/testing/tcp_proxy.h"

#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <utility>

#include "absl/strings/numbers.h"

namespace ladder::testing {
namespace {

// A connection to the server; closed when it goes.
class Upstream {
 public:
  explicit Upstream(int port) : descriptor_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(static_cast<in_port_t>(port));
    connected_ = connect(descriptor_, reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0;
  }
  Upstream(const Upstream&) = delete;
  Upstream& operator=(const Upstream&) = delete;
  ~Upstream() { close(descriptor_); }

  int descriptor() const { return descriptor_; }
  bool connected() const { return connected_; }

 private:
  const int descriptor_;
  bool connected_;
};

bool SendAll(int descriptor, absl::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t size = send(descriptor, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (size <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(size));
  }
  return true;
}

}  // namespace

TcpProxy::TcpProxy(int server_port, Decide decide)
    : server_port_(server_port),
      decide_(std::move(decide)),
      server_([this](ScriptedTcpServer::Connection& client) { Relay(client); }) {}

int TcpProxy::port() const {
  int port = 0;
  const std::string address = server_.address();
  (void)absl::SimpleAtoi(address.substr(address.rfind(':') + 1), &port);
  return port;
}

void TcpProxy::Relay(ScriptedTcpServer::Connection& client) const {
  const Upstream server(server_port_);
  if (!server.connected()) return;
  std::array<pollfd, 2> sockets = {pollfd{client.descriptor(), POLLIN, 0}, pollfd{server.descriptor(), POLLIN, 0}};
  std::string bytes(64 << 10, '\0');
  while (poll(sockets.data(), sockets.size(), -1) > 0) {
    for (const Side from : {Side::kClient, Side::kServer}) {
      const pollfd& source = sockets[from == Side::kClient ? 0 : 1];
      const pollfd& target = sockets[from == Side::kClient ? 1 : 0];
      if (source.revents == 0) continue;
      const ssize_t size = recv(source.fd, bytes.data(), bytes.size(), 0);
      if (size <= 0) return;
      const absl::string_view chunk(bytes.data(), static_cast<std::size_t>(size));
      const Then then = decide_(from, chunk);
      if (then == Then::kSilence) client.WaitForEnd();
      if (then != Then::kPass || !SendAll(target.fd, chunk)) return;
    }
  }
}

}  // namespace ladder::testing
