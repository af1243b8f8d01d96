// File: analysis_memory.h
//
// What one evaluation of a program has found already and would find again: sets that many items, scales or expressions
// share. Each is made when it is asked for first.

#ifndef LADDER_LIBS_QUIZ_POSSIBLE_ANALYSIS_MEMORY_H_
#define LADDER_LIBS_QUIZ_POSSIBLE_ANALYSIS_MEMORY_H_

#include <optional>
#include <tuple>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "libs/quiz/possible/abstract_value.h"
#include "libs/quiz/possible/places.h"
#include "libs/quiz/possible/table_range.h"
#include "libs/quiz/program.h"

namespace ladder::quiz {

// Whether a band set applies, and what its scale reaches of it.
struct ReachedSet {
  AbstractValue applies;
  std::vector<BandReached> bands;
  // What `band` and `range` give for it: Program::codes, ascending.
  std::vector<Index> band_codes;
  std::vector<Index> range_codes;
  bool has_band_without_ranges = false;
};

struct AnalysisMemory {
  explicit AnalysisMemory(const Program& program) : band_sets(program.scales.size()), tables(program.tables.size()) {}

  // The numbers of any answer to a choice: by OptionList::identity, named value (or kNone), and whether they are sums.
  absl::flat_hash_map<std::tuple<const void*, Index, bool>, NumberSet> options;
  // By scale and band set; a scale's list is empty until one of its sets is asked for.
  std::vector<std::vector<std::optional<ReachedSet>>> band_sets;
  std::vector<std::optional<TableHull>> tables;
};

}  // namespace ladder::quiz

#endif  // LADDER_LIBS_QUIZ_POSSIBLE_ANALYSIS_MEMORY_H_
