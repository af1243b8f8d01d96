// Results that no quiz scored, through everything that calculates with stored ones: progress, the comparison of
// versions and release. Stores of before results were checked as a whole hold such rows.

#ifndef LADDER_TESTS_FUZZ_FORGED_RESULTS_H_
#define LADDER_TESTS_FUZZ_FORGED_RESULTS_H_

#include <set>

#include "tests/fuzz/mutation.h"

namespace ladder::records {

// Makes one client's results and calculates. Adds a failure to the test if something is told that the numbers do not
// bear, or without a reason. Gives the values of ScaleChange.Reason that came up.
std::set<int> TryForgedResults(quiz::Random& random);

}  // namespace ladder::records

#endif  // LADDER_TESTS_FUZZ_FORGED_RESULTS_H_
