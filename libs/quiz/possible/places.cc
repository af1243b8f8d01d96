#include "libs/quiz/possible/places.h"

#include <cstddef>
#include <optional>

namespace ladder::quiz {
namespace {

// The numbers of `set` in [from, next), or in (from, next] where the set of bands is closed above.
NumberSet Slice(const NumberSet& set, const std::optional<Rational>& from, const std::optional<Rational>& next,
                bool upper_closed) {
  std::optional<Bound> lower;
  std::optional<Bound> upper;
  if (from.has_value()) lower = Bound{*from, upper_closed};
  if (next.has_value()) upper = Bound{*next, !upper_closed};
  return set.Within(lower, upper);
}

// `parts` are bands or ranges: ascending lower bounds, the first open below.
template <typename Part>
NumberSet SliceOf(const std::vector<Part>& parts, std::size_t i, const NumberSet& set, bool upper_closed) {
  const std::optional<Rational> from = i == 0 ? std::nullopt : parts[i].from;
  const std::optional<Rational> next = i + 1 < parts.size() ? parts[i + 1].from : std::nullopt;
  return Slice(set, from, next, upper_closed);
}

}  // namespace

std::vector<BandReached> BandsReached(const BandSet& bands, const NumberSet& set) {
  std::vector<BandReached> reached;
  for (std::size_t i = 0; i < bands.bands.size(); ++i) {
    const NumberSet in_band = SliceOf(bands.bands, i, set, bands.upper_closed);
    if (in_band.empty()) continue;
    BandReached entry;
    entry.band = static_cast<Index>(i);
    const std::vector<Range>& ranges = bands.bands[i].ranges;
    for (std::size_t j = 0; j < ranges.size(); ++j) {
      if (!SliceOf(ranges, j, in_band, bands.upper_closed).empty()) entry.ranges.push_back(static_cast<Index>(j));
    }
    reached.push_back(std::move(entry));
  }
  return reached;
}

}  // namespace ladder::quiz
