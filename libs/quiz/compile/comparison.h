// File: comparison.h
//
// One example against what scoring gives: every difference is a fault of its own. Internal to libs/quiz.

#ifndef LADDER_LIBS_QUIZ_COMPILE_COMPARISON_H_
#define LADDER_LIBS_QUIZ_COMPILE_COMPARISON_H_

#include <string>

#include "libs/quiz/compile/compilation.h"
#include "libs/quiz/score.h"

namespace ladder::quiz {

// `path` is the example's. Nothing may be left out of an example, or a default would hide a change.
void CompareWithExample(const std::string& path, const v1::Example& example, const Program& program,
                        const Result& result, FaultList& faults);

}  // namespace ladder::quiz

#endif  // LADDER_LIBS_QUIZ_COMPILE_COMPARISON_H_
