// File: codes.h
//
// Which codes an expression can come to. Internal to libs/quiz.

#ifndef LADDER_LIBS_QUIZ_COMPILE_CODES_H_
#define LADDER_LIBS_QUIZ_COMPILE_CODES_H_

#include <vector>

#include "libs/quiz/program.h"

namespace ladder::quiz {

// Positions in Program::codes, in the definition's order. REQUIRES: `node` has type kCode.
std::vector<Index> PossibleCodes(const Program& program, const Expression& expression, Index node);

// The ids of all ranges of a band set, in order.
std::vector<Index> RangeCodes(const BandSet& set);

}  // namespace ladder::quiz

#endif  // LADDER_LIBS_QUIZ_COMPILE_CODES_H_
