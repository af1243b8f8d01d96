// File: codes.h
//
// Which codes an expression can come to. Internal to libs/quiz.

#ifndef LADDER_LIBS_QUIZ_COMPILE_CODES_H_
#define LADDER_LIBS_QUIZ_COMPILE_CODES_H_

#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/functional/function_ref.h"
#include "libs/quiz/program.h"

namespace ladder::quiz {

// Calls `see` with each code that the node can come to, in the definition's order and perhaps more than once. Codes are
// positions in Program::codes. REQUIRES: `node` has type kCode.
void ForEachPossibleCode(const Program& program, const Expression& expression, Index node,
                         absl::FunctionRef<void(Index code)> see);

// All of them, gathered once for whoever looks for many.
class PossibleCodes {
 public:
  PossibleCodes(const Program& program, const Expression& expression, Index node);

  bool Contains(Index code) const { return known_.contains(code); }
  // In the definition's order, each once.
  const std::vector<Index>& list() const { return list_; }

 private:
  absl::flat_hash_set<Index> known_;
  std::vector<Index> list_;
};

// Whether any band of the set is divided into ranges.
bool HasRanges(const BandSet& set);

}  // namespace ladder::quiz

#endif  // LADDER_LIBS_QUIZ_COMPILE_CODES_H_
