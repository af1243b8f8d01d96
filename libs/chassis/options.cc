#include "libs/chassis/options.h"

#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <fstream>
#include <map>
#include <optional>
#include <sstream>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"

namespace ladder {
namespace {

constexpr int kExitUsage = 2;                          // The exit code after a mistake in the options.
constexpr std::size_t kHelpWidth = 100;                // Columns.
constexpr std::size_t kMaxConfigBytes = 1 << 20;       // Of the file named by --config.
constexpr std::size_t kMaxSecretBytes = 64 << 10;      // Of a file that holds a secret.
constexpr absl::string_view kHelpIndent = "        ";  // Before each line of an option's description.

// What an option was given, and by what.
struct Given {
  std::string text;
  std::string source;
};

struct Option {
  std::string name;
  std::string kind;  // What --help shows for the value; empty for a switch.
  std::string help;
  std::string default_text;
  std::function<absl::Status(const std::string& text)> set;
  std::string flag_text = {};  // Filled by CLI11.
  CLI::Option* flag = nullptr;
};

using FileItems = std::map<std::string, std::string>;

absl::StatusOr<std::string> ReadFile(const std::string& path, std::size_t max_bytes) {
  std::ifstream file(path, std::ios::binary);
  if (!file.good()) return absl::NotFoundError(absl::StrCat("'", path, "' cannot be read"));
  std::string text(max_bytes + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(file.gcount()));
  if (text.size() > max_bytes) return absl::InvalidArgumentError(absl::StrCat("'", path, "' is too large"));
  return text;
}

std::string Wrapped(absl::string_view text) {
  std::string out;
  std::string line(kHelpIndent);
  for (absl::string_view word : absl::StrSplit(text, ' ', absl::SkipEmpty())) {
    if (line.size() + 1 + word.size() > kHelpWidth) {
      absl::StrAppend(&out, line, "\n");
      line.assign(kHelpIndent.data(), kHelpIndent.size());
    }
    absl::StrAppend(&line, line.size() == kHelpIndent.size() ? "" : " ", word);
  }
  return absl::StrCat(out, line, "\n");
}

// In every pod Kubernetes sets such variables for a Service of the same name as the prefix.
bool IsServiceLink(absl::string_view suffix) {
  return suffix == "PORT" || suffix == "SERVICE_HOST" || absl::StartsWith(suffix, "SERVICE_PORT") ||
         (absl::StartsWith(suffix, "PORT_") && suffix.size() > 5 && absl::ascii_isdigit(suffix[5]));
}

}  // namespace

class OptionSet::Impl {
 public:
  Impl(absl::string_view program, absl::string_view description, absl::string_view prefix)
      : program_(program), description_(description), prefix_(prefix) {
    app_.set_help_flag();  // --help is one of ours, so that it can say more.
    app_.add_flag("--help,-h", help_wanted_);
    app_.add_option("--config", config_path_);
  }

  void Add(absl::string_view name, absl::string_view kind, absl::string_view help, std::string default_text,
           std::function<absl::Status(const std::string&)> set) {
    options_.push_back(std::make_unique<Option>(
        Option{std::string(name), std::string(kind), std::string(help), std::move(default_text), std::move(set)}));
    Option& option = *options_.back();
    const std::string flag = absl::StrCat("--", name);
    option.flag = kind.empty() ? app_.add_flag(flag, option.flag_text) : app_.add_option(flag, option.flag_text);
  }

  void AddCheck(std::function<absl::Status()> check) { checks_.push_back(std::move(check)); }

  absl::StatusOr<Outcome> Parse(int argc, const char* const* argv) {
    try {
      app_.parse(argc, argv);
    } catch (const CLI::Error& error) {
      return absl::InvalidArgumentError(absl::StrCat(error.what(), "; --help lists the options"));
    }
    if (help_wanted_) {
      std::fputs(Help().c_str(), stdout);
      return Outcome::kHelpPrinted;
    }
    if (auto status = ReadEnvironment(); !status.ok()) return status;
    if (auto status = ReadConfig(); !status.ok()) return status;
    for (const auto& option : options_) {
      const std::optional<Given> given = Find(*option);
      if (!given.has_value()) continue;
      if (absl::Status status = option->set(given->text); !status.ok()) {
        return absl::InvalidArgumentError(
            absl::StrCat("--", option->name, " (from ", given->source, "): ", status.message()));
      }
    }
    for (const auto& check : checks_) {
      if (absl::Status status = check(); !status.ok()) return status;
    }
    return Outcome::kRun;
  }

