#include "tests/testing/tcp_client.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/time.h>
#include <unistd.h>

#include <cstdint>

#include "tests/testing/waiting.h"

namespace ladder::testing {

TcpClient::TcpClient(int port, int family) : socket_(socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  const timeval patience{.tv_sec = absl::ToInt64Seconds(kPatience), .tv_usec = 0};
  setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
  sockaddr_in v4{};
  v4.sin_family = AF_INET;
  v4.sin_port = htons(static_cast<std::uint16_t>(port));
  v4.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  sockaddr_in6 v6{};
  v6.sin6_family = AF_INET6;
  v6.sin6_port = v4.sin_port;
  v6.sin6_addr = in6addr_loopback;
  const int connected = family == AF_INET ? connect(socket_, reinterpret_cast<const sockaddr*>(&v4), sizeof(v4))
                                          : connect(socket_, reinterpret_cast<const sockaddr*>(&v6), sizeof(v6));
  EXPECT_EQ(connected, 0);
}

TcpClient::~TcpClient() { close(socket_); }

void TcpClient::Send(const std::string& text) { send(socket_, text.data(), text.size(), MSG_NOSIGNAL); }

std::string TcpClient::ReadUntil(const std::string& end) {
  std::string answer;
  char bytes[4096];
  while (answer.find(end) == std::string::npos) {
    const ssize_t read = recv(socket_, bytes, sizeof(bytes), 0);
    if (read <= 0) break;
    answer.append(bytes, static_cast<std::size_t>(read));
  }
  return answer;
}

std::string TcpClient::Ask(const std::string& request) {
  Send(request);
  return ReadToEnd();
}

}  // namespace ladder::testing
