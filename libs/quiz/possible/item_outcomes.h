// File: item_outcomes.h
//
// What an item may turn out to be, from its definition, the answer it has (if any) and whether it may be shown.

#ifndef LADDER_LIBS_QUIZ_POSSIBLE_ITEM_OUTCOMES_H_
#define LADDER_LIBS_QUIZ_POSSIBLE_ITEM_OUTCOMES_H_

#include "libs/quiz/input.h"
#include "libs/quiz/possible/abstract_value.h"
#include "libs/quiz/possible/analysis_memory.h"
#include "libs/quiz/program.h"

namespace ladder::quiz {

// `answer` is null where the item may still be answered in any way. `shown` is what its condition may turn out to be;
// without a value it is undecided whether the item is shown, which counts as missing.
ItemOutcomes OutcomesOfItem(const Item& item, Index source, const AnswerValue* answer, const AbstractValue& shown,
                            AnalysisMemory& memory, const AnalysisLimits& limits);

// The numbers that the item may count as where it has a value: those of `value_name`, or the plain ones where that is
// kNone. `outcomes` are the item's.
NumberSet NumbersOfItem(const Item& item, const AnswerValue* answer, const ItemOutcomes& outcomes, Index value_name,
                        AnalysisMemory& memory, const AnalysisLimits& limits);

// Whether an option of a multiple choice may be among what was chosen.
AbstractValue ChosenOption(const Item& item, Index option, const AnswerValue* answer, const ItemOutcomes& outcomes);

}  // namespace ladder::quiz

#endif  // LADDER_LIBS_QUIZ_POSSIBLE_ITEM_OUTCOMES_H_
