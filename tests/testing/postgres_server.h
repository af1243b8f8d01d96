// File: postgres_server.h
//
// A real PostgreSQL of a test's own, in a temporary folder, on a Unix socket and on the loopback address. Its tables
// are those of a template that the first test of a build makes; starting one takes a fifth of a second.

#ifndef LADDER_TESTS_TESTING_POSTGRES_SERVER_H_
#define LADDER_TESTS_TESTING_POSTGRES_SERVER_H_

#include <memory>
#include <string>
#include <vector>

#include "tests/testing/child_process.h"
#include "tests/testing/temp_dir.h"

namespace ladder::testing {

// Not thread-safe. Keeps its port, its folder and its data over Stop, Kill and Start.
class PostgresServer {
 public:
  // Starts, and waits until it answers. `settings` are "name=value" of postgresql.conf; nothing is synced unless they
  // say "fsync=on".
  explicit PostgresServer(std::vector<std::string> settings = {});
  // A standby that follows `primary`, under the name "standby".
  PostgresServer(PostgresServer& primary, std::vector<std::string> settings);
  // A server of its own on a copy of `primary`, taken with its log while it ran, as a restored backup is.
  static std::unique_ptr<PostgresServer> RestoreFrom(const PostgresServer& primary);
  PostgresServer(const PostgresServer&) = delete;
  PostgresServer& operator=(const PostgresServer&) = delete;
  ~PostgresServer();

  // For libpq; the user may do anything.
  std::string conninfo() const;
  std::string ConninfoOf(const std::string& database) const;
  // A fresh database with settings of its own ("name = value"); its name.
  std::string CreateDatabase(const std::string& setting = "");
  // The first database over TCP, to a port that may be another's.
  std::string ConninfoOverTcp(int port) const;
  int port() const { return port_; }

  void Start();
  // Ends every connection and stops.
  void Stop();
  // At once and without tidying up, as after a crash.
  void Kill();
  // Runs statements; the first column of the rows, one a line. Throws where one fails.
  std::string Run(const std::string& sql) const;
  std::string Log() const { return ReadFileOrEmpty(folder_.Join("log")); }
  // A file that the server can read, for settings that want one.
  std::string WriteFile(const std::string& name, const std::string& text) const;

 private:
  // Not yet started, on a copy of `primary`.
  PostgresServer(const PostgresServer& primary, std::vector<std::string> settings,
                 std::vector<std::string> backup_options);

  std::string data() const { return folder_.Join("data"); }

  const std::vector<std::string> settings_;
  TempDir folder_;
  const int port_;
  std::unique_ptr<ChildProcess> process_;
  int databases_ = 0;
};

// The path of a program that comes with the server, such as "pgbench".
std::string PostgresProgram(const std::string& name);

// Makes a file, or a folder with all in it, the server's own.
void GiveToPostgres(const std::string& path);

}  // namespace ladder::testing

#endif  // LADDER_TESTS_TESTING_POSTGRES_SERVER_H_
