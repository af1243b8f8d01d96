#include <string>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "libs/quiz/compile/ids.h"
#include "libs/quiz/compile/items.h"
#include "libs/quiz/compile/steps.h"
#include "libs/quiz/quote.h"

namespace ladder::quiz {
namespace {

Index CompileOutcome(const std::string& path, const std::string& outcome, Compilation& compilation) {
  const Index code = compilation.Intern(outcome);
  if (!IsCode(outcome)) {
    compilation.faults.Error(path, outcome.empty()
                                       ? absl::StrCat("an outcome is missing; ", kCodeForm)
                                       : absl::StrCat(QuoteCode(outcome, "this"), " is not a code; ", kCodeForm));
  } else if (code == compilation.program.undecided_code) {
    compilation.faults.Error(path,
                             "UNDECIDED is what a decision is while a condition has no value; choose another code");
  }
  return code;
}

void CheckOutcomeTexts(const std::string& path, const v1::Decision& source, Compilation& compilation) {
  std::vector<absl::string_view> outcomes = {source.otherwise()};
  for (const v1::Rule& rule : source.rules()) outcomes.push_back(rule.outcome());
  for (const auto& [outcome, text] : Sorted(source.outcomes())) {
    compilation.FindAmong(AtKey(path + ".outcomes", outcome), "outcome", outcome, outcomes);
  }
}

Decision CompileDecision(const std::string& path, const v1::Decision& source, Compilation& compilation) {
  Decision decision;
  decision.id = source.id();
  if (source.rules().empty()) compilation.faults.Error(path + ".rules", "add at least one rule");
  for (int i = 0; i < source.rules_size(); ++i) {
    const std::string rule_path = absl::StrCat(path, ".", At("rules", i));
    const Index outcome = CompileOutcome(rule_path + ".outcome", source.rules(i).outcome(), compilation);
    decision.rules.push_back({.when = kNone, .outcome = outcome});
  }
  decision.otherwise = CompileOutcome(path + ".otherwise", source.otherwise(), compilation);
  CheckOutcomeTexts(path, source, compilation);
  return decision;
}

Alert CompileAlert(const std::string& path, const v1::Alert& source, Compilation& compilation) {
  Alert alert;
  alert.id = source.id();
  alert.severity =
      source.severity() == v1::Alert::SEVERITY_UNSPECIFIED ? v1::Alert::SEVERITY_NOTICE : source.severity();
  absl::flat_hash_set<Index> seen;
  for (int i = 0; i < source.for_each_size(); ++i) {
    const std::string item_path = absl::StrCat(path, ".", At("for_each", i));
    const Index item = compilation.Find(item_path, Name::Kind::kItem, source.for_each(i));
    if (item == kNone) continue;
    if (!seen.insert(item).second) {
      compilation.faults.Error(item_path, absl::StrCat("'", source.for_each(i), "' is listed already; list it once"));
      continue;
    }
    const std::string why = WhyNoNumber(compilation.program, compilation.program.items[item], kNone);
    if (!why.empty()) compilation.faults.Error(item_path, why);
    alert.for_each.push_back(item);
  }
  return alert;
}

void CheckModalities(Compilation& compilation) {
  UniqueCodes ids(compilation.faults);
  for (int i = 0; i < compilation.definition.modalities_size(); ++i) {
    ids.Check(At("modalities", i) + ".id", compilation.definition.modalities(i).id());
  }
}

void CompileGuidance(Compilation& compilation) {
  UniqueCodes ids(compilation.faults);
  const std::vector<absl::string_view> modalities = IdsOf(compilation.definition.modalities());
  for (int i = 0; i < compilation.definition.guidance_size(); ++i) {
    const v1::Guidance& source = compilation.definition.guidance(i);
    const std::string path = At("guidance", i);
    ids.Check(path + ".id", source.id());
    Guidance guidance;
    guidance.id = source.id();
    guidance.modality = compilation.FindAmong(path + ".modality", "modality", source.modality(), modalities);
    compilation.program.guidance.push_back(std::move(guidance));
  }
}

}  // namespace

void CompileOutcomes(Compilation& compilation) {
  const v1::QuizDefinition& definition = compilation.definition;
  for (int i = 0; i < definition.decisions_size(); ++i) {
    compilation.program.decisions.push_back(CompileDecision(At("decisions", i), definition.decisions(i), compilation));
  }
  for (int i = 0; i < definition.alerts_size(); ++i) {
    compilation.program.alerts.push_back(CompileAlert(At("alerts", i), definition.alerts(i), compilation));
  }
  CheckModalities(compilation);
  CompileGuidance(compilation);
}

}  // namespace ladder::quiz
