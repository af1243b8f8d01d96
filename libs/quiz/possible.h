// File: possible.h
//
// What scores can still become: the reachable range of every scale, with nothing answered (a property of the
// definition, used when it is published) or with some answers given (what a client may show before the form ends).

#ifndef LADDER_LIBS_QUIZ_POSSIBLE_H_
#define LADDER_LIBS_QUIZ_POSSIBLE_H_

#include <optional>
#include <vector>

#include "libs/quiz/fault.h"
#include "libs/quiz/input.h"
#include "libs/quiz/number.h"
#include "libs/quiz/program.h"

namespace ladder::quiz {

// The values that a scale can take: some subset of low + grid * Z within [low, high].
struct ReachableRange {
  bool can_be_scored = false;  // Else the rest says nothing.
  Rational low;
  Rational high;
  std::optional<Rational> grid;  // None: not known. Zero: low is the only value.
  bool may_be_unscored = false;
  bool exact = false;  // low and high are reached. Else they are outer bounds.
};

// What is known of a band set before the form ends. Late at worst, never wrong.
struct ReachablePlace {
  bool may_apply = true;        // The set's condition may hold. Else nothing is possible or decided.
  std::vector<Index> possible;  // Bands, ascending.
  Index decided = kNone;        // The only band that is possible where the scale is scored and the set applies.
  Index decided_range = kNone;  // Likewise for ranges.
};

struct ScalePossibility {
  ReachableRange range;
  std::vector<ReachablePlace> places;  // One for each band set.
};

struct Possibility {
  std::vector<ScalePossibility> scales;      // One for each of Program::scales.
  std::vector<std::vector<Index>> outcomes;  // For each decision: the codes that are possible, UNDECIDED included.
  std::vector<ReachableRange> context;       // For each context value that is a number: what it may be.
};

// With nothing answered and nothing known of the context. A scale that CheckReachable cannot bound is told as one that
// cannot be scored.
Possibility PossibleForAll(const Program& program);

// With these answers given and the rest free: any valid answer, or none where the policy would still score. Items that
// were answered stay as they are; context is as given, an absent value stays absent. Bounded time; pure.
// REQUIRES: CheckReachable found no error in the program.
Possibility PossibleFrom(const Program& program, const Input& input);

// Everything that ranges can prove wrong about a program whose structure is sound, appended to `faults`: a divisor that
// can be zero, a lookup key outside of its table, a number past 256 bits, bands, rules and guidance that never apply.
// True where scoring is safe: what is left then are parts that never apply.
bool CheckReachable(const Program& program, FaultList& faults);

}  // namespace ladder::quiz

#endif  // LADDER_LIBS_QUIZ_POSSIBLE_H_
