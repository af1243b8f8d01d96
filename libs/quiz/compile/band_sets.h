// File: band_sets.h
//
// Band sets of a scale. Internal to libs/quiz.

#ifndef LADDER_LIBS_QUIZ_COMPILE_BAND_SETS_H_
#define LADDER_LIBS_QUIZ_COMPILE_BAND_SETS_H_

#include <string>
#include <vector>

#include "libs/quiz/compile/compilation.h"

namespace ladder::quiz {

// All but `when`, which is an expression. `path` is the scale's.
std::vector<BandSet> CompileBandSets(const std::string& path, const v1::Scale& source, Compilation& compilation);

}  // namespace ladder::quiz

#endif  // LADDER_LIBS_QUIZ_COMPILE_BAND_SETS_H_
