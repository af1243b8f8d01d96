#include "tests/testing/free_port.h"

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <stdexcept>

namespace ladder::testing {
namespace {

// Below the ports that Linux gives to outgoing connections (from 32768 on), one of which could take a server's port
// while the server is being restarted.
constexpr int kFirstPort = 15'000;
constexpr int kPorts = 16'000;

bool IsFree(int port) {
  const int descriptor = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<in_port_t>(port));
  const bool bound = bind(descriptor, reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0;
  close(descriptor);
  return bound;
}

}  // namespace

int FreePort() {
  // Tests that run at the same time begin far from each other.
  static std::atomic<int> next = getpid() * 101;
  for (int tries = 0; tries < kPorts; ++tries) {
    const int port = kFirstPort + next++ % kPorts;
    if (IsFree(port)) return port;
  }
  throw std::runtime_error("no free port");
}

}  // namespace ladder::testing
