// File: table_range.h
//
// What looking up any number of a set in a table can give.

#ifndef LADDER_LIBS_QUIZ_POSSIBLE_TABLE_RANGE_H_
#define LADDER_LIBS_QUIZ_POSSIBLE_TABLE_RANGE_H_

#include <optional>

#include "libs/quiz/possible/number_set.h"
#include "libs/quiz/program.h"

namespace ladder::quiz {

struct TableRange {
  NumberSet values;
  std::optional<Rational> outside;  // A key that no row holds, where one is possible.
};

// REQUIRES: `keys` is bounded.
TableRange LookUpAll(const Table& table, const NumberSet& keys, const AnalysisLimits& limits);

}  // namespace ladder::quiz

#endif  // LADDER_LIBS_QUIZ_POSSIBLE_TABLE_RANGE_H_
