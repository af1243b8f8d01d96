#include "tools/ladderctl/app.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <map>
#include <ostream>

#include "absl/strings/str_cat.h"
#include "libs/chassis/errors.h"
#include "tools/ladderctl/client_data.h"
#include "tools/ladderctl/import.h"
#include "tools/ladderctl/progress.h"
#include "tools/ladderctl/quiz_offline.h"
#include "tools/ladderctl/quiz_online.h"
#include "tools/ladderctl/score.h"
#include "tools/ladderctl/take.h"

namespace ladder::ctl {
namespace {

using ContextMap = std::map<std::string, std::string>;

// What the chosen command runs. Options are filled in before.
using Command = std::function<int()>;

// Adds --context, which is given once for each value: --context age=34.
void AddContextOption(CLI::App* app, ContextMap& context) {
  const auto check_pair = [](const std::string& pair) {
    return pair.find('=') == std::string::npos ? std::string("has to be NAME=VALUE") : std::string();
  };
  const auto take_pairs = [&context](const std::vector<std::string>& pairs) {
    for (const std::string& pair : pairs) {
      const std::size_t equals = pair.find('=');
      context[pair.substr(0, equals)] = pair.substr(equals + 1);
    }
  };
  app->add_option_function<std::vector<std::string>>("--context", take_pairs,
                                                     "A context value as NAME=VALUE; may be given several times")
      ->type_name("NAME=VALUE")
      ->check(check_pair)
      ->take_all();
}

// The commands, with everything that their options fill in.
class CommandLine {
 public:
  explicit CommandLine(const Terminal& terminal) : terminal_(terminal) {
    app_.require_subcommand(1);
    app_.fallthrough();
    app_.add_option("--scoring", settings_.scoring_address, "The scoring service, host:port or a gRPC target")
        ->envname("LADDERCTL_SCORING")
        ->capture_default_str();
    app_.add_option("--records", settings_.records_address, "The records service, host:port or a gRPC target")
        ->envname("LADDERCTL_RECORDS")
        ->capture_default_str();
    app_.add_option("--output", settings_.output, "table or json")
        ->transform(CLI::CheckedTransformer(
            std::map<std::string, OutputFormat>{{"table", OutputFormat::kTable}, {"json", OutputFormat::kJson}}))
        ->default_str("table");
    app_.add_option("--timeout", settings_.timeout_s, "Seconds to wait for one call")
        ->check(CLI::Range(0.1, 3600.0))
        ->capture_default_str();
    app_.footer(
        "Exit codes: 0 done, 1 refused or faulty, 2 wrong command line, 3 a service did not answer,\n"
        "4 some rows of an import failed.");
    AddQuizCommands();
    AddPeopleCommands();
  }

  int Run(std::vector<std::string> arguments) {
    std::reverse(arguments.begin(), arguments.end());  // As CLI11 wants them.
    try {
      app_.parse(arguments);
    } catch (const CLI::ParseError& error) {
      return app_.exit(error, terminal_.out, terminal_.err) == 0 ? kDone : kUsage;
    }
    return command_();
  }

 private:
  CLI::App* Add(CLI::App* parent, const std::string& name, const std::string& description, Command command) {
    CLI::App* app = parent->add_subcommand(name, description);
    app->callback([this, command = std::move(command)] { command_ = command; });
    return app;
  }

  void AddQuizCommands() {
    CLI::App* quiz = app_.add_subcommand("quiz", "Definitions: lint, show, score, publish, activate, roll back");
    quiz->require_subcommand(1);
    Add(quiz, "lint", "Print every fault of definitions in files, as file:path: message",
        [this] { return LintQuizzes(files_, settings_, terminal_); })
        ->add_option("FILE", files_, "Protobuf text format, or JSON where the name ends in .json")
        ->required();
    Add(quiz, "show", "Print scales, bands and reachable ranges of a definition in a file",
        [this] { return ShowQuiz(file_, settings_, terminal_); })
        ->add_option("FILE", file_)
        ->required();
    CLI::App* score = Add(quiz, "score", "Score answers in a file by a definition in a file, without a service",
                          [this] { return ScoreQuiz(offline_, settings_, terminal_); });
    score->add_option("FILE", offline_.quiz_file, "The definition")->required();
    score->add_option("ANSWERS", offline_.answers_file, "A ladder.scoring.v1.ScoreRequest: answers and context")
        ->required();
    score->add_flag("--explain", offline_.explain, "How each scale came about");
    score->add_flag("--partial", offline_.partial, "What each scale may still become");
    score->add_option("--locale", offline_.locale, "BCP 47 tag of the texts");
    AddContextOption(score, offline_.context);
    CLI::App* publish = Add(quiz, "publish", "Publish a definition in a file as a new version",
                            [this] { return PublishQuiz(file_, activate_, settings_, terminal_); });
    publish->add_option("FILE", file_)->required();
    publish->add_flag("--activate", activate_, "Activate the version as well");
    Add(quiz, "activate", "Activate a version", [this] { return ActivateQuiz(name_, settings_, terminal_); })
        ->add_option("VERSION", name_, "quizzes/QUIZ/versions/N, or QUIZ/N")
        ->required();
    Add(quiz, "rollback", "Go back to the version that was active before",
        [this] { return RollBackQuiz(name_, settings_, terminal_); })
        ->add_option("QUIZ", name_)
        ->required();
  }

