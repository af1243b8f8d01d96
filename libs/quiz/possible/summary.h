// File: summary.h
//
// What an analysis has found, as the library's callers see it.

#ifndef LADDER_LIBS_QUIZ_POSSIBLE_SUMMARY_H_
#define LADDER_LIBS_QUIZ_POSSIBLE_SUMMARY_H_

#include "libs/quiz/possible.h"
#include "libs/quiz/possible/analysis.h"

namespace ladder::quiz {

// Scales and decisions that the analysis left out are there and say nothing; places that it left out are not there.
Possibility SummaryOf(const Program& program, const Analysis& analysis);

AnalysisUse UseOf(const AnalysisBudget& budget);

}  // namespace ladder::quiz

#endif  // LADDER_LIBS_QUIZ_POSSIBLE_SUMMARY_H_
