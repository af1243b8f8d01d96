#include "tools/ladderctl/app.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <ostream>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "libs/chassis/errors.h"
#include "tools/ladderctl/analytics.h"
#include "tools/ladderctl/client_data.h"
#include "tools/ladderctl/demo.h"
#include "tools/ladderctl/import.h"
#include "tools/ladderctl/progress.h"
#include "tools/ladderctl/quiz_compare.h"
#include "tools/ladderctl/quiz_offline.h"
#include "tools/ladderctl/quiz_online.h"
#include "tools/ladderctl/report.h"
#include "tools/ladderctl/score.h"
#include "tools/ladderctl/store.h"
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

// A clinic and the position at which its log ended, from "north=17".
std::optional<std::pair<std::string, std::int64_t>> ReadHead(const std::string& text) {
  const std::pair<std::string, std::string> parts = absl::StrSplit(text, absl::MaxSplits('=', 1));
  std::int64_t position = 0;
  if (parts.first.empty() || !absl::SimpleAtoi(parts.second, &position) || position < 0) return std::nullopt;
  return std::make_pair(parts.first, position);
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
    AddStoreCommands();
    AddAnalyticsCommands();
    AddDemoCommands();
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
    CLI::App* quiz =
        app_.add_subcommand("quiz", "Definitions: lint, show, score, publish, compare, activate, roll back");
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
    AddCompareCommand(quiz);
    Add(quiz, "activate", "Activate a version", [this] { return ActivateQuiz(name_, settings_, terminal_); })
        ->add_option("VERSION", name_, "quizzes/QUIZ/versions/N, or QUIZ/N")
        ->required();
    Add(quiz, "rollback", "Go back to the version that was active before",
        [this] { return RollBackQuiz(name_, settings_, terminal_); })
        ->add_option("QUIZ", name_)
        ->required();
  }

  void AddCompareCommand(CLI::App* quiz) {
    CLI::App* compare =
        Add(quiz, "compare", "What a version or the draft would change for a clinic's recorded assessments",
            [this] { return CompareQuiz(compare_, settings_, terminal_); });
    compare->add_option("QUIZ", compare_.quiz)->required();
    compare->add_option("--under", compare_.under, "draft, or a version's number")->capture_default_str();
    compare->add_option("--clinic", compare_.clinic)->required();
    const CLI::Validator is_time(CheckTime, "TIME");
    compare->add_option("--from", compare_.from, "Only assessments about this day or time (UTC) or later")
        ->check(is_time);
    compare->add_option("--before", compare_.before, "Only assessments about an earlier day or time")->check(is_time);
    compare->add_option("--at-most", compare_.at_most, "Assessments to compare")
        ->check(CLI::Range(std::int64_t{1}, std::int64_t{1'000'000'000}))
        ->capture_default_str();
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

  void AddStoreCommands() {
    CLI::App* store = app_.add_subcommand("store", "The database of the records service");
    store->require_subcommand(1);
    CLI::App* migrate = Add(store, "migrate", "Bring the schema to this release's version; services may run meanwhile",
                            [this] { return MigrateStore(store_, settings_, terminal_); });
    AddStoreOptions(migrate, "The directory of an SQLite database; made where it is missing");
    CLI::App* verify = Add(store, "verify", "Check that all that is stored hangs together; services may run meanwhile",
                           [this] { return VerifyStore(store_, verify_, settings_, terminal_); });
    AddStoreOptions(verify, "The directory of an SQLite database");
    verify->add_option("--sample", verify_.sample, "Results to score again")->capture_default_str();
    verify->add_option("--seed", verify_.seed, "Of the sample: the same seed takes the same of the same rows");
    AddRepairCommand(store);
    CLI::App* backup = Add(store, "backup", "Copy an SQLite database into a new file; a service may run meanwhile",
                           [this] { return BackUpStore(store_.data_dir, file_, settings_, terminal_); });
    backup->add_option("--data-dir", store_.data_dir, "The directory of the database")->required();
    backup->add_option("--file", file_, "The copy, which may not exist yet; -: to the output")->required();
    AddAfterRestoreCommand(store);
  }

  void AddRepairCommand(CLI::App* store) {
    CLI::App* repair = Add(store, "repair",
                           "Show assessments that this release cannot use, or set them aside; then no service may have "
                           "an SQLite store, and none of an earlier release may run",
                           [this] { return RepairStore(store_, repair_, settings_, terminal_); });
    AddStoreOptions(repair, "The directory of an SQLite database");
    CLI::Option* yes = repair->add_flag("--yes", repair_.confirmed, "Set them aside");
    repair
        ->add_flag_callback(
            "--dry-run", [] {}, "Change nothing, as without --yes")
        ->excludes(yes);
  }

  void AddAfterRestoreCommand(CLI::App* store) {
    CLI::App* restored =
        Add(store, "after-restore", "Make a copy that was restored from a backup ready for a service; none may run",
            [this] { return RestartLog(store_, after_restore_, settings_, terminal_); });
    AddStoreOptions(restored, "The directory of an SQLite database");
    const auto take_heads = [this](const std::vector<std::string>& heads) {
      for (const std::string& head : heads) after_restore_.same_heads.insert(*ReadHead(head));
    };
    const auto fault_of = [](const std::string& head) {
      return ReadHead(head).has_value() ? std::string() : absl::StrCat("'", head, "' is not CLINIC=POSITION");
    };
    restored
        ->add_option_function<std::vector<std::string>>(
            "--same-head", take_heads,
            "A clinic whose log is known to have ended there when the store was lost: its cohorts are kept")
        ->type_name("CLINIC=POSITION")
        ->check(fault_of)
        ->take_all();
  }

  void AddStoreOptions(CLI::App* app, const std::string& data_dir) {
    CLI::Option_group* which = app->add_option_group("database");
    which->add_option("--data-dir", store_.data_dir, data_dir);
    CLI::Option* postgres = which->add_option("--postgres", store_.postgres,
                                              "A PostgreSQL, as 'host=db dbname=ladder' or a URI, without a password");
    which->require_option(1);
    app->add_option("--postgres-password-file", store_.postgres_password_file, "Holds the password")->needs(postgres);
  }

  // Which clinic, series and time a command about figures is about.
  void AddSelectionOptions(CLI::App* app, AnalyticsCommand& command) {
    app->add_option("--clinic", command.clinic, "\"-\": all of them")->capture_default_str();
    app->add_option("--quiz", command.quiz, "Its newest series")->capture_default_str();
    app->add_option("--series", command.series, "quizzes/QUIZ/series/N, or QUIZ/N");
    app->add_option("--from", command.from, "A day, or 2026-05-01T13:15; cohorts that end from then on");
    app->add_option("--before", command.before, "A day, or 2026-05-01T13:15; cohorts that end before it");
    app->add_option("--time-zone", command.time_zone, "Of days and times, for example Europe/Berlin")
        ->default_str("UTC");
  }

  // One of the questions about figures, with what all of them can be told.
  CLI::App* AddQuestion(CLI::App* analytics, const std::string& name, const std::string& description,
                        int (*show)(const AnalyticsCommand&, const Settings&, const Terminal&)) {
    CLI::App* question =
        Add(analytics, name, description, [this, show] { return show(analytics_, settings_, terminal_); });
    AddSelectionOptions(question, analytics_);
    CLI::Option* campaign = question->add_option("--campaign", analytics_.campaign,
                                                 "One campaign; --campaign=-other: what was too small to stand alone");
    question
        ->add_flag_callback(
            "--no-campaign", [this] { analytics_.campaign = ""; }, "What belongs to no campaign")
        ->excludes(campaign);
    AddFormatOption(question,
                    {{"text", FigureFormat::kText}, {"csv", FigureFormat::kCsv}, {"json", FigureFormat::kJson}});
    return question;
  }

  void AddBucketOption(CLI::App* app, AnalyticsCommand& command, const std::vector<std::string>& names) {
    const std::map<std::string, TrendBucketSize> all = {{"tick", records::v1::QueryTrendRequest::BUCKET_TICK},
                                                        {"hour", records::v1::QueryTrendRequest::BUCKET_HOUR},
                                                        {"day", records::v1::QueryTrendRequest::BUCKET_DAY},
                                                        {"week", records::v1::QueryTrendRequest::BUCKET_WEEK},
                                                        {"month", records::v1::QueryTrendRequest::BUCKET_MONTH},
                                                        {"quarter", records::v1::QueryTrendRequest::BUCKET_QUARTER},
                                                        {"year", records::v1::QueryTrendRequest::BUCKET_YEAR}};
    std::map<std::string, TrendBucketSize> offered;
    for (const std::string& name : names) offered.insert(*all.find(name));
    app->add_option("--bucket", command.bucket, absl::StrJoin(names, ", "))
        ->transform(CLI::CheckedTransformer(std::move(offered)))
        ->default_str("month");
  }

  void AddReportCommand(CLI::App* analytics) {
    CLI::App* report = Add(analytics, "report", "One page for who leads a clinic: the ladder, the flow, the trends",
                           [this] { return WriteReport(report_, settings_, terminal_); });
    // Here it is a file, and not the format that it is for all other commands.
    report->add_option("--output", report_.output, "The HTML file, which is replaced")->required();
    AddSelectionOptions(report, report_.question);
    AddBucketOption(report, report_.question, {"week", "month", "quarter", "year"});
  }

  void AddFormatOption(CLI::App* app, std::map<std::string, FigureFormat> formats) {
    app->add_option("--format", analytics_.format, "Only text hides small figures; default: as --output says")
        ->transform(CLI::CheckedTransformer(std::move(formats)));
  }

  void AddByOption(CLI::App* app, const std::string& description) {
    app->add_option("--by", analytics_.by, description)->delimiter(',')->take_all();
  }

  void AddAnalyticsCommands() {
    CLI::App* analytics = app_.add_subcommand("analytics", "Figures about populations, in which nobody can be found");
    analytics->require_subcommand(1);
    AddByOption(AddQuestion(analytics, "distribution", "How many clients stand on each stage", &ShowDistribution),
                "range and guidance, or ids of context values that the quiz releases; several with commas");
    AddQuestion(analytics, "change", "How many changed reliably since they were counted before", &ShowChange);
    AddQuestion(analytics, "flow", "How many went from which stage to which", &ShowFlow);
    CLI::App* trend = AddQuestion(analytics, "trend", "Stages over time", &ShowTrend);
    AddByOption(trend, "Ids of context values that the quiz releases; several with commas");
    AddBucketOption(trend, analytics_, {"tick", "hour", "day", "week", "month", "quarter", "year"});
    AddReportCommand(analytics);
    const std::map<std::string, FigureFormat> text_or_json = {{"text", FigureFormat::kText},
                                                              {"json", FigureFormat::kJson}};
    AddFormatOption(Add(analytics, "privacy", "The budgets in force, what they promise, and how it looks",
                        [this] { return ShowPrivacy(analytics_, settings_, terminal_); }),
                    text_or_json);
    Add(analytics, "export", "The whole release log as CSV, every cell with its noise",
        [this] { return ExportLog(analytics_, settings_, terminal_); })
        ->add_option("--clinic", analytics_.clinic, "\"-\": all of them")
        ->capture_default_str();
    CLI::App* follow = Add(analytics, "follow", "The release log, then what joins it",
                           [this] { return FollowLog(analytics_, settings_, terminal_); });
    follow->add_option("--clinic", analytics_.clinic, "\"-\": all of them")->capture_default_str();
    follow->add_option("--token", analytics_.token, "Where to go on: from the last line that was loaded");
    follow->add_flag("--once", analytics_.once, "End with what is there now");
    AddFormatOption(follow, text_or_json);
  }

  void AddDemoCommands() {
    CLI::App* demo = app_.add_subcommand("demo", "Something to try Ladder on");
    demo->require_subcommand(1);
    CLI::App* population = Add(demo, "population", "Record months of assessments of made-up clients",
                               [this] { return PlayPopulation(demo_, settings_, terminal_); });
    population->add_option("--clients", demo_.clients)->check(CLI::Range(1, kMostMadeUpClients))->capture_default_str();
    population->add_option("--clinics", demo_.clinics, "demo-1 and so on; default: one for each 1,000 clients, up to 5")
        ->check(CLI::Range(1, kMostMadeUpClinics));
    population->add_option("--months", demo_.months, "That the assessments spread over")
        ->check(CLI::Range(1, kMostMadeUpMonths))
        ->capture_default_str();
    population->add_option("--seed", demo_.seed, "The same seed gives the same clients")->capture_default_str();
  }

  const Terminal& terminal_;
  CLI::App app_{
      "Ladder's command line: quizzes for authors, services for operators, progress for clinicians, figures "
      "for analysts.",
      "ladderctl"};
  Settings settings_;
  Command command_;
  std::vector<std::string> files_;
  std::string file_;
  std::string name_;
  bool activate_ = false;
  OfflineScore offline_;
  CompareCommand compare_;
  TakeQuiz take_;
  ImportCommand import_;
  ProgressCommand progress_;
  StoreChoice store_;
  VerifyCommand verify_;
  RepairCommand repair_;
  AfterRestoreCommand after_restore_;
  AnalyticsCommand analytics_;
  ReportCommand report_;
  DemoCommand demo_;
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
    // An older service refuses a call that it does not know without a word.
    terminal.err << "ladderctl: "
                 << (status.message().empty() ? absl::StatusCodeToString(status.code()) : std::string(status.message()))
                 << "\n";
  }
  return unreachable ? kUnreachable : kRefused;
}

}  // namespace ladder::ctl