  std::string Help() const {
    std::string text =
        absl::StrCat(program_, ": ", description_, "\n\nEach option can be a flag, an environment ",
                     "variable or a line of the file named by --config, in this order of precedence.",
                     "\n\n  --help, -h\n", Wrapped("Prints this."), "  --config FILE\n",
                     Wrapped(absl::StrCat(
                         "Lines of `option = value`, without the dashes. Environment: ", VariableOf("config"), ".")));
    for (const auto& option : options_) {
      absl::StrAppend(&text, "  --", option->name, option->kind.empty() ? "" : " ", option->kind, "\n",
                      Wrapped(option->help),
                      Wrapped(absl::StrCat("Default: ", option->default_text.empty() ? "none" : option->default_text,
                                           ". Environment: ", VariableOf(option->name), ".")));
    }
    return text;
  }

 private:
  std::string VariableOf(absl::string_view option) const {
    return absl::StrCat(prefix_, "_", absl::AsciiStrToUpper(absl::StrReplaceAll(option, {{"-", "_"}})));
  }

  bool IsKnownVariable(absl::string_view variable) const {
    if (variable == VariableOf("config")) return true;
    for (const auto& option : options_) {
      if (variable == VariableOf(option->name)) return true;
    }
    return false;
  }

  absl::Status ReadEnvironment() {
    const std::string start = absl::StrCat(prefix_, "_");
    for (char** entry = environ; *entry != nullptr; ++entry) {
      const std::pair<absl::string_view, absl::string_view> variable = absl::StrSplit(*entry, absl::MaxSplits('=', 1));
      absl::string_view suffix = variable.first;
      if (!absl::ConsumePrefix(&suffix, start)) continue;
      if (IsKnownVariable(variable.first)) {
        environment_.emplace(variable.first, variable.second);
      } else if (!IsServiceLink(suffix)) {
        return absl::InvalidArgumentError(
            absl::StrCat("environment variable ", variable.first, " is no option; --help lists them"));
      }
    }
    return absl::OkStatus();
  }

  absl::Status ReadConfig() {
    if (config_path_.empty()) {
      const auto variable = environment_.find(VariableOf("config"));
      if (variable == environment_.end()) return absl::OkStatus();
      config_path_ = variable->second;
    }
    const absl::StatusOr<std::string> text = ReadFile(config_path_, kMaxConfigBytes);
    if (!text.ok()) return absl::InvalidArgumentError(absl::StrCat("--config: ", text.status().message()));
    std::vector<CLI::ConfigItem> items;
    try {
      std::istringstream stream(*text);
      items = app_.get_config_formatter()->from_config(stream);
    } catch (const std::exception& error) {
      return absl::InvalidArgumentError(absl::StrCat("--config ", config_path_, ": ", error.what()));
    }
    for (const CLI::ConfigItem& item : items) {
      if (auto status = TakeItem(item); !status.ok()) return status;
    }
    return absl::OkStatus();
  }

  absl::Status TakeItem(const CLI::ConfigItem& item) {
    const std::string name = item.fullname();
    bool known = false;
    for (const auto& option : options_) known = known || option->name == name;
    if (!known) {
      return absl::InvalidArgumentError(
          absl::StrCat("'", name, "' in ", config_path_, " is no option; --help lists them"));
    }
    if (item.inputs.size() != 1 || !file_.emplace(name, item.inputs[0]).second) {
      return absl::InvalidArgumentError(absl::StrCat("'", name, "' in ", config_path_, " must have one value"));
    }
    return absl::OkStatus();
  }

  std::optional<Given> Find(const Option& option) const {
    if (option.flag->count() > 0) return Given{option.flag_text, "the command line"};
    const std::string variable = VariableOf(option.name);
    if (const auto found = environment_.find(variable); found != environment_.end()) {
      return Given{found->second, variable};
    }
    if (const auto found = file_.find(option.name); found != file_.end()) return Given{found->second, config_path_};
    return std::nullopt;
  }

