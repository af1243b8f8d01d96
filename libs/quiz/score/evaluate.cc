#include "libs/quiz/score/evaluate.h"

#include <algorithm>
#include <utility>

#include "libs/quiz/score/item_values.h"

namespace ladder::quiz::score_internal {
namespace {

Value NoValueOf(Name::Kind kind, Index index) { return Value::None({NoValue::Reason::kNoValue, {kind, index}}); }

// Whether an order between two numbers satisfies a comparison.
bool Satisfies(Op op, std::strong_ordering order) {
  switch (op) {
    case Op::kLess:
      return order < 0;
    case Op::kLessOrEqual:
      return order <= 0;
    case Op::kGreater:
      return order > 0;
    default:
      return order >= 0;
  }
}

// `==` between two values of one type.
bool Same(const Value& a, const Value& b) {
  switch (a.kind) {
    case Value::Kind::kNumber:
      return a.number == b.number;
    case Value::Kind::kCode:
      return a.code == b.code;
    default:
      return a.truth == b.truth;
  }
}

Value Combine(Op op, const Value& a, const Value& b) {
  switch (op) {
    case Op::kAdd:
      return Value::Of(a.number + b.number);
    case Op::kSubtract:
      return Value::Of(a.number - b.number);
    case Op::kMultiply:
      return Value::Of(a.number * b.number);
    case Op::kDivide:
      return Value::Of(a.number / b.number);
    case Op::kEqual:
      return Value::Of(Same(a, b));
    case Op::kNotEqual:
      return Value::Of(!Same(a, b));
    default:
      return Value::Of(Satisfies(op, a.number <=> b.number));
  }
}

}  // namespace

Value Value::Of(Rational number) {
  if (number.out_of_range()) return None({NoValue::Reason::kOutOfRange, {}});
  Value value;
  value.kind = Kind::kNumber;
  value.number = std::move(number);
  return value;
}

Value Value::Of(bool truth) {
  Value value;
  value.kind = Kind::kBoolean;
  value.truth = truth;
  return value;
}

Value Value::OfCode(Index code) {
  Value value;
  value.kind = Kind::kCode;
  value.code = code;
  return value;
}

Value Value::None(NoValue why) {
  Value value;
  value.why = why;
  return value;
}

Value Evaluator::Evaluate(Index expression, const Rational* it) const {
  const Frame frame{program_.expressions[expression], it};
  return EvaluateNode(frame, frame.expression.root());
}

Value Evaluator::EvaluateNode(const Frame& frame, const Node& node) const {
  switch (node.op) {
    case Op::kNumber:
      return Value::Of(program_.numbers[node.index]);
    case Op::kCode:
      return Value::OfCode(node.index);
    case Op::kTrue:
    case Op::kFalse:
      return Value::Of(node.op == Op::kTrue);
    case Op::kItem:
      return EvaluateItem(node.index);
    case Op::kScale:
      return EvaluateScale(node.index);
    case Op::kDecision:
      return Value::OfCode(result_.outcomes[node.index]);
    case Op::kContext:
      return EvaluateContext(node);
    case Op::kIt:
      return frame.it != nullptr ? Value::Of(*frame.it) : Value::None({});
    case Op::kHasItem:
    case Op::kHasScale:
    case Op::kHasDecision:
    case Op::kHasContext:
      return EvaluateHas(node);
    case Op::kBand:
    case Op::kRange:
      return EvaluatePlace(node);
    case Op::kLookup:
      return EvaluateLookup(frame, node);
    case Op::kMin:
    case Op::kMax:
      return EvaluateExtreme(frame, node);
    case Op::kNegate:
    case Op::kNot:
      return EvaluateUnary(frame, node);
    case Op::kAnd:
    case Op::kOr:
      return EvaluateLogical(frame, node);
    case Op::kConditional:
      return EvaluateConditional(frame, node);
    case Op::kInList:
      return EvaluateInList(frame, node);
    case Op::kChosen:
      return EvaluateChosen(node);
    default:
      return EvaluateBinary(frame, node);
  }
}

Value Evaluator::EvaluateItem(Index item) const {
  std::optional<Rational> number = ItemValue(program_, input_, result_, item);
  if (!number.has_value()) return NoValueOf(Name::Kind::kItem, item);
  Value value = Value::Of(*std::move(number));
  if (!value.has_value()) value.why.subject = {Name::Kind::kItem, item};
  return value;
}

Value Evaluator::EvaluateScale(Index scale) const {
  const ScaleScore& score = result_.scales[scale];
  return score.scored ? Value::Of(score.value) : Value::None(score.why_not);
}

Value Evaluator::EvaluateContext(const Node& node) const {
  const ContextInput& context = input_.context[node.index];
  if (!context.present) return NoValueOf(Name::Kind::kContext, node.index);
  return node.type == Type::kCode ? Value::OfCode(context.code) : Value::Of(context.number);
}

Value Evaluator::EvaluateHas(const Node& node) const {
  switch (node.op) {
    case Op::kHasItem:
      return Value::Of(StateOfItem(program_, result_, node.index) == MemberState::kValue);
    case Op::kHasScale:
      return Value::Of(result_.scales[node.index].scored);
    case Op::kHasDecision:
      return Value::Of(result_.outcomes[node.index] != program_.undecided_code);
    default:
      return Value::Of(input_.context[node.index].present);
  }
}

Value Evaluator::EvaluatePlace(const Node& node) const {
  const ScaleScore& score = result_.scales[node.index];
  if (!score.scored) return Value::None(score.why_not);
  const Place& place = score.places[node.detail];
  if (place.state != Place::State::kInBand) return NoValueOf(Name::Kind::kScale, node.index);
  const Band& band = program_.scales[node.index].band_sets[node.detail].bands[place.band];
  if (node.op == Op::kBand) return Value::OfCode(band.id);
  if (place.range == kNone) return NoValueOf(Name::Kind::kScale, node.index);
  return Value::OfCode(band.ranges[place.range].id);
}

Value Evaluator::EvaluateChosen(const Node& node) const {
  if (result_.items[node.index] != ItemState::kAnswered) return NoValueOf(Name::Kind::kItem, node.index);
  const std::vector<Index>& chosen = input_.answers[node.index].options;
  return Value::Of(std::binary_search(chosen.begin(), chosen.end(), node.detail));
}

Value Evaluator::EvaluateLookup(const Frame& frame, const Node& node) const {
  Value key = EvaluateNode(frame, frame.node(node.args[0]));
  if (!key.has_value()) return key;
  const std::vector<Table::Row>& rows = program_.tables[node.index].rows;
  const auto after = std::upper_bound(rows.begin(), rows.end(), key.number,
                                      [](const Rational& number, const Table::Row& row) { return number < row.from; });
  if (after != rows.begin()) {
    const Table::Row& row = *(after - 1);
    if (row.to.has_value() ? key.number < *row.to : key.number == row.from) return Value::Of(row.value);
  }
  return Value::None({NoValue::Reason::kNotInTable, {Name::Kind::kTable, node.index}});
}

Value Evaluator::EvaluateExtreme(const Frame& frame, const Node& node) const {
  Value extreme;
  bool first = true;
  for (const Index argument : node.args) {
    Value value = EvaluateNode(frame, frame.node(argument));
    if (!value.has_value()) return value;
    if (first || (node.op == Op::kMin ? value.number < extreme.number : value.number > extreme.number)) {
      extreme = std::move(value);
    }
    first = false;
  }
  return extreme;
}

Value Evaluator::EvaluateUnary(const Frame& frame, const Node& node) const {
  Value value = EvaluateNode(frame, frame.node(node.args[0]));
  if (!value.has_value()) return value;
  return node.op == Op::kNot ? Value::Of(!value.truth) : Value::Of(-value.number);
}

// `false` decides an `&&` and `true` an `||` whatever the other side is; otherwise a side without a value leaves the
// whole without one.
Value Evaluator::EvaluateLogical(const Frame& frame, const Node& node) const {
  const bool decisive = node.op == Op::kOr;
  Value left = EvaluateNode(frame, frame.node(node.args[0]));
  if (left.has_value() && left.truth == decisive) return left;
  Value right = EvaluateNode(frame, frame.node(node.args[1]));
  if (left.has_value() || (right.has_value() && right.truth == decisive)) return right;
  return left;
}

Value Evaluator::EvaluateConditional(const Frame& frame, const Node& node) const {
  Value condition = EvaluateNode(frame, frame.node(node.args[0]));
  if (!condition.has_value()) return condition;
  return EvaluateNode(frame, frame.node(node.args[condition.truth ? 1 : 2]));
}

Value Evaluator::EvaluateInList(const Frame& frame, const Node& node) const {
  Value code = EvaluateNode(frame, frame.node(node.args[0]));
  if (!code.has_value()) return code;
  const std::vector<Index>& list = frame.node(node.args[1]).args;
  return Value::Of(
      std::any_of(list.begin(), list.end(), [&](Index literal) { return frame.node(literal).index == code.code; }));
}

Value Evaluator::EvaluateBinary(const Frame& frame, const Node& node) const {
  Value left = EvaluateNode(frame, frame.node(node.args[0]));
  if (!left.has_value()) return left;
  Value right = EvaluateNode(frame, frame.node(node.args[1]));
  if (!right.has_value()) return right;
  return Combine(node.op, left, right);
}

}  // namespace ladder::quiz::score_internal
