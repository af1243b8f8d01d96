// File: outcomes.h
//
// What follows from the scores: places in bands, decisions, alerts, guidance, completeness. Internal to libs/quiz.

#ifndef LADDER_LIBS_QUIZ_SCORE_OUTCOMES_H_
#define LADDER_LIBS_QUIZ_SCORE_OUTCOMES_H_

#include "libs/quiz/input.h"
#include "libs/quiz/program.h"
#include "libs/quiz/score.h"

namespace ladder::quiz::score_internal {

// Fills `score.places`, one for each band set. REQUIRES: the rest of `score` is filled.
void FindPlaces(const Program& program, const Input& input, const Result& result, Index scale, ScaleScore& score);

// The outcome's code. REQUIRES: all that the decision's rules read is filled.
Index Decide(const Program& program, const Input& input, const Result& result, Index decision);

// REQUIRES, for these three: items, scales and decisions are filled.
void JudgeAlerts(const Program& program, const Input& input, Result& result);
void ChooseGuidance(const Program& program, const Input& input, Result& result);
void JudgeCompleteness(const Program& program, const Input& input, Result& result);

}  // namespace ladder::quiz::score_internal

#endif  // LADDER_LIBS_QUIZ_SCORE_OUTCOMES_H_
