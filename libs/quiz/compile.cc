#include "libs/quiz/compile.h"

#include <algorithm>
#include <charconv>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/quiz/compile/steps.h"
#include "libs/quiz/limits.h"
#include "libs/quiz/possible.h"

namespace ladder::quiz {
namespace {

// Rows are in Program::tables, and examples have served their purpose.
void KeepTexts(Compilation& compilation) {
  v1::QuizDefinition& kept = compilation.program.definition;
  kept = compilation.definition;
  kept.clear_examples();
  for (v1::Table& table : *kept.mutable_tables()) table.clear_rows();
}

// Everything that scoring needs. True where it is sound.
bool CompileStructure(Compilation& compilation) {
  CheckEnums(compilation);
  CollectNames(compilation);
  CompileItems(compilation);
  CompileContext(compilation);
  CompileTables(compilation);
  CompileScales(compilation);
  CompileGate(compilation);
  CompileOutcomes(compilation);
  CompileFigures(compilation);
  CompileExpressions(compilation);
  CollectLocales(compilation);
  DecideOrder(compilation);
  if (compilation.faults.has_errors() || compilation.stop.stop_requested()) return false;
  CountScoringSteps(compilation);
  MeasureReplies(compilation);
  KeepTexts(compilation);
  return !compilation.faults.has_errors();
}

// Where a path leads to: its field in the definition and its position in that list.
std::pair<int, int> PlaceOf(const std::string& path) {
  const std::string field = path.substr(0, path.find_first_of(".[:"));
  const google::protobuf::FieldDescriptor* descriptor = v1::QuizDefinition::descriptor()->FindFieldByName(field);
  int position = -1;
  if (field.size() < path.size() && path[field.size()] == '[') {
    std::from_chars(path.data() + field.size() + 1, path.data() + path.size(), position);
  }
  return {descriptor == nullptr ? -1 : descriptor->number(), position};
}

// Errors before warnings where there are too many for both.
std::vector<Fault> InOrder(FaultList list) {
  const std::size_t errors = list.errors();
  const std::size_t warnings = list.warnings();
  std::size_t warnings_left = kMaxFaults - std::min(errors, kMaxFaults);
  std::vector<std::pair<std::pair<int, int>, Fault>> placed;
  for (Fault& fault : std::move(list).Take()) {
    if (fault.severity == Fault::Severity::kWarning && warnings_left-- == 0) break;
    const std::pair<int, int> place = PlaceOf(fault.path);
    placed.emplace_back(place, std::move(fault));
  }
  std::stable_sort(placed.begin(), placed.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<Fault> faults;
  for (auto& [place, fault] : placed) faults.push_back(std::move(fault));
  if (errors + warnings > faults.size()) {
    const auto severity = errors > kMaxFaults ? Fault::Severity::kError : Fault::Severity::kWarning;
    faults.push_back({severity, "", absl::StrCat("and ", errors + warnings - faults.size(), " more faults")});
  }
  return faults;
}

CompileResult Finish(Compilation compilation) {
  CompileResult result;
  result.analysis_steps = compilation.analysis.steps;
  if (compilation.stop.stop_requested()) {
    result.stopped = true;
    return result;
  }
  if (!compilation.faults.has_errors()) {
    CountProgramBytes(compilation);
    result.program = std::make_shared<const Program>(std::move(compilation.program));
  }
  result.passes_limit = compilation.faults.passes_limit();
  result.faults = InOrder(std::move(compilation.faults));
  return result;
}

// What only a sound structure can be asked: ranges, and after them the examples, where ranges have shown that scoring
// is safe.
void Prove(Compilation& compilation) {
  Reachability reachability = CheckReachable(compilation.program, compilation.faults, {.stop = compilation.stop});
  compilation.analysis = reachability.use;
  if (!reachability.is_safe || !BoundEarlierScores(reachability.for_all, compilation)) return;
  compilation.program.for_all = std::make_shared<const Possibility>(std::move(reachability.for_all));
  RunExamples(compilation);
}

// A version that was published when analyses took as long as they wanted.
void RefuseAnalysis(Compilation& compilation) {
  compilation.faults.Limit(compilation.analysis.cut_short_at,
                           absl::StrCat("the analysis of the quiz takes more than ", kMaxAnalysisSteps,
                                        " steps, which did not suffice from here on; simplify this, or divide it among "
                                        "internal scales that are rounded, and publish a new version"));
}

// The ranges of a version that was published, and what of its context hangs on them.
void PrepareForUse(Compilation& compilation) {
  const AnalysisEffort effort{.stop = compilation.stop};
  AnalysisUse& use = compilation.analysis;
  std::optional<Possibility> for_all;
  if (HasEarlierScore(compilation.program)) {
    // Exactly the ranges under which publishing has proved the program: wider ones let in scores that break it, and so
    // they have to be proved anew.
    FaultList unproved;
    Reachability reachability = CheckReachable(compilation.program, unproved, effort);
    use = reachability.use;
    if (reachability.is_safe || !use.cut_short) for_all = std::move(reachability.for_all);
  } else {
    for_all = PossibleForUse(compilation.program, effort, use);
  }
  if (!for_all.has_value()) return RefuseAnalysis(compilation);
  (void)BoundEarlierScores(*for_all, compilation);  // Its faults are in the list.
  compilation.program.for_all = std::make_shared<const Possibility>(*std::move(for_all));
}

}  // namespace

CompileResult CompileDefinition(const v1::QuizDefinition& definition, std::stop_token stop) {
  Compilation compilation(definition, std::move(stop));
  if (!CheckSizes(compilation)) return Finish(std::move(compilation));
  const bool is_sound = CompileStructure(compilation);
  CheckHead(compilation);
  CheckTexts(compilation);
  CheckExamples(compilation);
  if (is_sound && !compilation.faults.passes_limit()) Prove(compilation);
  return Finish(std::move(compilation));
}

std::string WhyPastLimits(const CompileResult& result) {
  for (const Fault& fault : result.faults) {
    if (fault.is_limit) return absl::StrCat(fault.path, fault.path.empty() ? "" : ": ", fault.message);
  }
  return "";
}

CompileResult CompilePublished(const v1::QuizDefinition& definition, std::stop_token stop) {
  Compilation compilation(definition, std::move(stop));
  if (!CheckSizes(compilation)) return Finish(std::move(compilation));
  if (CompileStructure(compilation)) PrepareForUse(compilation);
  return Finish(std::move(compilation));
}

}  // namespace ladder::quiz
