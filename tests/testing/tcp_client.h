// File: tcp_client.h
//
// A TCP connection to a port of the loopback address, for tests that speak a protocol byte by byte.
//
//   TcpClient client(port);
//   EXPECT_THAT(client.Ask("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"), StartsWith("HTTP/1.1 200"));

#ifndef LADDER_TESTS_TESTING_TCP_CLIENT_H_
#define LADDER_TESTS_TESTING_TCP_CLIENT_H_

#include <sys/socket.h>

#include <string>

namespace ladder::testing {

// Closed at its end. Reads wait for at most kPatience.
class TcpClient {
 public:
  // Connects to 127.0.0.1, or to ::1 with AF_INET6. A failure of the test if that is refused.
  explicit TcpClient(int port, int family = AF_INET);
  TcpClient(const TcpClient&) = delete;
  TcpClient& operator=(const TcpClient&) = delete;
  ~TcpClient();

  void Send(const std::string& text);
  // What comes until `end` has come or the server has closed.
  std::string ReadUntil(const std::string& end);
  std::string ReadToEnd() { return ReadUntil("no server says this"); }
  // Send and ReadToEnd.
  std::string Ask(const std::string& request);

 private:
  const int socket_;
};

}  // namespace ladder::testing

#endif  // LADDER_TESTS_TESTING_TCP_CLIENT_H_
