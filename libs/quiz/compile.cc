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

// Everything that scoring needs.
void CompileStructure(Compilation& compilation) {
  CheckSizes(compilation);
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
  compilation.program.definition = compilation.definition;
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

std::vector<Fault> InOrder(FaultList list) {
  std::vector<std::pair<std::pair<int, int>, Fault>> placed;
  for (Fault& fault : std::move(list).Take()) {
    const std::pair<int, int> place = PlaceOf(fault.path);
    placed.emplace_back(place, std::move(fault));
  }
  std::stable_sort(placed.begin(), placed.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<Fault> faults;
  for (auto& [place, fault] : placed) {
    if (faults.size() == kMaxFaults) {
      faults.push_back({Fault::Severity::kError, "", absl::StrCat("and ", placed.size() - kMaxFaults, " more faults")});
      break;
    }
    faults.push_back(std::move(fault));
  }
  return faults;
}

CompileResult Finish(Compilation compilation) {
  CompileResult result;
  if (!compilation.faults.has_errors()) {
    result.program = std::make_shared<const Program>(std::move(compilation.program));
  }
  result.faults = InOrder(std::move(compilation.faults));
  return result;
}

bool IsTooLarge(Compilation& compilation) {
  const std::size_t bytes = compilation.definition.ByteSizeLong();
  if (bytes <= kMaxDefinitionBytes) return false;
  compilation.faults.Error(
      "", absl::StrCat("the definition has ", bytes, " bytes; at most ", kMaxDefinitionBytes, " are taken"));
  return true;
}

// What only a sound structure can be asked: ranges, and after them the examples, where ranges have shown that scoring
// is safe.
void Prove(Compilation& compilation) {
  if (!CheckReachable(compilation.program, compilation.faults)) return;
  if (!BoundEarlierScores(compilation)) return;
  RunExamples(compilation);
}

}  // namespace

CompileResult CompileDefinition(const v1::QuizDefinition& definition) {
  Compilation compilation(definition);
  if (IsTooLarge(compilation)) return Finish(std::move(compilation));
  CompileStructure(compilation);
  const bool is_sound = !compilation.faults.has_errors();
  CheckHead(compilation);
  CheckTexts(compilation);
  CheckExamples(compilation);
  if (is_sound) Prove(compilation);
  return Finish(std::move(compilation));
}

CompileResult CompilePublished(const v1::QuizDefinition& definition) {
  Compilation compilation(definition);
  if (IsTooLarge(compilation)) return Finish(std::move(compilation));
  CompileStructure(compilation);
  if (!compilation.faults.has_errors()) (void)BoundEarlierScores(compilation);  // Its faults are in the list.
  return Finish(std::move(compilation));
}

}  // namespace ladder::quiz