  const std::string program_;
  const std::string description_;
  const std::string prefix_;
  CLI::App app_;
  bool help_wanted_ = false;
  std::string config_path_;
  std::vector<std::unique_ptr<Option>> options_;  // CLI11 keeps addresses inside of them.
  std::vector<std::function<absl::Status()>> checks_;
  std::map<std::string, std::string> environment_;
  FileItems file_;
};

OptionSet::OptionSet(absl::string_view program, absl::string_view description, absl::string_view environment_prefix)
    : impl_(std::make_unique<Impl>(program, description, environment_prefix)) {}

OptionSet::~OptionSet() = default;

void OptionSet::Add(absl::string_view name, std::string* value, absl::string_view help) {
  impl_->Add(name, "TEXT", help, *value, [value](const std::string& text) {
    *value = text;
    return absl::OkStatus();
  });
}

void OptionSet::Add(absl::string_view name, bool* value, absl::string_view help) {
  impl_->Add(name, "", help, *value ? "true" : "false", [value](const std::string& text) {
    if (absl::SimpleAtob(text, value)) return absl::OkStatus();
    return absl::InvalidArgumentError(absl::StrCat("'", text, "' is neither true nor false"));
  });
}

void OptionSet::Add(absl::string_view name, std::int64_t* value, IntegerRange range, absl::string_view help) {
  impl_->Add(name, "NUMBER", absl::StrCat(help, " From ", range.min, " to ", range.max, "."), absl::StrCat(*value),
             [value, range](const std::string& text) {
               std::int64_t number = 0;
               if (!absl::SimpleAtoi(text, &number)) {
                 return absl::InvalidArgumentError(absl::StrCat("'", text, "' is not a whole number"));
               }
               if (number < range.min || number > range.max) {
                 return absl::InvalidArgumentError(absl::StrCat(number, " is not from ", range.min, " to ", range.max));
               }
               *value = number;
               return absl::OkStatus();
             });
}

void OptionSet::Add(absl::string_view name, absl::Duration* value, DurationRange range, absl::string_view help) {
  const std::string low = absl::FormatDuration(range.min);
  const std::string high = absl::FormatDuration(range.max);
  impl_->Add(
      name, "DURATION", absl::StrCat(help, " From ", low, " to ", high, "."), absl::FormatDuration(*value),
      [value, range, low, high](const std::string& text) {
        absl::Duration duration;
        if (!absl::ParseDuration(text, &duration)) {
          return absl::InvalidArgumentError(absl::StrCat("'", text, "' is not a duration such as 250ms, 5s or 1h30m"));
        }
        if (duration < range.min || duration > range.max) {
          return absl::InvalidArgumentError(absl::StrCat(text, " is not from ", low, " to ", high));
        }
        *value = duration;
        return absl::OkStatus();
      });
}

void OptionSet::AddSecret(absl::string_view name, Secret* value, absl::string_view help) {
  impl_->Add(absl::StrCat(name, "-file"), "FILE", absl::StrCat(help, " A file, whose last newline does not count."), "",
             [value](const std::string& path) {
               absl::StatusOr<std::string> text = ReadFile(path, kMaxSecretBytes);
               if (!text.ok()) return text.status();
               *value = Secret(std::string(absl::StripSuffix(*text, "\n")));
               return absl::OkStatus();
             });
}

void OptionSet::AddCheck(std::function<absl::Status()> check) { impl_->AddCheck(std::move(check)); }

absl::StatusOr<OptionSet::Outcome> OptionSet::Parse(int argc, const char* const* argv) {
  return impl_->Parse(argc, argv);
}

std::string OptionSet::Help() const { return impl_->Help(); }

std::optional<int> ExitCodeOf(const absl::StatusOr<OptionSet::Outcome>& parsed) {
  if (!parsed.ok()) {
    std::fprintf(stderr, "%s\n", std::string(parsed.status().message()).c_str());
    return kExitUsage;
  }
  if (*parsed == OptionSet::Outcome::kHelpPrinted) return 0;
  return std::nullopt;
}

}  // namespace ladder
