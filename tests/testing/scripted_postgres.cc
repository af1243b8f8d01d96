#include "tests/testing/scripted_postgres.h"

#include <cstdint>
#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace ladder::testing {
namespace {

constexpr std::size_t kLengthBytes = 4;
constexpr std::uint32_t kSslRequest = 80877103;

std::string Integer(std::uint32_t value, int bytes) {
  std::string text;
  for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) text.push_back(static_cast<char>(value >> shift & 0xff));
  return text;
}

std::uint32_t IntegerAt(absl::string_view bytes, std::size_t at) {
  std::uint32_t value = 0;
  for (std::size_t i = at; i < at + kLengthBytes; ++i) value = value << 8 | static_cast<unsigned char>(bytes[i]);
  return value;
}

std::string Text(absl::string_view text) { return absl::StrCat(text, absl::string_view("\0", 1)); }

std::string Message(char kind, absl::string_view body) {
  return absl::StrCat(absl::string_view(&kind, 1), Integer(static_cast<std::uint32_t>(kLengthBytes + body.size()), 4),
                      body);
}

std::string Ready() { return Message('Z', "I"); }

std::string Fields(absl::string_view severity, absl::string_view sqlstate, absl::string_view message,
                   absl::string_view function) {
  std::string fields = absl::StrCat(Text(absl::StrCat("S", severity)), Text(absl::StrCat("V", severity)),
                                    Text(absl::StrCat("C", sqlstate)), Text(absl::StrCat("M", message)));
  if (!function.empty()) absl::StrAppend(&fields, Text(absl::StrCat("R", function)));
  return Text(fields);
}

// What came and was not taken yet.
class Reader {
 public:
  explicit Reader(ScriptedTcpServer::Connection& connection) : connection_(connection) {}

  // Empty where the other side has gone.
  std::string Take(std::size_t count) {
    while (bytes_.size() < count) {
      const std::string more = connection_.ReadSome();
      if (more.empty()) return "";
      bytes_ += more;
    }
    std::string taken = bytes_.substr(0, count);
    bytes_.erase(0, count);
    return taken;
  }
  // What follows a length, which counts itself.
  std::string TakeBody(std::uint32_t length) { return Take(length - kLengthBytes); }

 private:
  ScriptedTcpServer::Connection& connection_;
  std::string bytes_;
};

bool Greet(Reader& reader, ScriptedTcpServer::Connection& connection) {
  for (;;) {
    const std::string length = reader.Take(kLengthBytes);
    if (length.empty()) return false;
    const std::string body = reader.TakeBody(IntegerAt(length, 0));
    if (body.size() < kLengthBytes) return false;
    if (IntegerAt(body, 0) != kSslRequest) break;
    connection.Write("N");
  }
  std::string greeting = Message('R', Integer(0, 4));
  for (const auto& [name, value] : std::map<std::string, std::string>{{"server_version", "15.0"},
                                                                      {"client_encoding", "UTF8"},
                                                                      {"in_hot_standby", "off"},
                                                                      {"default_transaction_read_only", "off"},
                                                                      {"standard_conforming_strings", "on"}}) {
    greeting += Message('S', Text(name) + Text(value));
  }
  return connection.Write(greeting + Message('K', Integer(1, 4) + Integer(2, 4)) + Ready());
}

}  // namespace

ScriptedPostgres::Answer ScriptedPostgres::Done(absl::string_view tag) { return {.messages = Message('C', Text(tag))}; }

ScriptedPostgres::Answer ScriptedPostgres::Row(absl::string_view text) {
  const std::string value = Integer(static_cast<std::uint32_t>(text.size()), 4) + std::string(text);
  return {.messages = Message('D', Integer(1, 2) + value) + Message('C', Text("SELECT 1")), .has_rows = true};
}

ScriptedPostgres::Answer ScriptedPostgres::Error(absl::string_view sqlstate, absl::string_view message) {
  return {.messages = Message('E', Fields("ERROR", sqlstate, message, "")), .is_error = true};
}

ScriptedPostgres::Answer ScriptedPostgres::Warning(absl::string_view sqlstate, absl::string_view message,
                                                   absl::string_view function) {
  return {.messages = Message('N', Fields("WARNING", sqlstate, message, function))};
}

ScriptedPostgres::ScriptedPostgres(Script script)
    : script_(std::move(script)), server_([this](ScriptedTcpServer::Connection& connection) { Serve(connection); }) {}

std::string ScriptedPostgres::conninfo() const {
  const std::vector<std::string> parts = absl::StrSplit(server_.address(), ':');
  return absl::StrCat("host=", parts[0], " port=", parts[1], " user=ladder dbname=ladder sslmode=disable");
}

void ScriptedPostgres::Serve(ScriptedTcpServer::Connection& connection) const {
  Reader reader(connection);
  if (!Greet(reader, connection)) return;
  std::map<std::string, std::string> statements;  // By name.
  Answer answer;
  std::string reply;    // Sent at the end of the pipeline.
  bool failed = false;  // Until then nothing more is done.
  for (;;) {
    const std::string head = reader.Take(1 + kLengthBytes);
    if (head.empty() || head[0] == 'X') return;
    const std::string body = reader.TakeBody(IntegerAt(head, 1));
    if (head[0] == 'S') {
      failed = false;
      if (!connection.Write(absl::StrCat(std::exchange(reply, ""), Ready()))) return;
    } else if (!failed) {
      const std::vector<std::string> texts = absl::StrSplit(body, absl::MaxSplits('\0', 2));
      switch (head[0]) {
        case 'P':
          statements[texts[0]] = texts[1];
          reply += Message('1', "");
          break;
        case 'B':
          answer = script_(statements[texts[1]]);
          reply += Message('2', "");
          break;
        case 'D':
          // One column of text.
          reply += answer.has_rows
                       ? Message('T', Integer(1, 2) + Text("value") + Integer(0, 4) + Integer(0, 2) + Integer(25, 4) +
                                          Integer(0xffff, 2) + Integer(0, 4) + Integer(0, 2))
                       : Message('n', "");
          break;
        case 'E':
          reply += answer.messages;
          failed = answer.is_error;
          break;
        default:
          break;
      }
    }
  }
}

}  // namespace ladder::testing
