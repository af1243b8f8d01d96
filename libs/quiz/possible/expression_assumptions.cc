// What a condition says about the branch that is read because of it. Within one form every part that reads the same has
// the same value, so what held for the part in the condition holds for its twin in the branch.

#include <algorithm>

#include "libs/quiz/possible/expression_walk.h"

namespace ladder::quiz {
namespace {

// The comparison that holds where `op` does not.
Op Opposite(Op op) {
  switch (op) {
    case Op::kLess:
      return Op::kGreaterOrEqual;
    case Op::kLessOrEqual:
      return Op::kGreater;
    case Op::kGreater:
      return Op::kLessOrEqual;
    case Op::kGreaterOrEqual:
      return Op::kLess;
    case Op::kEqual:
      return Op::kNotEqual;
    default:
      return Op::kEqual;
  }
}

bool IsComparison(Op op) {
  return op == Op::kLess || op == Op::kLessOrEqual || op == Op::kGreater || op == Op::kGreaterOrEqual ||
         op == Op::kEqual || op == Op::kNotEqual;
}

}  // namespace

AbstractValue ExpressionWalk::ReadUnder(Index condition, Outcome outcome, Index node) {
  if (!follow_branches_) return Read(node);
  const std::size_t before = assumptions_.size();
  Assume(condition, outcome);
  AbstractValue value = Read(node);
  assumptions_.resize(before);
  return value;
}

void ExpressionWalk::Assume(Index condition, Outcome outcome) {
  const Node& node = NodeAt(condition);
  if (IsComparison(node.op)) {
    AssumeComparison(node, outcome);
  } else if (node.op == Op::kHasItem || node.op == Op::kHasScale || node.op == Op::kHasContext) {
    AssumeHas(node, outcome);
  } else if (node.op == Op::kNot) {
    const Outcome inner = outcome == Outcome::kNoValue ? Outcome::kNoValue
                          : outcome == Outcome::kTrue  ? Outcome::kFalse
                                                       : Outcome::kTrue;
    Assume(node.args[0], inner);
  } else if ((node.op == Op::kAnd && outcome == Outcome::kTrue) || (node.op == Op::kOr && outcome == Outcome::kFalse)) {
    // All of it came out so.
    for (const Index argument : node.args) Assume(argument, outcome);
  }
}

void ExpressionWalk::AssumeHas(const Node& node, Outcome outcome) {
  Assumption assumption;
  assumption.op = node.op == Op::kHasItem ? Op::kItem : node.op == Op::kHasScale ? Op::kScale : Op::kContext;
  assumption.index = node.index;
  assumption.has_value = outcome == Outcome::kTrue;
  assumption.has_none = outcome == Outcome::kFalse;
  assumptions_.push_back(assumption);
}

void ExpressionWalk::AssumeComparison(const Node& node, Outcome outcome) {
  const Index left = node.args[0];
  const Index right = node.args[1];
  if (outcome == Outcome::kNoValue) {
    // One side has no value; where the other surely has one, it is this one.
    Assumption without;
    without.has_none = true;
    if (!Read(right).may_be_none) {
      without.node = left;
      assumptions_.push_back(without);
    } else if (!Read(left).may_be_none) {
      without.node = right;
      assumptions_.push_back(without);
    }
    return;
  }
  Assumption with;
  with.has_value = true;
  for (const Index side : {left, right}) {
    with.node = side;
    assumptions_.push_back(with);
  }
  if (NodeAt(left).type != Type::kNumber) return;
  const Op op = outcome == Outcome::kTrue ? node.op : Opposite(node.op);
  if (op == Op::kLess || op == Op::kLessOrEqual) AssumeOrder(left, right, op == Op::kLess);
  if (op == Op::kGreater || op == Op::kGreaterOrEqual) AssumeOrder(right, left, op == Op::kGreater);
  if (op == Op::kEqual) {
    AssumeOrder(left, right, false);
    AssumeOrder(right, left, false);
  }
  if (op == Op::kNotEqual) {
    for (const auto& [side, other] : {std::pair(left, right), std::pair(right, left)}) {
      const AbstractValue value = Read(other);
      if (!value.number.is_single()) continue;
      Assumption differs;
      differs.node = side;
      differs.never = value.number.low();
      assumptions_.push_back(differs);
    }
  }
}

// less < more, or less <= more: so the one lies below the highest of the other, and that above the lowest of the one.
void ExpressionWalk::AssumeOrder(Index less, Index more, bool strictly) {
  const AbstractValue low = Read(less);
  const AbstractValue high = Read(more);
  if (!high.number.empty() && high.number.bounded()) {
    Assumption below;
    below.node = less;
    below.upper = Bound{high.number.high(), strictly};
    assumptions_.push_back(below);
  }
  if (!low.number.empty() && low.number.bounded()) {
    Assumption above;
    above.node = more;
    above.lower = Bound{low.number.low(), strictly};
    assumptions_.push_back(above);
  }
}

void ExpressionWalk::ApplyAssumptions(Index node, AbstractValue& value) const {
  facts_.limits.Spend(assumptions_.size());
  for (const Assumption& assumption : assumptions_) {
    if (!IsAbout(assumption, node)) continue;
    facts_.limits.Spend(value.steps());
    const Sources sources = value.sources;
    if (assumption.has_none) {
      const bool may_be_none = value.may_be_none;
      value = AbstractValue();
      value.may_be_none = may_be_none;
    }
    if (assumption.has_value) value.may_be_none = false;
    value.number = value.number.Within(assumption.lower, assumption.upper);
    if (assumption.never.has_value()) value.number = value.number.Without(*assumption.never, facts_.limits);
    // What is left hangs on the condition, so nothing is known to be reached.
    value.sources = sources;
    value.LowerExactness(Exactness::kOuter);
  }
}

bool ExpressionWalk::IsAbout(const Assumption& assumption, Index node) const {
  if (assumption.node != kNone) return ReadsSame(assumption.node, node);
  return NodeAt(node).op == assumption.op && NodeAt(node).index == assumption.index;
}

bool ExpressionWalk::ReadsSame(Index a, Index b) const {
  if (a == b) return true;
  const Node& x = NodeAt(a);
  const Node& y = NodeAt(b);
  if (x.op != y.op || x.args.size() != y.args.size()) return false;
  // Every literal has a number of its own in the program.
  if (x.op == Op::kNumber) return program_.numbers[x.index] == program_.numbers[y.index];
  if (x.index != y.index || x.detail != y.detail) return false;
  facts_.limits.Spend(x.args.size());
  for (std::size_t i = 0; i < x.args.size(); ++i) {
    if (!ReadsSame(x.args[i], y.args[i])) return false;
  }
  return true;
}

}  // namespace ladder::quiz
