#include "libs/quiz/possible/comparison.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace ladder::quiz {
namespace {

AbstractValue Truth(bool may_be_true, bool may_be_false, Exactness exactness) {
  AbstractValue truth;
  truth.may_be_true = may_be_true;
  truth.may_be_false = may_be_false;
  truth.exactness = exactness;
  return truth;
}

AbstractValue Opposite(AbstractValue truth) {
  std::swap(truth.may_be_true, truth.may_be_false);
  return truth;
}

// Whether the ends of both sets are reached; then what two ends show is so in some form.
Exactness ByEnds(const NumberSet& a, const NumberSet& b) {
  const bool reached = a.exactness() >= Exactness::kEnds && b.exactness() >= Exactness::kEnds;
  return reached ? Exactness::kAll : Exactness::kOuter;
}

AbstractValue Less(const NumberSet& a, const NumberSet& b) {
  if (!a.bounded() || !b.bounded()) return Truth(true, true, Exactness::kOuter);
  return Truth(a.low() < b.high(), a.high() >= b.low(), ByEnds(a, b));
}

AbstractValue Equal(const NumberSet& a, const NumberSet& b) {
  if (!a.bounded() || !b.bounded()) return Truth(true, true, Exactness::kOuter);
  const bool one_value = a.is_single() && b.is_single() && a.low() == b.low();
  if (a.is_single() || b.is_single()) {
    const NumberSet& set = a.is_single() ? b : a;
    const bool may_meet = set.Contains(a.is_single() ? a.low() : b.low());
    const bool all_reached = a.exactness() == Exactness::kAll && b.exactness() == Exactness::kAll;
    return Truth(may_meet, !one_value, all_reached ? Exactness::kAll : Exactness::kOuter);
  }
  return Truth(a.low() <= b.high() && b.low() <= a.high(), true, Exactness::kOuter);
}

AbstractValue EqualCodes(const AbstractValue& a, const AbstractValue& b) {
  std::vector<Index> common;
  std::set_intersection(a.codes.begin(), a.codes.end(), b.codes.begin(), b.codes.end(), std::back_inserter(common));
  const bool one_value = a.codes.size() == 1 && a.codes == b.codes;
  return Truth(!common.empty(), !one_value, std::min(a.exactness, b.exactness));
}

AbstractValue EqualTruths(const AbstractValue& a, const AbstractValue& b) {
  return Truth((a.may_be_true && b.may_be_true) || (a.may_be_false && b.may_be_false),
               (a.may_be_true && b.may_be_false) || (a.may_be_false && b.may_be_true),
               std::min(a.exactness, b.exactness));
}

AbstractValue Equal(Type type, const AbstractValue& a, const AbstractValue& b) {
  if (type == Type::kCode) return EqualCodes(a, b);
  if (type == Type::kBoolean) return EqualTruths(a, b);
  return Equal(a.number, b.number);
}

}  // namespace

AbstractValue Compare(Op op, Type type, const AbstractValue& a, const AbstractValue& b) {
  if (!a.may_have_value() || !b.may_have_value()) return AbstractValue();
  switch (op) {
    case Op::kLess:
      return Less(a.number, b.number);
    case Op::kGreaterOrEqual:
      return Opposite(Less(a.number, b.number));
    case Op::kGreater:
      return Less(b.number, a.number);
    case Op::kLessOrEqual:
      return Opposite(Less(b.number, a.number));
    case Op::kEqual:
      return Equal(type, a, b);
    default:
      return Opposite(Equal(type, a, b));
  }
}

}  // namespace ladder::quiz
