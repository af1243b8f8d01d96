#include "libs/quiz/score/outcomes.h"

#include <optional>

#include "libs/quiz/score/evaluate.h"
#include "libs/quiz/score/item_values.h"

namespace ladder::quiz {
namespace {

// Whether a value lies at or above a lower bound, or above it where the bound belongs to the part below.
bool Reaches(const Rational& value, const Rational& from, bool upper_closed) {
  return upper_closed ? value > from : value >= from;
}

}  // namespace

Place FindPlace(const BandSet& set, const Rational& value) {
  Place place;
  place.state = Place::State::kInBand;
  place.band = 0;
  for (Index band = 1; band < set.bands.size(); ++band) {
    if (!Reaches(value, *set.bands[band].from, set.upper_closed)) break;
    place.band = band;
  }
  const std::vector<Range>& ranges = set.bands[place.band].ranges;
  if (ranges.empty()) return place;
  place.range = 0;
  for (Index range = 1; range < ranges.size(); ++range) {
    if (!Reaches(value, *ranges[range].from, set.upper_closed)) break;
    place.range = range;
  }
  return place;
}

}  // namespace ladder::quiz

namespace ladder::quiz::score_internal {
namespace {

AlertJudgement::State StateOfAlert(const Value& condition) {
  if (!condition.has_value()) return AlertJudgement::State::kUndecided;
  return condition.truth ? AlertJudgement::State::kRaised : AlertJudgement::State::kClear;
}

// Marks the items whose visibility is undecided because they wait for context and not for an answer: no answer makes
// them be asked. What is waited for may itself wait, but comes before who waits for it.
void MarkWaitingForContext(const Evaluator& evaluator, const Program& program, Result& result) {
  result.waits_for_context.assign(program.items.size(), 0);
  for (const Index item : program.visibility_order) {
    if (result.items[item] != ItemState::kUndecided) continue;
    const Name subject = evaluator.Evaluate(program.items[item].show_when).why.subject;
    if (subject.index == kNone) continue;
    result.waits_for_context[item] = subject.kind == Name::Kind::kItem ? result.waits_for_context[subject.index]
                                                                       : subject.kind == Name::Kind::kContext;
  }
}

bool IsRequired(const Evaluator& evaluator, const Program& program, const Result& result, Index index) {
  const Item& item = program.items[index];
  const ItemState state = result.items[index];
  if (state == ItemState::kHidden) return false;
  // Whether it is shown is open, so what it is required under is not asked yet.
  if (state == ItemState::kUndecided) {
    return item.required_when == kNone && !item.optional && result.waits_for_context[index] == 0;
  }
  if (item.required_when == kNone) return !item.optional;
  const Value required = evaluator.Evaluate(item.required_when);
  return required.has_value() && required.truth;
}

}  // namespace

void FindPlaces(const Program& program, const Input& input, const Result& result, Index scale, ScaleScore& score) {
  const Evaluator evaluator(program, input, result);
  const std::vector<BandSet>& sets = program.scales[scale].band_sets;
  score.places.resize(sets.size());
  for (Index index = 0; index < sets.size(); ++index) {
    Place& place = score.places[index];
    place = Place();
    if (!score.scored) continue;
    if (sets[index].when != kNone) {
      const Value applies = evaluator.Evaluate(sets[index].when);
      if (!applies.has_value() || !applies.truth) {
        place.state = applies.has_value() ? Place::State::kNotApplicable : Place::State::kContextAbsent;
        continue;
      }
    }
    place = FindPlace(sets[index], score.value);
  }
}

Index Decide(const Program& program, const Input& input, const Result& result, Index index) {
  const Evaluator evaluator(program, input, result);
  const Decision& decision = program.decisions[index];
  for (const Rule& rule : decision.rules) {
    const Value holds = evaluator.Evaluate(rule.when);
    if (!holds.has_value()) return program.undecided_code;
    if (holds.truth) return rule.outcome;
  }
  return decision.otherwise;
}

void JudgeAlerts(const Program& program, const Input& input, Result& result) {
  const Evaluator evaluator(program, input, result);
  result.alerts.clear();
  for (Index index = 0; index < program.alerts.size(); ++index) {
    const Alert& alert = program.alerts[index];
    if (alert.for_each.empty()) {
      result.alerts.push_back({index, kNone, StateOfAlert(evaluator.Evaluate(alert.when))});
    }
    for (const Index item : alert.for_each) {
      const std::optional<Rational> value = ItemValue(program, input, result, item);
      const Rational* it = value.has_value() ? &*value : nullptr;
      result.alerts.push_back({index, item, StateOfAlert(evaluator.Evaluate(alert.when, it))});
    }
  }
}

void ChooseGuidance(const Program& program, const Input& input, Result& result) {
  const Evaluator evaluator(program, input, result);
  result.guidance = kNone;
  result.guidance_undecided = false;
  for (Index index = 0; index < program.guidance.size(); ++index) {
    const Index when = program.guidance[index].when;
    const Value holds = when == kNone ? Value::Of(true) : evaluator.Evaluate(when);
    if (!holds.has_value()) {
      result.guidance_undecided = true;
      return;
    }
    if (holds.truth) {
      result.guidance = index;
      return;
    }
  }
}

void JudgeCompleteness(const Program& program, const Input& input, Result& result) {
  const Evaluator evaluator(program, input, result);
  MarkWaitingForContext(evaluator, program, result);
  result.required.assign(program.items.size(), 0);
  result.complete = true;
  for (Index index = 0; index < program.items.size(); ++index) {
    if (!IsRequired(evaluator, program, result, index)) continue;
    const ItemState state = result.items[index];
    result.required[index] = 1;
    if (state == ItemState::kMissing || state == ItemState::kUndecided) result.complete = false;
  }
}

}  // namespace ladder::quiz::score_internal
