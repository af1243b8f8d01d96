// File: audit.h
//
// How far a release tells two worlds apart, measured: a lower bound, at confidence 1 - 10^-6, of ln(P / P') for the
// event that tells most, with P and P' its probabilities in the two worlds. No release that keeps a budget exceeds it,
// but for one audit in a million; the seeds are fixed, so an audit passes always or never.

#ifndef LADDER_TESTS_RECORDS_SERVICE_RELEASE_AUDIT_H_
#define LADDER_TESTS_RECORDS_SERVICE_RELEASE_AUDIT_H_

#include <cstdint>
#include <functional>
#include <utility>
#include <vector>

namespace ladder::records::release {

// What one run shows: for example the cells of one table.
using Answer = std::vector<std::int64_t>;

struct Worlds {
  std::function<Answer()> one;
  std::function<Answer()> other;
};

// "Cell `present` is at least 1 and cell `absent` at most 0."
struct Event {
  std::size_t present = 0;
  std::size_t absent = 0;

  bool HoldsIn(const Answer& answer) const { return answer[present] >= 1 && answer[absent] <= 0; }
};

// The event of two cells that tells the worlds apart best, looked for in `runs` runs of each.
Event ChooseEvent(const Worlds& worlds, int runs);

// The lower confidence bound of ln(P / P') (Clopper and Pearson, alpha 10^-6 in all), from `runs` runs of each world.
double LowerBound(const Worlds& worlds, const Event& event, int runs);

// The same for an event chosen on runs of its own.
double Audit(const Worlds& worlds, int runs);

}  // namespace ladder::records::release

#endif  // LADDER_TESTS_RECORDS_SERVICE_RELEASE_AUDIT_H_
