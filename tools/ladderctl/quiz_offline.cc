#include "tools/ladderctl/quiz_offline.h"

#include <nlohmann/json.hpp>
#include <optional>
#include <ostream>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "ladder/scoring/v1/scoring_service.pb.h"
#include "libs/quiz/compile.h"
#include "libs/quiz/input.h"
#include "libs/quiz/limits.h"
#include "libs/quiz/possible.h"
#include "libs/quiz/published.h"
#include "libs/quiz/render.h"
#include "libs/quiz/score.h"
#include "libs/quiz/text.h"
#include "tools/ladderctl/print_result.h"
#include "tools/ladderctl/quiz_files.h"
#include "tools/ladderctl/table.h"

namespace ladder::ctl {
namespace {

using quiz::Fault;
using quiz::Index;
using quiz::Program;

bool IsError(const Fault& fault) { return fault.severity == Fault::Severity::kError; }

// What is known of one file: lines for what could not be read, else faults and perhaps a program.
struct Linted {
  std::string file;
  std::vector<std::string> unreadable;
  quiz::CompileResult compiled;

  bool ok() const { return unreadable.empty() && compiled.program != nullptr; }
};

Linted Lint(const std::string& file) {
  Linted linted{file, {}, {}};
  quiz::v1::QuizDefinition definition;
  const absl::Status read = ReadMessageFile(file, definition, linted.unreadable);
  if (!read.ok() && linted.unreadable.empty()) linted.unreadable.push_back(std::string(read.message()));
  if (read.ok()) linted.compiled = quiz::CompileDefinition(definition);
  return linted;
}

void PrintFaults(const Linted& linted, std::ostream& out) {
  for (const std::string& line : linted.unreadable) out << line << "\n";
  for (const Fault& fault : linted.compiled.faults) {
    out << linted.file << ":" << fault.path << ": " << (IsError(fault) ? "" : "warning: ") << fault.message << "\n";
  }
}

nlohmann::json FaultsAsJson(const Linted& linted) {
  nlohmann::json faults = nlohmann::json::array();
  for (const std::string& line : linted.unreadable) {
    faults.push_back({{"file", linted.file}, {"path", ""}, {"severity", "error"}, {"message", line}});
  }
  for (const Fault& fault : linted.compiled.faults) {
    faults.push_back({{"file", linted.file},
                      {"path", fault.path},
                      {"severity", IsError(fault) ? "error" : "warning"},
                      {"message", fault.message}});
  }
  return faults;
}

// The compiled quiz of one file, or nothing after its errors were printed.
std::shared_ptr<const Program> LoadProgram(const std::string& file, const Terminal& terminal) {
  Linted linted = Lint(file);
  if (!linted.ok()) PrintFaults(linted, terminal.err);
  return linted.ok() ? linted.compiled.program : nullptr;
}

std::string KindOf(const quiz::v1::Scale& scale) {
  if (scale.has_aggregate()) {
    switch (scale.aggregate().op()) {
      case quiz::v1::Aggregate::OP_SUM:
        return absl::StrCat("sum of ", scale.aggregate().of_size());
      case quiz::v1::Aggregate::OP_MEAN:
        return absl::StrCat("mean of ", scale.aggregate().of_size());
      case quiz::v1::Aggregate::OP_COUNT:
        return absl::StrCat("count of ", scale.aggregate().of_size(), " where ", scale.aggregate().where());
      case quiz::v1::Aggregate::OP_MAX:
        return absl::StrCat("largest of ", scale.aggregate().of_size());
      case quiz::v1::Aggregate::OP_MIN:
        return absl::StrCat("smallest of ", scale.aggregate().of_size());
      default:
        break;
    }
  }
  return scale.formula();
}

std::string RangeText(const quiz::ReachableRange& range, const quiz::Scale& scale) {
  if (!range.can_be_scored) return "never scored";
  return absl::StrCat(quiz::RenderValue(range.low, scale).decimal(), " to ",
                      quiz::RenderValue(range.high, scale).decimal(), range.exact ? "" : " at most");
}

void PrintScaleTable(const Program& program, const quiz::Possibility& possibility, std::ostream& out) {
  Table table({"Scale", "Rule", "Reachable", "Step", "May be unscored", "Better"});
  for (std::size_t i = 0; i < program.scales.size(); ++i) {
    const quiz::Scale& scale = program.scales[i];
    const quiz::ReachableRange& range = possibility.scales[i].range;
    const char* better = scale.direction == quiz::v1::Scale::DIRECTION_HIGHER_IS_BETTER  ? "higher"
                         : scale.direction == quiz::v1::Scale::DIRECTION_LOWER_IS_BETTER ? "lower"
                                                                                         : "-";
    table.AddRow({absl::StrCat(scale.id, scale.internal ? " (internal)" : ""),
                  KindOf(program.definition.scales(static_cast<int>(i))), RangeText(range, scale),
                  range.grid.has_value() ? range.grid->ToString() : "-", range.may_be_unscored ? "yes" : "no", better});
  }
  table.Print(out);
}

void PrintBandTable(const Program& program, std::ostream& out) {
  Table table({"Scale", "Set", "Band", "Title", "From", "Ranges"});
  const std::string locale(quiz::DefaultLocale(program.definition));
  for (const quiz::v1::Scale& scale : program.definition.scales()) {
    for (const quiz::v1::BandSet& set : scale.band_sets()) {
      for (const quiz::v1::Band& band : set.bands()) {
        std::vector<std::string> ranges;
        for (const quiz::v1::Range& range : band.ranges()) {
          ranges.push_back(range.from().empty() ? range.id() : absl::StrCat(range.id(), " from ", range.from()));
        }
        table.AddRow({scale.id(), set.id(), band.id(), quiz::TextIn(band.title(), locale, locale),
                      absl::StrCat(set.upper_closed() && !band.from().empty() ? "above " : "", band.from()),
                      absl::StrJoin(ranges, ", ")});
      }
    }
  }
  if (table.empty()) return;
  out << "\n";
  table.Print(out);
}

void PrintRules(const Program& program, std::ostream& out) {
  Table table({"Kind", "Id", "When", "Gives"});
  for (const auto& decision : program.definition.decisions()) {
    for (const auto& rule : decision.rules()) table.AddRow({"decision", decision.id(), rule.when(), rule.outcome()});
    table.AddRow({"decision", decision.id(), "otherwise", decision.otherwise()});
  }
  for (const auto& alert : program.definition.alerts()) {
    table.AddRow({"alert", alert.id(), alert.when(),
                  alert.severity() == quiz::v1::Alert::SEVERITY_URGENT ? "urgent" : "notice"});
  }
  for (const auto& guidance : program.definition.guidance()) {
    table.AddRow(
        {"guidance", guidance.id(), guidance.when().empty() ? "always" : guidance.when(), guidance.modality()});
  }
  if (table.empty()) return;
  out << "\n";
  table.Print(out);
}

nlohmann::json ProgramAsJson(const Program& program, const quiz::Possibility& possibility) {
  nlohmann::json scales = nlohmann::json::array();
  for (std::size_t i = 0; i < program.scales.size(); ++i) {
    const quiz::ReachableRange& range = possibility.scales[i].range;
    nlohmann::json scale = {{"id", program.scales[i].id},
                            {"internal", program.scales[i].internal},
                            {"may_be_unscored", range.may_be_unscored},
                            {"exact", range.exact}};
    if (range.can_be_scored) {
      scale["minimum"] = range.low.ToString();
      scale["maximum"] = range.high.ToString();
    }
    if (range.grid.has_value()) scale["step"] = range.grid->ToString();
    scales.push_back(std::move(scale));
  }
  const std::string bytes = quiz::SerializeDefinition(program.definition);
  return {{"id", program.definition.id()},
          {"digest", quiz::DigestOf(bytes)},
          {"locales", program.locales},
          {"items", program.items.size()},
          {"scales", scales}};
}

}  // namespace

int LintQuizzes(const std::vector<std::string>& files, const Settings& settings, const Terminal& terminal) {
  bool ok = true;
  nlohmann::json faults = nlohmann::json::array();
  for (const std::string& file : files) {
    const Linted linted = Lint(file);
    ok = ok && linted.ok();
    if (settings.output == OutputFormat::kJson) {
      for (auto& fault : FaultsAsJson(linted)) faults.push_back(std::move(fault));
    } else {
      PrintFaults(linted, terminal.out);
    }
  }
  if (settings.output == OutputFormat::kJson) terminal.out << faults.dump(2) << "\n";
  return ok ? kDone : kRefused;
}

int ShowQuiz(const std::string& file, const Settings& settings, const Terminal& terminal) {
  const std::shared_ptr<const Program> program = LoadProgram(file, terminal);
  if (program == nullptr) return kRefused;
  const quiz::Possibility possibility = quiz::PossibleForAll(*program);
  if (settings.output == OutputFormat::kJson) {
    terminal.out << ProgramAsJson(*program, possibility).dump(2) << "\n";
    return kDone;
  }
  const std::string locale(quiz::DefaultLocale(program->definition));
  terminal.out << quiz::TextIn(program->definition.title(), locale, locale) << " (" << program->definition.id() << "), "
               << program->items.size() << " items, in " << absl::StrJoin(program->locales, ", ") << "\n"
               << "Source: " << program->definition.provenance().source() << "\n\n";
  PrintScaleTable(*program, possibility, terminal.out);
  PrintBandTable(*program, terminal.out);
  PrintRules(*program, terminal.out);
  return kDone;
}

int ScoreQuiz(const OfflineScore& command, const Settings& settings, const Terminal& terminal) {
  const std::shared_ptr<const Program> program = LoadProgram(command.quiz_file, terminal);
  if (program == nullptr) return kRefused;

  scoring::v1::ScoreRequest request;
  std::vector<std::string> faults;
  if (absl::Status read = ReadMessageFile(command.answers_file, request, faults); !read.ok()) {
    for (const std::string& fault : faults) terminal.err << fault << "\n";
    return faults.empty() ? ReportError(read, terminal) : static_cast<int>(kRefused);
  }
  for (const auto& [id, value] : command.context) (*request.mutable_context())[id] = value;

  std::vector<quiz::InputViolation> violations;
  const std::optional<quiz::Input> input = quiz::CheckInput(*program, request.answers(), request.context(), violations);
  for (const quiz::InputViolation& violation : violations) {
    terminal.err << command.answers_file << ":" << violation.field << ": " << violation.description << "\n";
  }
  if (!input.has_value()) return kRefused;

  const std::string locale(quiz::ChooseLocale(*program, command.locale.empty() ? request.locale() : command.locale));
  quiz::Result result;
  quiz::Score(*program, *input, result);
  quiz::v1::QuizResult rendered;
  quiz::RenderResult(*program, *input, result, locale, rendered);
  if (command.partial || request.partial()) {
    quiz::RenderPossible(*program, quiz::PossibleFrom(*program, *input), rendered);
  }
  if ((command.explain || request.explain()) && !quiz::RenderExplanations(*program, *input, result, rendered)) {
    terminal.err << "explanations are left out: they would have more than " << quiz::kMaxExplanationBytes << " bytes\n";
  }
  if (settings.output == OutputFormat::kJson) {
    terminal.out << ToJson(rendered) << "\n";
  } else {
    PrintResult(rendered, RungsOf(*program, locale), terminal);
  }
  return kDone;
}

std::vector<PictureRung> RungsOf(const Program& program, const std::string& locale) {
  std::vector<PictureRung> rungs;
  if (!program.ladder.has_value()) return rungs;
  const auto& definition = program.definition;
  const auto& set =
      definition.scales(static_cast<int>(program.ladder->scale)).band_sets(static_cast<int>(program.ladder->band_set));
  for (const quiz::v1::Band& band : set.bands()) {
    const std::string& title = quiz::TextIn(band.title(), locale, quiz::DefaultLocale(definition));
    rungs.push_back({band.id(), title.empty() ? band.id() : title});
  }
  return rungs;
}

}  // namespace ladder::ctl
