// File: comparison.h
//
// Comparisons of values that are not known yet: true, false, or either.

#ifndef LADDER_LIBS_QUIZ_POSSIBLE_COMPARISON_H_
#define LADDER_LIBS_QUIZ_POSSIBLE_COMPARISON_H_

#include "libs/quiz/possible/abstract_value.h"

namespace ladder::quiz {

// `op` is kLess to kNotEqual; both operands have the type `type`. Fills truth and exactness only, for operands that
// vary independently; whether there is a value at all is the caller's matter.
AbstractValue Compare(Op op, Type type, const AbstractValue& a, const AbstractValue& b);

}  // namespace ladder::quiz

#endif  // LADDER_LIBS_QUIZ_POSSIBLE_COMPARISON_H_
