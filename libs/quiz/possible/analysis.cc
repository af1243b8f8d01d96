#include "libs/quiz/possible/analysis.h"

#include <algorithm>
#include <string>
#include <utility>
#include <variant>

#include "absl/strings/str_cat.h"
#include "libs/quiz/possible/aggregate_members.h"
#include "libs/quiz/possible/aggregate_range.h"
#include "libs/quiz/possible/item_outcomes.h"

namespace ladder::quiz {
namespace {

// Digits of an earlier score that CheckInput takes: 40, so 133 bits.
constexpr int kEarlierScoreBits = 133;

bool IsEarlierScore(const ContextValue& context) { return context.kind == ContextValue::Kind::kEarlierScore; }

AbstractValue AnyOf(const ContextValue& context, std::size_t source) {
  AbstractValue value;
  value.sources.Add(source);
  switch (context.kind) {
    case ContextValue::Kind::kCodes:
      value.codes = context.codes;
      std::sort(value.codes.begin(), value.codes.end());
      value.may_be_none = context.default_code == kNone;
      break;
    case ContextValue::Kind::kNumber:
      value.number = NumberSet::Progression(context.number.min, context.number.max, context.number.step);
      value.may_be_none = !context.default_number.has_value();
      break;
    case ContextValue::Kind::kEarlierScore:
      value.number = NumberSet::Unbounded();
      value.may_be_none = !context.default_number.has_value();
      break;
  }
  value.Settle();
  return value;
}

// Whatever CheckInput takes as an earlier value of a scale with these values, and the default: any position of their
// common grid, also between those that the scale or the default has, if one is known, else any number between the ends.
NumberSet AnySent(const NumberSet& scale, const std::optional<Rational>& default_number, const AnalysisLimits& limits) {
  const NumberSet preset = default_number.has_value() ? NumberSet::Of(*default_number) : NumberSet();
  const NumberSet known = Union(scale, preset, limits);
  if (known.empty() || known.is_single()) return known;
  if (known.grid().has_value()) return NumberSet::Progression(known.low(), known.high(), *known.grid());
  return NumberSet::Interval(known.low(), known.high(),
                             DenominatorsOfEither(DenominatorsOfBits(kEarlierScoreBits), preset.denominators()));
}

AbstractValue AsGiven(const ContextValue& context, const ContextInput& given) {
  if (!given.present) return NoValueAtAll();
  if (context.kind != ContextValue::Kind::kCodes) return NumberIn(NumberSet::Of(given.number));
  AbstractValue value;
  value.codes = {given.code};
  return value;
}

AbstractValue Always() {
  AbstractValue truth;
  truth.may_be_true = true;
  return truth;
}

}  // namespace

Analysis::Analysis(const Program& program, const Input* input, const AnalysisLimits& limits, ProofFaults* faults)
    : program_(program), input_(input), memory_(program) {
  open_.program = gated_.program = &program;
  open_.input = gated_.input = input;
  open_.limits = gated_.limits = limits;
  open_.context = gated_.context = &context_;
  open_.decisions = gated_.decisions = &decisions_;
  open_.items = gated_.items = &items_;
  open_.scales = &open_scales_;
  gated_.scales = &scales_;
  open_.memory = gated_.memory = &memory_;
  ReadContext();
  // An earlier score has the range of its scale, which may itself hang on context. Each round takes the ranges that the
  // round before has shown, which holds although that one took the scores for unbounded.
  bool again = input == nullptr && std::any_of(program.context.begin(), program.context.end(), IsEarlierScore);
  while (again) {
    EvaluateAll();
    again = BoundEarlierScores() && !limits.exhausted();
  }
  open_.faults = gated_.faults = faults;
  EvaluateAll();
}

bool Analysis::is_incomplete() const {
  const auto has_gap = [](const std::vector<bool>& is_there) {
    return std::find(is_there.begin(), is_there.end(), false) != is_there.end();
  };
  return has_gap(has_scale_) || has_gap(has_decision_) ||
         std::any_of(scales_.begin(), scales_.end(),
                     [](const AbstractValue& scale) { return !scale.number.bounded(); });
}

Analysis::Truth Analysis::Judge(Index expression) {
  if (!judged_[expression].has_value()) ReadCondition(expression);
  return *judged_[expression];
}

AbstractValue Analysis::ReadCondition(Index expression) {
  AbstractValue value = RangeOfExpression(open_, expression);
  judged_[expression] = Truth{value.may_be_true, value.may_be_false, value.may_be_none};
  return value;
}

void Analysis::ReadContext() {
  context_.clear();
  for (std::size_t i = 0; i < program_.context.size(); ++i) {
    const ContextValue& context = program_.context[i];
    context_.push_back(input_ != nullptr ? AsGiven(context, input_->context[i])
                                         : AnyOf(context, program_.items.size() + i));
  }
}

void Analysis::EvaluateAll() {
  judged_.assign(program_.expressions.size(), std::nullopt);
  for (std::vector<std::optional<ReachedSet>>& sets : memory_.band_sets) sets.clear();
  scales_.assign(program_.scales.size(), NoValueAtAll());
  open_scales_ = scales_;
  decisions_.assign(program_.decisions.size(), NoValueAtAll());
  has_scale_.assign(program_.scales.size(), false);
  has_decision_.assign(program_.decisions.size(), false);
  ReadItems();
  if (open_.limits.gives_up()) return;
  JudgeGate();
  EvaluateSteps();
}

void Analysis::ReadItems() {
  items_.assign(program_.items.size(), ItemOutcomes());
  for (const Index index : program_.visibility_order) {
    const Item& item = program_.items[index];
    const AbstractValue shown = item.show_when == kNone ? Always() : ReadCondition(item.show_when);
    items_[index] = OutcomesOfItem(item, index, open_.AnswerTo(index), shown, memory_, open_.limits);
    if (open_.limits.gives_up()) return;
  }
}

void Analysis::JudgeGate() {
  gate_may_pass_ = true;
  gate_may_fail_ = false;
  gate_is_a_product_ = true;
  gate_sources_.Clear();
  gated_.items = &items_;
  if (!program_.gate.has_value()) return;
  const Gate& gate = *program_.gate;
  std::vector<AbstractMember> members;
  for (const Member& member : gate.members) {
    const ItemOutcomes& item = items_[member.index];
    AbstractMember abstract;
    abstract.may_have_value = item.may_have_value;
    abstract.may_be_missing = item.may_be_missing;
    abstract.may_have_left = item.may_have_left;
    abstract.excused = member.may_miss;
    members.push_back(std::move(abstract));
    gate_sources_.Add(item.sources);
  }
  const NeedOutcomes need = quiz::JudgeNeed(gate.need, members);
  // All of nothing is there, and so is each share of it; a number of answers is not.
  const bool nothing_is_enough = gate.need.need != MissingPolicy::Need::kAtLeast || gate.need.at_least == 0;
  gate_may_pass_ = need.may_be_met || (need.all_may_have_left && nothing_is_enough);
  gate_may_fail_ = need.may_fail;
  if (!gate_may_fail_) return;
  gate_is_a_product_ = false;
  if (gate.need.need == MissingPolicy::Need::kAll) RestrictToGate();
}

// A form passes a gate that needs all of its items only if none of them is missing. So scales need not reckon with
// that; and while no item's visibility hangs on others, each item passes or not on its own.
void Analysis::RestrictToGate() {
  gate_is_a_product_ = true;
  gated_items_ = items_;
  gated_.items = &gated_items_;
  std::vector<bool> has_to_be_there(program_.items.size(), false);
  for (const Member& member : program_.gate->members) has_to_be_there[member.index] = !member.may_miss;
  for (const Index index : program_.visibility_order) {
    const Item& item = program_.items[index];
    if (item.show_when != kNone) {
      const AbstractValue shown = RangeOfExpression(gated_, item.show_when);
      gated_items_[index] = OutcomesOfItem(item, index, gated_.AnswerTo(index), shown, memory_, gated_.limits);
      if (has_to_be_there[index] && !shown.is_constant()) gate_is_a_product_ = false;
    }
    if (!has_to_be_there[index]) continue;
    ItemOutcomes& outcomes = gated_items_[index];
    outcomes.may_be_missing = false;
    // It is missing in every form that the other items let pass.
    if (!outcomes.may_have_value && !outcomes.may_have_left) gate_may_pass_ = false;
  }
}

void Analysis::EvaluateSteps() {
  for (const Step& step : program_.evaluation_order) {
    if (open_.limits.gives_up()) return;
    (step.kind == Name::Kind::kDecision ? has_decision_ : has_scale_)[step.index] = true;
    if (step.kind == Name::Kind::kDecision) {
      decisions_[step.index] = EvaluateDecision(step.index);
      continue;
    }
    AbstractValue& scale = scales_[step.index];
    if (gate_may_pass_) scale = EvaluateScale(step.index);
    if (!gate_is_a_product_) scale.LowerExactness(Exactness::kOuter);
    AbstractValue& open = open_scales_[step.index];
    open = scale;
    if (!gate_may_fail_) continue;
    // The gate makes a scale hang on more than its members.
    open.may_be_none = true;
    open.sources.Add(gate_sources_);
  }
}

AbstractValue Analysis::EvaluateScale(Index index) {
  const Scale& scale = program_.scales[index];
  AbstractValue value;
  if (const auto* aggregate = std::get_if<Aggregate>(&scale.rule)) {
    const std::string path = absl::StrCat("scales[", index, "].aggregate");
    const AnalysisBudget::Place place(*gated_.limits.budget, path);
    value = RangeOfAggregate(gated_, *aggregate, path);
  } else {
    value = RangeOfExpression(gated_, std::get<Index>(scale.rule));
  }
  if (!scale.rounding.has_value() || value.number.empty() || !value.number.bounded()) return value;
  // The numerator of what is rounded up, over a power of ten.
  const int bits = value.number.magnitude_bits() + 1 + DenominatorsOf(UnitOf(*scale.rounding)).bits;
  value.number = bits <= kMostBits ? Rounded(value.number, *scale.rounding, gated_.limits) : NumberSet::Unbounded();
  if (!value.number.bounded()) {
    if (gated_.faults != nullptr) {
      gated_.faults->Error(absl::StrCat("scales[", index, "].rounding"), kTooLargeMessage);
    }
    return value;
  }
  value.Settle();
  return value;
}

// The rules are read in order until one holds for certain. What they read varies with what went before, so nothing is
// claimed to be reached unless only one outcome is left.
AbstractValue Analysis::EvaluateDecision(Index index) {
  const quiz::Decision& decision = program_.decisions[index];
  AbstractValue outcome;
  bool may_go_on = true;
  for (const Rule& rule : decision.rules) {
    const AbstractValue holds = ReadCondition(rule.when);
    if (holds.may_be_true) outcome.codes.push_back(rule.outcome);
    if (holds.may_be_none) outcome.codes.push_back(program_.undecided_code);
    outcome.sources.Add(holds.sources);
    may_go_on = holds.may_be_false;
    if (!may_go_on) break;
  }
  if (may_go_on) outcome.codes.push_back(decision.otherwise);
  std::sort(outcome.codes.begin(), outcome.codes.end());
  outcome.codes.erase(std::unique(outcome.codes.begin(), outcome.codes.end()), outcome.codes.end());
  outcome.exactness = Exactness::kOuter;
  outcome.Settle();
  return outcome;
}

bool Analysis::BoundEarlierScores() {
  bool bounded_one = false;
  for (std::size_t i = 0; i < program_.context.size(); ++i) {
    const ContextValue& context = program_.context[i];
    if (context.kind != ContextValue::Kind::kEarlierScore || context_[i].number.bounded()) continue;
    const NumberSet& scale = scales_[context.earlier_scale].number;
    if (!scale.bounded()) continue;
    context_[i].number = AnySent(scale, context.default_number, open_.limits);
    bounded_one = true;
  }
  return bounded_one;
}

}  // namespace ladder::quiz
