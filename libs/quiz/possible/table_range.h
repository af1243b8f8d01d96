// File: table_range.h
//
// What looking up any number of a set in a table can give.

#ifndef LADDER_LIBS_QUIZ_POSSIBLE_TABLE_RANGE_H_
#define LADDER_LIBS_QUIZ_POSSIBLE_TABLE_RANGE_H_

#include <optional>
#include <vector>

#include "libs/quiz/possible/number_set.h"
#include "libs/quiz/program.h"

namespace ladder::quiz {

struct TableRange {
  NumberSet values;
  std::optional<Rational> outside;  // A key that no row holds, where one is possible.
};

// Looks at each key where there are few, else at each row. Nothing if the budget does not suffice.
// REQUIRES, here and below: `keys` is bounded and not empty.
std::optional<TableRange> LookUpAll(const Table& table, const NumberSet& keys, const AnalysisLimits& limits);

// A table as a whole, for lookups that have no steps left to look at its rows.
struct TableHull {
  NumberSet values;            // Of all rows.
  std::vector<Rational> gaps;  // Ascending: one key from between each two rows that do not touch.
};

TableHull HullOf(const Table& table, const AnalysisLimits& limits);

// Takes the keys for any numbers between their ends.
TableRange LookUpBetween(const Table& table, const TableHull& hull, const NumberSet& keys);

}  // namespace ladder::quiz

#endif  // LADDER_LIBS_QUIZ_POSSIBLE_TABLE_RANGE_H_