  void AddPeopleCommands() {
    CLI::App* take =
        Add(&app_, "take", "Take a quiz in the terminal", [this] { return RunTake(take_, settings_, terminal_); });
    take->add_option("QUIZ", take_.quiz, "For example ladder-of-healing")->required();
    take->add_option("--locale", take_.locale, "BCP 47 tag of the texts");
    CLI::Option* record =
        take->add_option("--record", take_.record_parent, "Record under clinics/CLINIC/clients/CLIENT");
    take->add_option("--request-id", take_.request_id, "Unique in the clinic; the same again records nothing new")
        ->needs(record);
    record->needs("--request-id");
    AddContextOption(take, take_.context);

    Add(&app_, "score", "Score answers in a file by the scoring service, and record them where the file says so",
        [this] { return ScoreFile(file_, settings_, terminal_); })
        ->add_option("FILE", file_, "A ladder.scoring.v1.ScoreRequest in text format, or JSON")
        ->required();

    CLI::App* assessments = app_.add_subcommand("assessments", "Recorded assessments");
    assessments->require_subcommand(1);
    CLI::App* import = Add(assessments, "import", "Score and record the rows of a CSV file",
                           [this] { return ImportAssessments(import_, settings_, terminal_); });
    import->add_option("FILE", import_.file, "Columns: id, clinic, client, campaign, assessed_at, context.X, items")
        ->required();
    import->add_option("--quiz", import_.quiz)->capture_default_str();
    import->add_option("--clinic", import_.clinic, "For files without a column for it");

    CLI::App* progress = Add(&app_, "progress", "Draw a client's ladder over time",
                             [this] { return ShowProgress(progress_, settings_, terminal_); });
    progress->add_option("CLIENT", progress_.client)->required();
    progress->add_option("--clinic", progress_.clinic)->required();
    progress->add_option("--quiz", progress_.quiz)->capture_default_str();
    progress->add_option("--locale", progress_.locale, "BCP 47 tag of the texts");

    CLI::App* client = app_.add_subcommand("client", "All that is held about a client: export, erase");
    client->require_subcommand(1);
    CLI::App* export_client = Add(client, "export", "Write all that is held about a client, as lines of JSON",
                                  [this] { return ExportClient(client_data_, settings_, terminal_); });
    export_client->add_option("CLIENT", client_data_.client)->required();
    export_client->add_option("--clinic", client_data_.clinic)->required();
    export_client->add_option("--out", client_data_.out_file, "A file; else standard output");
    export_client->add_option("--page-token", client_data_.page_token, "Go on where an export was cut off");
    CLI::App* erase_client = Add(client, "erase", "Remove all that is held about a client, for good",
                                 [this] { return EraseClient(client_data_, settings_, terminal_); });
    erase_client->add_option("CLIENT", client_data_.client)->required();
    erase_client->add_option("--clinic", client_data_.clinic)->required();
    erase_client->add_flag("--yes", client_data_.confirmed, "It is meant");

    Add(&app_, "status", "Whether both services serve", [this] { return ShowStatus(settings_, terminal_); });
  }

  const Terminal& terminal_;
  CLI::App app_{"Ladder's command line: quizzes for authors, services for operators, progress for clinicians.",
                "ladderctl"};
  Settings settings_;
  Command command_;
  std::vector<std::string> files_;
  std::string file_;
  std::string name_;
  bool activate_ = false;
  OfflineScore offline_;
  TakeQuiz take_;
  ImportCommand import_;
  ProgressCommand progress_;
  ClientDataCommand client_data_;
};

}  // namespace

int RunLadderctl(std::vector<std::string> arguments, const Terminal& terminal) {
  return CommandLine(terminal).Run(std::move(arguments));
}

int ReportError(const absl::Status& status, const Terminal& terminal) {
  const std::vector<FieldViolation> violations = ViolationsOf(status);
  for (const FieldViolation& violation : violations) {
    terminal.err << violation.field << ": " << violation.description << "\n";
  }
  const bool unreachable = status.code() == absl::StatusCode::kUnavailable ||
                           status.code() == absl::StatusCode::kDeadlineExceeded ||
                           status.code() == absl::StatusCode::kCancelled;
  if (unreachable && ReasonOf(status).empty()) {
    // gRPC's own words, which help nobody at a terminal.
    terminal.err << "ladderctl: no answer in time; `ladderctl status` says which service is missing, --timeout waits "
                 << "longer\n";
  } else if (violations.empty()) {
    terminal.err << "ladderctl: " << status.message() << "\n";
  }
  return unreachable ? kUnreachable : kRefused;
}

}  // namespace ladder::ctl
