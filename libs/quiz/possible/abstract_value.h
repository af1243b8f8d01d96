// File: abstract_value.h
//
// What an expression, an item, a scale or a decision may turn out to be, over all forms that are still possible. Never
// too narrow: an outcome that some form has is always among those named here.

#ifndef LADDER_LIBS_QUIZ_POSSIBLE_ABSTRACT_VALUE_H_
#define LADDER_LIBS_QUIZ_POSSIBLE_ABSTRACT_VALUE_H_

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

#include "libs/quiz/expression.h"
#include "libs/quiz/possible/number_set.h"
#include "libs/quiz/possible/sources.h"

namespace ladder::quiz {

// The possible outcomes of one thing of any type; the members of other types stay empty.
struct AbstractValue {
  NumberSet number;
  bool may_be_true = false;
  bool may_be_false = false;
  std::vector<Index> codes;  // Program::codes, ascending.
  bool may_be_none = false;
  Exactness exactness = Exactness::kAll;  // Of all outcomes together. Numbers claim no more than their set does.
  Sources sources;

  bool may_have_value() const { return !number.empty() || may_be_true || may_be_false || !codes.empty(); }

  // What it takes to work with it, in steps of AnalysisBudget.
  std::size_t steps() const {
    constexpr std::size_t kStepsWithoutNumber = 16;
    return number.empty() ? kStepsWithoutNumber + codes.size() : number.steps();
  }

  // Only one outcome is left.
  bool is_constant() const {
    if (!may_have_value()) return may_be_none;
    if (may_be_none) return false;
    return number.is_single() || codes.size() == 1 || (number.empty() && codes.empty() && may_be_true != may_be_false);
  }

  void LowerExactness(Exactness most) {
    exactness = std::min(exactness, most);
    number.LowerExactness(most);
  }

  // What is certain varies with nothing, and is reached by every form.
  void Settle() {
    if (!number.empty()) exactness = std::min(exactness, number.exactness());
    if (!is_constant()) return;
    sources.Clear();
    exactness = Exactness::kAll;
    number.SetExactness(Exactness::kAll);
  }
};

inline AbstractValue NoValueAtAll() {
  AbstractValue none;
  none.may_be_none = true;
  return none;
}

inline AbstractValue CodesIn(std::vector<Index> codes) {
  std::sort(codes.begin(), codes.end());
  codes.erase(std::unique(codes.begin(), codes.end()), codes.end());
  AbstractValue value;
  value.codes = std::move(codes);
  return value;
}

inline AbstractValue NumberIn(NumberSet set) {
  AbstractValue value;
  value.number = std::move(set);
  value.Settle();
  return value;
}

// What one item may turn out to be.
struct ItemOutcomes {
  bool may_be_shown = false;
  bool may_be_hidden = false;
  // States, as aggregates see them.
  bool may_have_value = false;  // Answered, or hidden with a value for that.
  bool may_be_missing = false;  // No answer, a code that means so, or undecided whether it is shown.
  bool may_have_left = false;   // Not applicable, or hidden without a value for that.
  NumberSet number;             // Where it has a value that is a number.
  Exactness exactness = Exactness::kAll;
  Sources sources;

  bool is_certain() const { return may_have_value + may_be_missing + may_have_left == 1; }
};

}  // namespace ladder::quiz

#endif  // LADDER_LIBS_QUIZ_POSSIBLE_ABSTRACT_VALUE_H_
