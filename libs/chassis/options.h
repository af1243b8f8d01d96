// File: options.h
//
// The options of a program. Each can be given as a flag, as an environment variable or in a file; the first of these
// that names it wins, else its default holds.
//
//   OptionSet options("ladder-scoring", "Scores answers to quizzes.", "LADDER_SCORING");
//   options.Add("redis", &redis, "host:port of the cache. Empty: no cache, every quiz is fetched from records.");
//   options.Add("redis-timeout", &timeout, {.min = absl::Milliseconds(1), .max = absl::Seconds(1)}, "One command.");
//   if (const std::optional<int> code = ExitCodeOf(options.Parse(argc, argv))) return *code;
//
// --redis-timeout is also LADDER_SCORING_REDIS_TIMEOUT, and `redis-timeout = "50ms"` in the file named by --config.
// An option or a variable with the prefix that nobody knows is an error, and every error names the option. (Variables
// that Kubernetes makes for a Service of the same name, LADDER_SCORING_SERVICE_HOST and the like, are passed over.)

#ifndef LADDER_LIBS_CHASSIS_OPTIONS_H_
#define LADDER_LIBS_CHASSIS_OPTIONS_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace ladder {

// A text that cannot be printed or logged by accident.
class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string text) : text_(std::move(text)) {}
  bool empty() const { return text_.empty(); }
  const std::string& Reveal() const { return text_; }

 private:
  std::string text_;
};

// Not thread-safe. Values given to Add outlive Parse; what they hold at Add is the default that --help shows.
class OptionSet {
 public:
  enum class Outcome { kRun, kHelpPrinted };

  // Inclusive bounds.
  struct IntegerRange {
    std::int64_t min = 0;
    std::int64_t max = 0;
  };
  struct DurationRange {
    absl::Duration min;
    absl::Duration max;
  };

  OptionSet(absl::string_view program, absl::string_view description, absl::string_view environment_prefix);
  OptionSet(const OptionSet&) = delete;
  OptionSet& operator=(const OptionSet&) = delete;
  ~OptionSet();

  // `help` says the unit and what follows from the value.
  void Add(absl::string_view name, std::string* value, absl::string_view help);
  void Add(absl::string_view name, bool* value, absl::string_view help);
  void Add(absl::string_view name, std::int64_t* value, IntegerRange range, absl::string_view help);
  // Written as "250ms", "5s", "1h30m".
  void Add(absl::string_view name, absl::Duration* value, DurationRange range, absl::string_view help);
  // Offers only --<name>-file, the path of a file that holds the secret: other users can read a command line.
  void AddSecret(absl::string_view name, Secret* value, absl::string_view help);

  // Runs at the end of Parse, for what concerns several options; its message names them.
  void AddCheck(std::function<absl::Status()> check);

  // INVALID_ARGUMENT names the option, where its value came from, and the mend. Prints --help to standard output.
  absl::StatusOr<Outcome> Parse(int argc, const char* const* argv);

  // What --help prints.
  std::string Help() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

// For main: nothing if the program is to run, else the code to exit with. 0 after --help; 2 after a mistake in the
// options, which is printed to standard error.
std::optional<int> ExitCodeOf(const absl::StatusOr<OptionSet::Outcome>& parsed);

}  // namespace ladder

#endif  // LADDER_LIBS_CHASSIS_OPTIONS_H_
