// File: scripted_postgres.h
//
// A server that speaks as much of PostgreSQL's protocol as libpq's pipelines need, and answers each statement as a test
// says: with what a real one answers only in rare moments.
//
//   ScriptedPostgres server([](const std::string& sql) {
//     if (sql == "COMMIT") return ScriptedPostgres::Error("XX000", "a worker is gone");
//     return ScriptedPostgres::Done("SET");
//   });
//   Connection::Open({.conninfo = server.conninfo()});

#ifndef LADDER_TESTS_TESTING_SCRIPTED_POSTGRES_H_
#define LADDER_TESTS_TESTING_SCRIPTED_POSTGRES_H_

#include <functional>
#include <string>

#include "absl/strings/string_view.h"
#include "tests/testing/scripted_tcp_server.h"

namespace ladder::testing {

class ScriptedPostgres {
 public:
  // What is sent for one statement. Warnings come before what they go with: Warning(...) + Done(...).
  struct Answer {
    std::string messages;
    bool has_rows = false;
    bool is_error = false;

    friend Answer operator+(const Answer& a, const Answer& b) {
      return {a.messages + b.messages, a.has_rows || b.has_rows, a.is_error || b.is_error};
    }
  };
  // Called by the threads of connections.
  using Script = std::function<Answer(const std::string& sql)>;

  // The command tag, for example "COMMIT" or "INSERT 0 1".
  static Answer Done(absl::string_view tag);
  // One row of one text.
  static Answer Row(absl::string_view text);
  static Answer Error(absl::string_view sqlstate, absl::string_view message);
  // `function`: the one of the server's source that warns; empty: it is not told.
  static Answer Warning(absl::string_view sqlstate, absl::string_view message, absl::string_view function);

  explicit ScriptedPostgres(Script script);

  std::string conninfo() const;

 private:
  void Serve(ScriptedTcpServer::Connection& connection) const;

  const Script script_;
  ScriptedTcpServer server_;  // Last: its threads use the script.
};

}  // namespace ladder::testing

#endif  // LADDER_TESTS_TESTING_SCRIPTED_POSTGRES_H_
