// File: possible.h
//
// What scores can still become: the reachable range of every scale, with nothing answered (a property of the
// definition, used when it is published) or with some answers given (what a client may show before the form ends).

#ifndef LADDER_LIBS_QUIZ_POSSIBLE_H_
#define LADDER_LIBS_QUIZ_POSSIBLE_H_

#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>
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

// How much work an analysis may do: in steps of about 20 ns, so that the same definition takes the same on every
// machine.
struct AnalysisEffort {
  std::int64_t steps = kMaxAnalysisSteps;
  std::stop_token stop = {};  // Once it is requested, the analysis ends early and its result says nothing.
};

// What an analysis took.
struct AnalysisUse {
  std::int64_t steps = 0;
  // Ranges are wider than they could be, since the effort did not suffice; first at `cut_short_at`.
  bool cut_short = false;
  std::string cut_short_at;  // For example "scales[2].formula".
};

// With nothing answered and nothing known of the context. A scale that CheckReachable cannot bound is told as one that
// cannot be scored.
Possibility PossibleForAll(const Program& program, const AnalysisEffort& effort = {}, AnalysisUse* use = nullptr);

// With these answers given and the rest free: any valid answer, or none where the policy would still score. Items that
// were answered stay as they are; context is as given, an absent value stays absent. What the effort does not suffice
// for is told as it holds for all forms. Pure. REQUIRES: CheckReachable found no error in the program.
Possibility PossibleFrom(const Program& program, const Input& input,
                         const AnalysisEffort& effort = {.steps = kMaxStepsWhileAnswering}, AnalysisUse* use = nullptr);

// The same for all forms as services keep it with a program (Program::for_all), with no more effort than it needs.
// Nothing, and `use` says where it was cut short, if some scale cannot be bounded with the effort.
std::optional<Possibility> PossibleForUse(const Program& program, const AnalysisEffort& effort, AnalysisUse& use);

struct Reachability {
  bool is_safe = false;  // Scoring is: all that may be wrong are parts that never apply.
  Possibility for_all;
  AnalysisUse use;
};

// Everything that ranges can prove wrong about a program whose structure is sound, appended to `faults`: a divisor that
// can be zero, a lookup key outside of its table, a number past 256 bits, bands, rules and guidance that never apply.
Reachability CheckReachable(const Program& program, FaultList& faults, const AnalysisEffort& effort = {});

}  // namespace ladder::quiz

#endif  // LADDER_LIBS_QUIZ_POSSIBLE_H_
