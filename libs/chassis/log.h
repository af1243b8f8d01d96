// File: log.h
//
// Structured logs: one JSON object a line on standard error, `ts`, `level`, `event` and the fields that are given. A
// field holds ids, counts, durations and states; never an answer, a score, a text that a person wrote, or a secret.
//
//   Log(LogLevel::kWarning, "redis_lost", {{"address", address}, {"error", error}});

#ifndef LADDER_LIBS_CHASSIS_LOG_H_
#define LADDER_LIBS_CHASSIS_LOG_H_

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <optional>
#include <string>
#include <variant>

#include "absl/strings/string_view.h"

namespace ladder {

enum class LogLevel { kDebug, kInfo, kWarning, kError };

struct LogField {
  absl::string_view name;
  std::variant<std::string, std::int64_t, double, bool> value;

  LogField(absl::string_view n, absl::string_view v) : name(n), value(std::string(v)) {}
  LogField(absl::string_view n, const char* v) : name(n), value(std::string(v)) {}
  LogField(absl::string_view n, const std::string& v) : name(n), value(v) {}
  LogField(absl::string_view n, std::int64_t v) : name(n), value(v) {}
  LogField(absl::string_view n, int v) : name(n), value(static_cast<std::int64_t>(v)) {}
  LogField(absl::string_view n, double v) : name(n), value(v) {}
  LogField(absl::string_view n, bool v) : name(n), value(v) {}
};

// Thread-safe; never blocks for longer than a write to standard error does.
void Log(LogLevel level, absl::string_view event, std::initializer_list<LogField> fields = {});

// "debug", "info", "warning" or "error"; nothing for another name.
std::optional<LogLevel> ParseLogLevel(absl::string_view name);

// What is below is not written. kInfo at first.
void SetLogLevel(LogLevel level);
// For callers that would compute fields in vain.
bool IsLogged(LogLevel level);

// Lines, each without its newline, go to `sink` instead of standard error; an empty `sink` undoes it. `sink` may be
// called from any thread.
void SetLogSinkForTest(std::function<void(const std::string& line)> sink);

}  // namespace ladder

#endif  // LADDER_LIBS_CHASSIS_LOG_H_
