#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "tests/quiz/generator/draft.h"
#include "tests/quiz/reference/reference_scorer.h"

namespace ladder::quiz::generator {
namespace {

void FillExample(const v1::QuizDefinition& definition, const reference::Outcome& outcome, v1::Example& example) {
  for (int s = 0; s < definition.scales_size(); ++s) {
    const v1::Scale& scale = definition.scales(s);
    const reference::ScaleOutcome& score = outcome.scales[s];
    if (scale.internal()) continue;
    (*example.mutable_scores())[scale.id()] = score.value.empty() ? "NOT_SCORED" : score.value;
    for (int b = 0; b < scale.band_sets_size(); ++b) {
      const reference::PlaceOutcome& place = score.places[b];
      if (place.state != "IN_BAND") continue;
      (*example.mutable_bands())[absl::StrCat(scale.id(), "/", scale.band_sets(b).id())] =
          place.range.empty() ? place.band : absl::StrCat(place.band, "/", place.range);
    }
  }
  for (int d = 0; d < definition.decisions_size(); ++d) {
    (*example.mutable_decisions())[definition.decisions(d).id()] = outcome.decisions[d];
  }
  for (const std::string& alert : outcome.alerts) {
    if (absl::EndsWith(alert, " RAISED")) example.add_alerts(std::string(absl::StripSuffix(alert, " RAISED")));
    if (absl::EndsWith(alert, " UNDECIDED")) {
      example.add_undecided_alerts(std::string(absl::StripSuffix(alert, " UNDECIDED")));
    }
  }
  for (const v1::Guidance& guidance : definition.guidance()) {
    if (guidance.id() == outcome.guidance) example.set_guidance(guidance.modality());
  }
  example.set_complete(outcome.complete);
}

}  // namespace

std::vector<std::string> MakeConditions(Draft& draft, int count) {
  v1::QuizDefinition trial = draft.definition;
  trial.clear_alerts();
  ExpressionGenerator expressions(draft.random, draft.scope);
  for (int i = 0; i < 2 * count; ++i) {
    v1::Alert& alert = *trial.add_alerts();
    alert.set_id(absl::StrCat("trial", i));
    alert.set_when(expressions.Boolean(draft.random.Below(3)));
  }
  std::vector<bool> holds(trial.alerts_size(), false);
  const reference::ReferenceScorer scorer(trial);
  for (const reference::Request& request : draft.pool) {
    const reference::Outcome outcome = scorer.Score(request.answers, request.context);
    for (int i = 0; i < trial.alerts_size(); ++i) {
      if (absl::EndsWith(outcome.alerts[i], " RAISED")) holds[i] = true;
    }
  }
  std::vector<std::string> conditions;
  for (int i = 0; i < trial.alerts_size() && static_cast<int>(conditions.size()) < count; ++i) {
    if (holds[i]) conditions.push_back(trial.alerts(i).when());
  }
  return conditions;
}

void MakeDecision(Draft& draft) {
  const std::vector<std::string> conditions = MakeConditions(draft, draft.random.Between(1, 3));
  if (conditions.empty()) return;
  v1::Decision& decision = *draft.definition.add_decisions();
  decision.set_id(absl::StrCat("d", draft.definition.decisions_size()));
  SetText(decision.id(), *decision.mutable_title());
  Scope::Code outcomes{decision.id(), {"UNDECIDED", "none"}};
  for (const std::string& condition : conditions) {
    v1::Rule& rule = *decision.add_rules();
    rule.set_when(condition);
    rule.set_outcome(absl::StrCat("out", decision.rules_size()));
    outcomes.codes.push_back(rule.outcome());
    SetText(rule.outcome(), (*decision.mutable_outcomes())[rule.outcome()]);
  }
  decision.set_otherwise("none");
  draft.scope.codes.push_back(outcomes);
  draft.scope.ids.push_back(decision.id());
}

void MakeRequirements(Draft& draft) {
  ExpressionGenerator expressions(draft.random, draft.scope);
  for (v1::Item& item : *draft.definition.mutable_items()) {
    if (item.optional() || !draft.random.Chance(20)) continue;
    item.set_required_when(expressions.Boolean(draft.random.Below(2)));
  }
}

void MakeAlerts(Draft& draft) {
  Random& random = draft.random;
  for (const std::string& condition : MakeConditions(draft, random.Below(3))) {
    v1::Alert& alert = *draft.definition.add_alerts();
    alert.set_id(absl::StrCat("a", draft.definition.alerts_size()));
    alert.set_when(condition);
    alert.set_severity(random.Chance(50) ? v1::Alert::SEVERITY_URGENT : v1::Alert::SEVERITY_NOTICE);
    SetText(alert.id(), *alert.mutable_professional_text());
  }
  if (draft.numeric_items.empty() || random.Chance(50)) return;
  v1::Alert& each = *draft.definition.add_alerts();
  each.set_id("each");
  each.set_when(ExpressionGenerator(random, draft.scope, true).Boolean(random.Below(2)));
  each.set_severity(v1::Alert::SEVERITY_NOTICE);
  SetText("each", *each.mutable_professional_text());
  for (const std::string& id : random.Sample(draft.numeric_items, random.Between(1, 3))) each.add_for_each(id);
}

void MakeGuidance(Draft& draft) {
  Random& random = draft.random;
  const std::vector<std::string> conditions = MakeConditions(draft, random.Below(4));
  if (conditions.empty()) return;
  for (const char* id : {"therapy", "healing"}) {
    v1::Modality& modality = *draft.definition.add_modalities();
    modality.set_id(id);
    SetText(id, *modality.mutable_title());
  }
  for (std::size_t i = 0; i <= conditions.size(); ++i) {
    if (i == conditions.size() && random.Chance(50)) continue;
    v1::Guidance& guidance = *draft.definition.add_guidance();
    guidance.set_id(absl::StrCat("g", i));
    if (i < conditions.size()) guidance.set_when(conditions[i]);
    guidance.set_modality(random.Chance(50) ? "therapy" : "healing");
    SetText("For you", *guidance.mutable_professional_text());
    SetText("For you", *guidance.mutable_client_text());
  }
}

void MakeNorms(Draft& draft) {
  if (!draft.random.Chance(20)) return;
  v1::Norms& norms = *draft.definition.add_norms();
  norms.set_scale(draft.definition.scales(0).id());
  norms.set_sd("5.9");
  norms.set_reliability("0.86");
  norms.set_source("Worked by hand");
}

void MakeLadder(Draft& draft) {
  for (const v1::Scale& scale : draft.definition.scales()) {
    if (scale.internal() || scale.band_sets().empty() || !draft.random.Chance(30)) continue;
    draft.definition.mutable_ladder()->set_scale(scale.id());
    draft.definition.mutable_ladder()->set_band_set(scale.band_sets(0).id());
    return;
  }
}

void MakeExamples(Draft& draft) {
  const reference::ReferenceScorer scorer(draft.definition);
  for (int i = 0; i < 2; ++i) {
    v1::Example example;
    example.set_id(absl::StrCat("example", i));
    example.set_source("The reference scorer");
    const reference::Request& request = draft.random.Pick(draft.pool);
    *example.mutable_answers() = request.answers;
    *example.mutable_context() = request.context;
    FillExample(draft.definition, scorer.Score(request.answers, request.context), example);
    *draft.definition.add_examples() = example;
  }
}

}  // namespace ladder::quiz::generator
