// File: expression_range.h
//
// What an expression may come to, from what all that it reads may come to. Follows the branches of `?:`, `&&` and `||`
// with what their conditions say, so that guards like `x == 0 ? 0 : 1 / x` and `has(x) ? x : 0` are understood.

#ifndef LADDER_LIBS_QUIZ_POSSIBLE_EXPRESSION_RANGE_H_
#define LADDER_LIBS_QUIZ_POSSIBLE_EXPRESSION_RANGE_H_

#include <vector>

#include "libs/quiz/input.h"
#include "libs/quiz/possible/abstract_value.h"
#include "libs/quiz/possible/analysis_memory.h"
#include "libs/quiz/possible/proof_faults.h"
#include "libs/quiz/program.h"

namespace ladder::quiz {

// All that expressions read. A list that is not complete yet holds what was evaluated so far, in the order in which the
// program says that things read each other.
struct Facts {
  const Program* program = nullptr;
  const Input* input = nullptr;                           // Null: nothing is answered, nothing known of the context.
  const std::vector<ItemOutcomes>* items = nullptr;       //
  const std::vector<AbstractValue>* scales = nullptr;     //
  const std::vector<AbstractValue>* decisions = nullptr;  //
  const std::vector<AbstractValue>* context = nullptr;    //
  AnalysisMemory* memory = nullptr;                       //
  AnalysisLimits limits;
  ProofFaults* faults = nullptr;  // Null: faults are not told, only allowed for.

  // The answer to an item; null where it may still be answered in any way.
  const AnswerValue* AnswerTo(Index item) const {
    return input != nullptr && input->answers[item].given ? &input->answers[item] : nullptr;
  }
};

// What to write where a number may not fit.
inline constexpr char kTooLargeMessage[] =
    "a number here may need more than 256 bits; use fewer digits in weights and tables, or divide by fewer different "
    "numbers";

// `it` is what `it` stands for; null where the expression does not read it.
AbstractValue RangeOfExpression(const Facts& facts, Index expression, const AbstractValue* it = nullptr);

// Whether one of a scale's band sets applies, and what the scale reaches of it. Lives as long as the facts.
// REQUIRES: the scale was evaluated.
const ReachedSet& BandsOf(const Facts& facts, Index scale, Index set);

// The table as a whole. Lives as long as the facts.
const TableHull& HullOf(const Facts& facts, Index table);

}  // namespace ladder::quiz

#endif  // LADDER_LIBS_QUIZ_POSSIBLE_EXPRESSION_RANGE_H_
