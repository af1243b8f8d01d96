// File: places.h
//
// Which bands, and which ranges inside them, a set of numbers reaches.

#ifndef LADDER_LIBS_QUIZ_POSSIBLE_PLACES_H_
#define LADDER_LIBS_QUIZ_POSSIBLE_PLACES_H_

#include <vector>

#include "libs/quiz/possible/number_set.h"
#include "libs/quiz/program.h"

namespace ladder::quiz {

// One band that is possible, and the ranges of it that are.
struct BandReached {
  Index band = kNone;         // In BandSet::bands.
  std::vector<Index> ranges;  // In Band::ranges, ascending.
};

// The bands that some number of `set` lies in, ascending. A band that is missing is reached by none of them.
std::vector<BandReached> BandsReached(const BandSet& bands, const NumberSet& set);

}  // namespace ladder::quiz

#endif  // LADDER_LIBS_QUIZ_POSSIBLE_PLACES_H_
