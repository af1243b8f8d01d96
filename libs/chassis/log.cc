#include "libs/chassis/log.h"

#include <spdlog/logger.h>
#include <spdlog/sinks/base_sink.h>
#include <spdlog/sinks/stdout_sinks.h>

#include <chrono>
#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>
#include <utility>
#include <variant>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"

namespace ladder {
namespace {

using OrderedJson = nlohmann::ordered_json;

spdlog::level::level_enum ToSpdlog(LogLevel level) {
  switch (level) {
    case LogLevel::kDebug:
      return spdlog::level::debug;
    case LogLevel::kInfo:
      return spdlog::level::info;
    case LogLevel::kWarning:
      return spdlog::level::warn;
    case LogLevel::kError:
      return spdlog::level::err;
  }
  return spdlog::level::err;
}

const char* LevelName(LogLevel level) {
  switch (level) {
    case LogLevel::kDebug:
      return "debug";
    case LogLevel::kInfo:
      return "info";
    case LogLevel::kWarning:
      return "warning";
    case LogLevel::kError:
      return "error";
  }
  return "error";
}

class FunctionSink final : public spdlog::sinks::base_sink<std::mutex> {
 public:
  explicit FunctionSink(std::function<void(const std::string&)> function) : function_(std::move(function)) {}

 protected:
  void sink_it_(const spdlog::details::log_msg& message) override {
    function_(std::string(message.payload.data(), message.payload.size()));
  }
  void flush_() override {}

 private:
  const std::function<void(const std::string&)> function_;
};

std::shared_ptr<spdlog::logger> NewLogger(spdlog::sink_ptr sink, spdlog::level::level_enum level) {
  auto logger = std::make_shared<spdlog::logger>("ladder", std::move(sink));
  logger->set_pattern("%v");  // The line is complete as it comes.
  logger->set_level(level);
  return logger;
}

// The process has one standard error, hence one logger. It is never destroyed: threads may log until the very end.
class Output {
 public:
  static Output& Get() {
    static Output* const output = new Output;
    return *output;
  }

  std::shared_ptr<spdlog::logger> logger() {
    std::lock_guard<std::mutex> lock(mutex_);
    return logger_;
  }

  void SetSink(std::function<void(const std::string&)> sink) {
    std::lock_guard<std::mutex> lock(mutex_);
    logger_ = NewLogger(sink ? std::make_shared<FunctionSink>(std::move(sink)) : StandardError(), logger_->level());
  }

 private:
  static spdlog::sink_ptr StandardError() { return std::make_shared<spdlog::sinks::stderr_sink_mt>(); }

  std::mutex mutex_;
  std::shared_ptr<spdlog::logger> logger_ = NewLogger(StandardError(), spdlog::level::info);
};

std::string TimeNow() {
  // Log lines carry the machine's own time even where a test decides what time it is.
  return absl::FormatTime("%Y-%m-%d%ET%H:%M:%E6SZ", absl::FromChrono(std::chrono::system_clock::now()),
                          absl::UTCTimeZone());
}

}  // namespace

void Log(LogLevel level, absl::string_view event, std::initializer_list<LogField> fields) {
  const std::shared_ptr<spdlog::logger> logger = Output::Get().logger();
  if (!logger->should_log(ToSpdlog(level))) return;
  OrderedJson line = {{"ts", TimeNow()}, {"level", LevelName(level)}, {"event", std::string(event)}};
  for (const LogField& field : fields) {
    std::visit([&](const auto& value) { line[std::string(field.name)] = value; }, field.value);
  }
  // Bytes that are no UTF-8 are replaced, so that every line stays one JSON object.
  logger->log(ToSpdlog(level), line.dump(-1, ' ', false, OrderedJson::error_handler_t::replace));
}

std::optional<LogLevel> ParseLogLevel(absl::string_view name) {
  for (const LogLevel level : {LogLevel::kDebug, LogLevel::kInfo, LogLevel::kWarning, LogLevel::kError}) {
    if (name == LevelName(level)) return level;
  }
  return std::nullopt;
}

void SetLogLevel(LogLevel level) { Output::Get().logger()->set_level(ToSpdlog(level)); }

bool IsLogged(LogLevel level) { return Output::Get().logger()->should_log(ToSpdlog(level)); }

void SetLogSinkForTest(std::function<void(const std::string& line)> sink) { Output::Get().SetSink(std::move(sink)); }

}  // namespace ladder
