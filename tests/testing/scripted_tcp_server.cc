#include "tests/testing/scripted_tcp_server.h"

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "absl/strings/str_cat.h"

namespace ladder::testing {

std::string ScriptedTcpServer::Connection::ReadSome() {
  std::string bytes(64 << 10, '\0');
  const ssize_t size = recv(descriptor_, bytes.data(), bytes.size(), 0);
  bytes.resize(size > 0 ? static_cast<std::size_t>(size) : 0);
  return bytes;
}

bool ScriptedTcpServer::Connection::Write(absl::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t size = send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (size <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(size));
  }
  return true;
}

void ScriptedTcpServer::Connection::WaitForEnd() {
  while (!ReadSome().empty()) {
  }
}

void ScriptedTcpServer::Connection::Reset() {
  // A close without lingering sends RST. The server closes when the script returns.
  const linger at_once{1, 0};
  setsockopt(descriptor_, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
}

ScriptedTcpServer::ScriptedTcpServer(Script script)
    : script_(std::move(script)), listener_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  if (bind(listener_, generic, size) != 0 || listen(listener_, SOMAXCONN) != 0 ||
      getsockname(listener_, generic, &size) != 0) {
    throw std::runtime_error("cannot listen");
  }
  port_ = ntohs(address.sin_port);
  acceptor_ = std::thread([this] { Accept(); });
}

ScriptedTcpServer::~ScriptedTcpServer() {
  {
    MutexLock lock(&mutex_);
    ending_ = true;
    for (int descriptor : open_) shutdown(descriptor, SHUT_RDWR);
  }
  shutdown(listener_, SHUT_RDWR);
  acceptor_.join();
  for (std::thread& script : scripts_) {
    if (script.joinable()) script.join();
  }
  close(listener_);
}

std::string ScriptedTcpServer::address() const { return absl::StrCat("127.0.0.1:", port_); }

void ScriptedTcpServer::Accept() {
  while (true) {
    const int descriptor = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (descriptor < 0) return;
    MutexLock lock(&mutex_);
    if (ending_) {
      close(descriptor);
      return;
    }
    // A thread that has ended keeps its stack until it is joined.
    for (const int ended : ended_) scripts_[static_cast<std::size_t>(ended)].join();
    ended_.clear();
    open_.push_back(descriptor);
    const int number = accepted_++;
    scripts_.emplace_back([this, descriptor, number] { Serve(descriptor, number); });
  }
}

void ScriptedTcpServer::Serve(int descriptor, int number) {
  Connection connection(descriptor, number);
  script_(connection);
  MutexLock lock(&mutex_);
  open_.erase(std::find(open_.begin(), open_.end(), descriptor));
  ended_.push_back(number);
  close(descriptor);
}

}  // namespace ladder::testing
