// File: aggregate_range.h
//
// What an aggregate may come to, from what its members may be.
//
// The ends come from a search over who is answered, missing or gone (extremes.h); the values between them from sums of
// the members' sets, or for means from one grid for each number of members that may be divided by.

#ifndef LADDER_LIBS_QUIZ_POSSIBLE_AGGREGATE_RANGE_H_
#define LADDER_LIBS_QUIZ_POSSIBLE_AGGREGATE_RANGE_H_

#include <string>

#include "libs/quiz/possible/abstract_value.h"
#include "libs/quiz/possible/expression_range.h"
#include "libs/quiz/program.h"

namespace ladder::quiz {

// `path` is the aggregate's, for faults. The value may be none where the missing policy may leave it unscored.
AbstractValue RangeOfAggregate(const Facts& facts, const Aggregate& aggregate, const std::string& path);

}  // namespace ladder::quiz

#endif  // LADDER_LIBS_QUIZ_POSSIBLE_AGGREGATE_RANGE_H_
