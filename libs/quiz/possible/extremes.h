// File: extremes.h
//
// The lowest result of an aggregate over all ways in which its members may be answered, missing or gone and the missing
// policy still lets it score. The highest is the lowest of the mirror image.
//
// Members whose absence means the same form a class. However many members of a class are answered, the lowest result
// answers those that cost least, so it suffices to try how many of each class are answered. Weights that differ within
// a mean break that; then every state of every member is tried, while there are few.

#ifndef LADDER_LIBS_QUIZ_POSSIBLE_EXTREMES_H_
#define LADDER_LIBS_QUIZ_POSSIBLE_EXTREMES_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "libs/quiz/number.h"
#include "libs/quiz/possible/number_set.h"
#include "libs/quiz/program.h"

namespace ladder::quiz {

// One member, as the search sees it. Its states are possible independently of those of others.
struct SearchMember {
  bool may_have_value = false;
  bool may_be_missing = false;
  bool may_have_left = false;
  bool excused = false;    // Its absence does not count against the need.
  Rational value;          // The least that it counts as, weight included.
  Rational missing_value;  // What it counts as where it is missing, for kSum and where all states are tried.
  Rational weight = 1;     // Where all states are tried.
};

struct SearchTask {
  enum class Result : std::uint8_t {
    kSum,         // Of values and missing values.
    kMean,        // Of the values.
    kProrated,    // Sum of the values, times members that have not left, over members with a value.
    kFilledMean,  // Mean of the values and of `fill` for each missing member.
    kLargest,     // Of the values, and of `fill` for missing members where `filled`.
    kSmallest,    // Likewise.
  };
  Result result = Result::kSum;
  MissingPolicy policy;  // Its need; `fill` and `value` are told below.
  bool filled = false;
  Rational fill;
};

struct SearchResult {
  // The lowest result by the number that it was divided by (kMean, kProrated: members with a value; kFilledMean:
  // members that have not left; 1 elsewhere). Empty: no way to score was found.
  std::map<std::size_t, Rational> lowest;
  bool exact = true;      // Each is reached where the members are independent. Else a lower bound.
  bool in_range = true;   // Else some step needed more than 256 bits, and nothing else here says anything.
  bool given_up = false;  // There were too many ways to try: nothing is known.
};

// Tries at most about `limits.combinations` ways; where that does not suffice the result is a lower bound.
SearchResult FindLowest(const std::vector<SearchMember>& members, const SearchTask& task, const AnalysisLimits& limits);

// The same for kSum, kMean, kProrated and kFilledMean by trying every state of every member, for any weights; nothing
// where there are more than `limits.combinations`. The lowest result stands under 1, whatever it was divided by.
std::optional<SearchResult> FindLowestOfAllStates(const std::vector<SearchMember>& members, const SearchTask& task,
                                                  const AnalysisLimits& limits);

// What it takes to try one way, in steps of AnalysisBudget: more where the members' numbers are long.
std::size_t StepsToTry(const std::vector<SearchMember>& members);

// Whether the need is met with so many members answered and so many missing without excuse.
bool MeetsNeed(const MissingPolicy& policy, std::size_t answered, std::size_t missing);

}  // namespace ladder::quiz

#endif  // LADDER_LIBS_QUIZ_POSSIBLE_EXTREMES_H_
