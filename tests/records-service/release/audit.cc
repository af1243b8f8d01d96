#include "tests/records-service/release/audit.h"

#include <boost/math/distributions/binomial.hpp>
#include <cmath>

namespace ladder::records::release {
namespace {

constexpr double kAlpha = 1e-6;
constexpr int kRunsPerRunOfChoosing = 20;

using Binomial = boost::math::binomial_distribution<double>;

std::int64_t CountEvents(const std::function<Answer()>& world, const Event& event, int runs) {
  std::int64_t events = 0;
  for (int run = 0; run < runs; ++run) events += event.HoldsIn(world()) ? 1 : 0;
  return events;
}

// Each side may err in half of the cases.
double LowerBoundOf(std::int64_t events, std::int64_t other_events, int runs) {
  if (events == 0) return -std::numeric_limits<double>::infinity();
  const double lower = Binomial::find_lower_bound_on_p(runs, static_cast<double>(events), kAlpha / 2);
  const double upper = Binomial::find_upper_bound_on_p(runs, static_cast<double>(other_events), kAlpha / 2);
  return std::log(lower / upper);
}

// How often each event of two cells held: at [present * cells + absent].
std::vector<std::int64_t> CountAllEvents(const std::function<Answer()>& world, int runs) {
  std::vector<std::int64_t> counts;
  for (int run = 0; run < runs; ++run) {
    const Answer answer = world();
    counts.resize(answer.size() * answer.size());
    for (std::size_t present = 0; present < answer.size(); ++present) {
      for (std::size_t absent = 0; absent < answer.size(); ++absent) {
        counts[present * answer.size() + absent] += Event{present, absent}.HoldsIn(answer) ? 1 : 0;
      }
    }
  }
  return counts;
}

}  // namespace

Event ChooseEvent(const Worlds& worlds, int runs) {
  const std::vector<std::int64_t> counts = CountAllEvents(worlds.one, runs);
  const std::vector<std::int64_t> other_counts = CountAllEvents(worlds.other, runs);
  const auto cells = static_cast<std::size_t>(std::lround(std::sqrt(static_cast<double>(counts.size()))));
  Event best;
  double best_bound = -std::numeric_limits<double>::infinity();
  for (std::size_t i = 0; i < counts.size(); ++i) {
    const double bound = LowerBoundOf(counts[i], other_counts[i], runs);
    if (bound <= best_bound) continue;
    best_bound = bound;
    best = Event{i / cells, i % cells};
  }
  return best;
}

double LowerBound(const Worlds& worlds, const Event& event, int runs) {
  return LowerBoundOf(CountEvents(worlds.one, event, runs), CountEvents(worlds.other, event, runs), runs);
}

double Audit(const Worlds& worlds, int runs) {
  const Event event = ChooseEvent(worlds, runs / kRunsPerRunOfChoosing);
  return LowerBound(worlds, event, runs);
}

}  // namespace ladder::records::release
