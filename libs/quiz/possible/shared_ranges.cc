// What expressions and summaries share of one evaluation, each made when it is asked for first.

#include <cstddef>
#include <optional>
#include <utility>
#include <vector>

#include "libs/quiz/possible/expression_range.h"
#include "libs/quiz/possible/places.h"
#include "libs/quiz/possible/table_range.h"

namespace ladder::quiz {
namespace {

// Of AnalysisBudget: to cut a set at the ends of a band.
constexpr std::size_t kStepsOfABand = 32;

}  // namespace

const ReachedSet& BandsOf(const Facts& facts, Index scale, Index index) {
  const std::vector<BandSet>& sets = facts.program->scales[scale].band_sets;
  std::vector<std::optional<ReachedSet>>& known = facts.memory->band_sets[scale];
  if (known.empty()) known.resize(sets.size());
  std::optional<ReachedSet>& reached = known[index];
  if (reached.has_value()) return *reached;
  const BandSet& set = sets[index];
  reached.emplace();
  if (set.when != kNone) {
    reached->applies = RangeOfExpression(facts, set.when);
  } else {
    reached->applies.may_be_true = true;
  }
  const NumberSet& number = (*facts.scales)[scale].number;
  if (number.empty()) return *reached;
  reached->bands = BandsReached(set, number);
  std::vector<Index> bands;
  std::vector<Index> ranges;
  for (const BandReached& place : reached->bands) {
    const Band& band = set.bands[place.band];
    bands.push_back(band.id);
    for (const Index range : place.ranges) ranges.push_back(band.ranges[range].id);
    if (band.ranges.empty()) reached->has_band_without_ranges = true;
    facts.limits.Spend(band.ranges.size() * kStepsOfABand);
  }
  facts.limits.Spend(set.bands.size() * kStepsOfABand + number.steps());
  reached->band_codes = CodesIn(std::move(bands)).codes;
  reached->range_codes = CodesIn(std::move(ranges)).codes;
  return *reached;
}

const TableHull& HullOf(const Facts& facts, Index table) {
  std::optional<TableHull>& hull = facts.memory->tables[table];
  if (!hull.has_value()) hull = HullOf(facts.program->tables[table], facts.limits);
  return *hull;
}

}  // namespace ladder::quiz
