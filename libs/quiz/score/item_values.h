// File: item_values.h
//
// Items under one person's answers: shown or not, answered or not, and what they count as. Internal to libs/quiz.

#ifndef LADDER_LIBS_QUIZ_SCORE_ITEM_VALUES_H_
#define LADDER_LIBS_QUIZ_SCORE_ITEM_VALUES_H_

#include <optional>

#include "libs/quiz/input.h"
#include "libs/quiz/program.h"
#include "libs/quiz/score.h"

namespace ladder::quiz::score_internal {

// How a member takes part in an aggregate or in the gate.
enum class MemberState : std::uint8_t {
  kValue,    // It has a value.
  kMissing,  // It falls under the missing policy.
  kLeft,     // Not applicable, or hidden without `hidden_value`: it does not count at all.
};

// Decides for every item whether it is shown and answered. Fills Result::items.
void JudgeItems(const Program& program, const Input& input, Result& result);

// REQUIRES: Result::items is filled.
MemberState StateOfItem(const Program& program, const Result& result, Index item);

// The item's value as a number: after `reverse`, or the named value where `use_values` is one of Program::value_names.
// Nothing where the item has none. May be out of range where publishing did not prove that it is not. REQUIRES:
// Result::items is filled.
std::optional<Rational> ItemValue(const Program& program, const Input& input, const Result& result, Index item,
                                  Index use_values = kNone);

}  // namespace ladder::quiz::score_internal

#endif  // LADDER_LIBS_QUIZ_SCORE_ITEM_VALUES_H_
