#include "libs/quiz/possible/expression_range.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/quiz/possible/comparison.h"
#include "libs/quiz/possible/expression_walk.h"
#include "libs/quiz/possible/item_outcomes.h"
#include "libs/quiz/possible/table_range.h"

namespace ladder::quiz {
namespace {

// Nodes read in one walk that follows branches. A chain of 100 comparisons needs some hundreds.
constexpr int kMostSteps = 8192;

// Joins operands: without a value where any is, exact as the least exact, and nothing reached where two hang together.
struct Operands {
  bool may_be_none = false;
  bool have_values = true;
  Exactness exactness = Exactness::kAll;
  Sources sources;

  void Add(const AbstractValue& operand) {
    may_be_none = may_be_none || operand.may_be_none;
    have_values = have_values && operand.may_have_value();
    exactness = std::min(exactness, operand.exactness);
    if (sources.Overlaps(operand.sources)) exactness = Exactness::kOuter;
    sources.Add(operand.sources);
  }

  // Gives `value`, which was made as if the operands were independent and had values, what holds for all of them.
  AbstractValue Finish(AbstractValue value) const {
    value.may_be_none = value.may_be_none || may_be_none;
    value.sources.Add(sources);
    value.LowerExactness(exactness);
    value.Settle();
    return value;
  }
};

AbstractValue Certain(bool truth) {
  AbstractValue value;
  (truth ? value.may_be_true : value.may_be_false) = true;
  return value;
}

// Any number, and true, false or no value.
AbstractValue Anything() {
  AbstractValue value;
  value.number = NumberSet::Unbounded();
  value.may_be_true = value.may_be_false = value.may_be_none = true;
  value.exactness = Exactness::kOuter;
  return value;
}

void Include(const AbstractValue& branch, const AnalysisLimits& limits, AbstractValue& join) {
  join.number = Union(join.number, branch.number, limits);
  join.may_be_true = join.may_be_true || branch.may_be_true;
  join.may_be_false = join.may_be_false || branch.may_be_false;
  join.may_be_none = join.may_be_none || branch.may_be_none;
  std::vector<Index> codes = std::move(join.codes);
  codes.insert(codes.end(), branch.codes.begin(), branch.codes.end());
  join.codes = CodesIn(std::move(codes)).codes;
  join.exactness = std::min(join.exactness, branch.exactness);
  join.sources.Add(branch.sources);
}

// has(x) of something with these outcomes.
AbstractValue Presence(bool may_have_value, bool may_have_none, Exactness exactness, const Sources& sources) {
  AbstractValue presence;
  presence.may_be_true = may_have_value;
  presence.may_be_false = may_have_none;
  presence.exactness = exactness == Exactness::kOuter ? Exactness::kOuter : Exactness::kAll;
  presence.sources = sources;
  presence.Settle();
  return presence;
}

// Bits that any result of the operation needs at most. REQUIRES: both are bounded.
int BitsOf(Op op, const NumberSet& a, const NumberSet& b) {
  switch (op) {
    case Op::kAdd:
    case Op::kSubtract:
      return BitsOfSum(a, b);
    case Op::kMultiply:
      return BitsOfProduct(a, b);
    default:
      return std::max(a.numerator_bits() + b.denominator_bits(), a.denominator_bits() + b.numerator_bits());
  }
}

NumberSet Operate(Op op, const NumberSet& a, const NumberSet& b, const AnalysisLimits& limits) {
  switch (op) {
    case Op::kAdd:
      return Add(a, b, limits);
    case Op::kSubtract:
      return Add(a, Scaled(b, Rational(-1)), limits);
    case Op::kMultiply:
      return Multiply(a, b, limits);
    default:
      return Divide(a, b, limits);
  }
}

}  // namespace

AbstractValue RangeOfExpression(const Facts& facts, Index expression, const AbstractValue* it) {
  const Expression& text = facts.program->expressions[expression];
  std::optional<AnalysisBudget::Place> place;
  if (facts.limits.budget != nullptr) place.emplace(*facts.limits.budget, text.path);
  if (!facts.limits.exhausted()) {
    ExpressionWalk careful(facts, text, it, /*follow_branches=*/true);
    AbstractValue value = careful.Run();
    if (!careful.ran_out()) return value;
  }
  if (facts.limits.gives_up()) return Anything();
  return ExpressionWalk(facts, text, it, /*follow_branches=*/false).Run();
}

ExpressionWalk::ExpressionWalk(const Facts& facts, const Expression& expression, const AbstractValue* it,
                               bool follow_branches)
    : facts_(facts), program_(*facts.program), expression_(expression), it_(it), follow_branches_(follow_branches) {}

AbstractValue ExpressionWalk::Run() { return Read(static_cast<Index>(expression_.nodes.size() - 1)); }

AbstractValue ExpressionWalk::Read(Index node) {
  if (follow_branches_ && (++steps_ > kMostSteps || facts_.limits.exhausted())) ran_out_ = true;
  if (ran_out_) return NoValueAtAll();
  AbstractValue value = ReadPlain(NodeAt(node));
  facts_.limits.Spend(value.steps());
  if (!assumptions_.empty()) ApplyAssumptions(node, value);
  return value;
}

AbstractValue ExpressionWalk::ReadPlain(const Node& node) {
  switch (node.op) {
    case Op::kHasItem:
    case Op::kHasScale:
    case Op::kHasDecision:
    case Op::kHasContext:
      return ReadHas(node);
    case Op::kBand:
    case Op::kRange:
      return ReadPlace(node);
    case Op::kLookup:
      return ReadLookup(node);
    case Op::kMin:
    case Op::kMax:
      return ReadExtreme(node);
    case Op::kNegate:
    case Op::kNot:
      return ReadNegated(node);
    case Op::kInList:
      return ReadInList(node);
    case Op::kAnd:
    case Op::kOr:
      return ReadLogical(node);
    case Op::kConditional:
      return ReadConditional(node);
    case Op::kNumber:
    case Op::kCode:
    case Op::kTrue:
    case Op::kFalse:
    case Op::kItem:
    case Op::kScale:
    case Op::kDecision:
    case Op::kContext:
    case Op::kIt:
    case Op::kCodeList:
    case Op::kChosen:
      return ReadLeaf(node);
    default:
      return ReadBinary(node);
  }
}

AbstractValue ExpressionWalk::ReadLeaf(const Node& node) {
  switch (node.op) {
    case Op::kNumber:
      return NumberIn(NumberSet::Of(program_.numbers[node.index]));
    case Op::kCode:
      return CodesIn({node.index});
    case Op::kTrue:
    case Op::kFalse:
      return Certain(node.op == Op::kTrue);
    case Op::kItem: {
      const ItemOutcomes& item = (*facts_.items)[node.index];
      AbstractValue value = NumberIn(item.number);
      value.may_be_none = item.may_be_missing || item.may_have_left;
      value.exactness = item.exactness;
      value.sources = item.sources;
      value.Settle();
      return value;
    }
    case Op::kScale:
      return (*facts_.scales)[node.index];
    case Op::kDecision:
      return (*facts_.decisions)[node.index];
    case Op::kContext:
      return (*facts_.context)[node.index];
    case Op::kChosen:
      return ChosenOption(program_.items[node.index], node.detail, facts_.AnswerTo(node.index),
                          (*facts_.items)[node.index]);
    case Op::kIt:
      return it_ != nullptr ? *it_ : NoValueAtAll();
    default:
      return AbstractValue();
  }
}

AbstractValue ExpressionWalk::ReadHas(const Node& node) {
  if (node.op == Op::kHasItem) {
    const ItemOutcomes& item = (*facts_.items)[node.index];
    return Presence(item.may_have_value, item.may_be_missing || item.may_have_left, item.exactness, item.sources);
  }
  if (node.op == Op::kHasDecision) {
    const AbstractValue& decision = (*facts_.decisions)[node.index];
    const auto undecided = std::count(decision.codes.begin(), decision.codes.end(), program_.undecided_code);
    return Presence(static_cast<std::ptrdiff_t>(decision.codes.size()) > undecided, undecided > 0, decision.exactness,
                    decision.sources);
  }
  const AbstractValue& value = node.op == Op::kHasScale ? (*facts_.scales)[node.index] : (*facts_.context)[node.index];
  return Presence(value.may_have_value(), value.may_be_none, value.exactness, value.sources);
}

AbstractValue ExpressionWalk::ReadPlace(const Node& node) {
  const AbstractValue& scale = (*facts_.scales)[node.index];
  const ReachedSet& reached = BandsOf(facts_, node.index, node.detail);
  const bool is_band = node.op == Op::kBand;
  AbstractValue value;
  if (reached.applies.may_be_true) value.codes = is_band ? reached.band_codes : reached.range_codes;
  value.may_be_none = reached.applies.may_be_false || (!is_band && reached.has_band_without_ranges);
  Operands operands;
  operands.Add(scale);
  operands.Add(reached.applies);
  // The bands between the ends are reached for certain only where every value is.
  if (scale.exactness != Exactness::kAll) value.exactness = Exactness::kOuter;
  return operands.Finish(std::move(value));
}

AbstractValue ExpressionWalk::ReadLookup(const Node& node) {
  AbstractValue key = Read(node.args[0]);
  const Table& table = program_.tables[node.index];
  Operands operands;
  operands.Add(key);
  AbstractValue value;
  if (!key.number.bounded()) {
    value.number = HullOf(facts_, node.index).values;
    value.may_be_none = true;
    if (!table.outside_not_scored)
      Tell(node, absl::StrCat("the key has no bounds, so table '", table.id, "' cannot be shown to hold it"));
  } else if (!key.number.empty()) {
    std::optional<TableRange> looked_up = LookUpAll(table, key.number, facts_.limits);
    if (!looked_up.has_value()) looked_up = LookUpBetween(table, HullOf(facts_, node.index), key.number);
    const TableRange& range = *looked_up;
    value.number = range.values;
    value.may_be_none = range.outside.has_value();
    if (range.outside.has_value() && !table.outside_not_scored) {
      const bool is_reached = key.exactness == Exactness::kAll && key.number.exactness() == Exactness::kAll;
      Tell(node, absl::StrCat("table '", table.id, "' has no row for the key ", range.outside->ToString(),
                              is_reached ? ", which can be reached" : ", which ranges cannot rule out",
                              "; add the row, or say outside: OUTSIDE_NOT_SCORED"));
    }
  }
  value.exactness = value.number.exactness();
  operands.exactness = std::min(operands.exactness, value.exactness);
  return operands.Finish(std::move(value));
}

AbstractValue ExpressionWalk::ReadNegated(const Node& node) {
  AbstractValue value = Read(node.args[0]);
  if (node.op == Op::kNegate) {
    value.number = Scaled(value.number, Rational(-1));
  } else {
    std::swap(value.may_be_true, value.may_be_false);
  }
  return value;
}

AbstractValue ExpressionWalk::ReadBinary(const Node& node) {
  const AbstractValue a = Read(node.args[0]);
  const AbstractValue b = Read(node.args[1]);
  Operands operands;
  operands.Add(a);
  operands.Add(b);
  if (!operands.have_values) return operands.Finish(AbstractValue());
  if (node.type != Type::kNumber) return operands.Finish(Compare(node.op, Argument(node, 0).type, a, b));
  AbstractValue value;
  value.number = Calculate(node, a.number, b.number);
  return operands.Finish(std::move(value));
}

NumberSet ExpressionWalk::Calculate(const Node& node, const NumberSet& a, const NumberSet& b) {
  if (node.op == Op::kDivide && b.Contains(Rational(0))) {
    Tell(node, "the divisor may be 0 here; guard it, for example with max(1, x)");
    return NumberSet::Unbounded();
  }
  if (!a.bounded() || !b.bounded()) return NumberSet::Unbounded();
  NumberSet results = NumberSet::Unbounded();
  if (BitsOf(node.op, a, b) <= kMostBits) results = Operate(node.op, a, b, facts_.limits);
  if (!results.bounded()) Tell(node, kTooLargeMessage);
  return results;
}

AbstractValue ExpressionWalk::ReadExtreme(const Node& node) {
  Operands operands;
  AbstractValue value;
  for (std::size_t i = 0; i < node.args.size(); ++i) {
    const AbstractValue argument = Read(node.args[i]);
    operands.Add(argument);
    if (i == 0) {
      value.number = argument.number;
    } else {
      value.number = node.op == Op::kMin ? Minimum(value.number, argument.number, facts_.limits)
                                         : Maximum(value.number, argument.number, facts_.limits);
    }
  }
  return operands.Finish(std::move(value));
}

AbstractValue ExpressionWalk::ReadInList(const Node& node) {
  const AbstractValue code = Read(node.args[0]);
  Operands operands;
  operands.Add(code);
  AbstractValue value;
  value.exactness = code.exactness;
  std::vector<Index> list;
  for (const Index literal : Argument(node, 1).args) list.push_back(NodeAt(literal).index);
  list = CodesIn(std::move(list)).codes;
  facts_.limits.Spend(list.size());
  for (const Index possible : code.codes) {
    const bool listed = std::binary_search(list.begin(), list.end(), possible);
    (listed ? value.may_be_true : value.may_be_false) = true;
  }
  return operands.Finish(std::move(value));
}

// The right side is read where the left one does not settle it: where the left side came out the other way (then the
// right side is the result), or has no value (then only a right side that settles it gives a value).
AbstractValue ExpressionWalk::ReadLogical(const Node& node) {
  const bool settling = node.op == Op::kOr;  // What settles the result whatever the other side is.
  const AbstractValue left = Read(node.args[0]);
  Operands operands;
  operands.Add(left);
  AbstractValue value;
  const bool may_settle = settling ? left.may_be_true : left.may_be_false;
  const bool may_go_on = settling ? left.may_be_false : left.may_be_true;
  AbstractValue read;
  std::optional<AbstractValue> plain;
  if (!follow_branches_ && (may_go_on || left.may_be_none)) plain = Read(node.args[1]);
  const auto right_where = [&](Outcome outcome) {
    return plain.has_value() ? *plain : ReadUnder(node.args[0], outcome, node.args[1]);
  };
  if (may_go_on) {
    const AbstractValue right = right_where(settling ? Outcome::kFalse : Outcome::kTrue);
    value.may_be_true = right.may_be_true;
    value.may_be_false = right.may_be_false;
    value.may_be_none = right.may_be_none;
    Include(right, facts_.limits, read);
  }
  if (left.may_be_none) {
    const AbstractValue right = right_where(Outcome::kNoValue);
    const bool settles = settling ? right.may_be_true : right.may_be_false;
    const bool does_not = settling ? right.may_be_false : right.may_be_true;
    if (settles) (settling ? value.may_be_true : value.may_be_false) = true;
    if (does_not || right.may_be_none) value.may_be_none = true;
    Include(right, facts_.limits, read);
  }
  if (may_settle) (settling ? value.may_be_true : value.may_be_false) = true;
  operands.may_be_none = false;  // Told above.
  operands.Add(read);
  operands.may_be_none = false;
  return operands.Finish(std::move(value));
}

AbstractValue ExpressionWalk::ReadConditional(const Node& node) {
  const AbstractValue condition = Read(node.args[0]);
  AbstractValue join;
  if (condition.may_be_true) Include(ReadUnder(node.args[0], Outcome::kTrue, node.args[1]), facts_.limits, join);
  if (condition.may_be_false) Include(ReadUnder(node.args[0], Outcome::kFalse, node.args[2]), facts_.limits, join);
  // A branch that is surely read is read as it is; else its ends are reached only where the condition leaves them free.
  Operands operands;
  operands.Add(condition);
  operands.Add(join);
  return operands.Finish(std::move(join));
}

void ExpressionWalk::Tell(const Node& node, const std::string& message) {
  if (facts_.faults != nullptr && !ran_out_) {
    facts_.faults->Error(absl::StrCat(expression_.path, ":", node.column), message);
  }
}

}  // namespace ladder::quiz
