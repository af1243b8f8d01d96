// File: scripted_tcp_server.h
//
// A TCP server that behaves as badly as a test wants: each connection is served by a script, on a thread of its own.
//
//   ScriptedTcpServer server([](ScriptedTcpServer::Connection& connection) {
//     connection.ReadSome();
//     connection.Write("nonsense\r\n");
//     connection.WaitForEnd();
//   });

#ifndef LADDER_TESTS_TESTING_SCRIPTED_TCP_SERVER_H_
#define LADDER_TESTS_TESTING_SCRIPTED_TCP_SERVER_H_

#include <atomic>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/strings/string_view.h"
#include "libs/chassis/mutex.h"

namespace ladder::testing {

class ScriptedTcpServer {
 public:
  class Connection {
   public:
    // Counted from 0, in the order in which they were accepted.
    int number() const { return number_; }
    // What came, at least one byte; empty where the other side or the test has ended.
    std::string ReadSome();
    // False where the other side is gone.
    bool Write(absl::string_view bytes);
    // Reads and forgets until the other side or the test ends.
    void WaitForEnd();
    // Ends with RST instead of FIN.
    void Reset();
    // For a script that waits for several things; the server keeps and closes it.
    int descriptor() const { return descriptor_; }

   private:
    friend class ScriptedTcpServer;
    Connection(int descriptor, int number) : descriptor_(descriptor), number_(number) {}
    const int descriptor_;
    const int number_;
  };
  // The connection is closed when the script returns.
  using Script = std::function<void(Connection& connection)>;

  explicit ScriptedTcpServer(Script script);
  ScriptedTcpServer(const ScriptedTcpServer&) = delete;
  ScriptedTcpServer& operator=(const ScriptedTcpServer&) = delete;
  // Ends every connection, so that scripts return, and joins their threads.
  ~ScriptedTcpServer();

  // "127.0.0.1:port".
  std::string address() const;
  int connections() const { return accepted_; }

 private:
  void Accept();
  void Serve(int descriptor, int number);

  const Script script_;
  int listener_;
  int port_ = 0;
  std::atomic<int> accepted_ = 0;
  Mutex mutex_;
  bool ending_ ABSL_GUARDED_BY(mutex_) = false;
  std::vector<int> open_ ABSL_GUARDED_BY(mutex_);
  std::vector<int> ended_ ABSL_GUARDED_BY(mutex_);  // Scripts that are not joined yet.
  std::vector<std::thread> scripts_;                // Of the accepting thread until it is joined.
  std::thread acceptor_;
};

}  // namespace ladder::testing

#endif  // LADDER_TESTS_TESTING_SCRIPTED_TCP_SERVER_H_
