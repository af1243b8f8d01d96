#include "libs/quiz/possible/table_range.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace ladder::quiz {
namespace {

const Table::Row* RowOf(const Table& table, const Rational& key) {
  const auto after = std::upper_bound(table.rows.begin(), table.rows.end(), key,
                                      [](const Rational& number, const Table::Row& row) { return number < row.from; });
  if (after == table.rows.begin()) return nullptr;
  const Table::Row& row = *(after - 1);
  const bool holds = row.to.has_value() ? key < *row.to : key == row.from;
  return holds ? &row : nullptr;
}

// Steps of AnalysisBudget: to find the row of a key, and to ask which keys a row holds.
constexpr std::size_t kStepsPerKey = 8;
constexpr std::size_t kStepsPerRow = 64;

TableRange LookUpEach(const Table& table, const NumberSet& keys, const AnalysisLimits& limits) {
  TableRange range;
  std::vector<Rational> values;
  for (const Rational& key : keys.Points()) {
    if (const Table::Row* row = RowOf(table, key)) {
      values.push_back(row->value);
    } else if (!range.outside.has_value()) {
      range.outside = key;
    }
  }
  range.values = NumberSet::Of(std::move(values), limits);
  // Only where every key is reached is every value; the ends of the keys say nothing about those of the values.
  range.values.LowerExactness(keys.exactness() == Exactness::kAll ? Exactness::kAll : Exactness::kOuter);
  return range;
}

// The keys are too many to look at each: a row counts where it may hold one.
TableRange LookUpRows(const Table& table, const NumberSet& keys, const AnalysisLimits& limits) {
  TableRange range;
  std::vector<Rational> values;
  // The keys between the end of one row and the beginning of the next; an exact row holds nothing but its own key.
  std::optional<Bound> gap_from;
  const auto note_gap = [&](const std::optional<Bound>& gap_to) {
    const NumberSet missed = keys.Within(gap_from, gap_to);
    if (!missed.empty() && !range.outside.has_value()) range.outside = missed.low();
  };
  for (const Table::Row& row : table.rows) {
    note_gap(Bound{row.from, true});
    const Bound upper = row.to.has_value() ? Bound{*row.to, true} : Bound{row.from, false};
    if (!keys.Within(Bound{row.from, false}, upper).empty()) values.push_back(row.value);
    gap_from = row.to.has_value() ? Bound{*row.to, false} : Bound{row.from, true};
  }
  note_gap(std::nullopt);
  range.values = NumberSet::Of(std::move(values), limits);
  range.values.LowerExactness(Exactness::kOuter);
  return range;
}

}  // namespace

std::optional<TableRange> LookUpAll(const Table& table, const NumberSet& keys, const AnalysisLimits& limits) {
  if (const std::optional<std::size_t> few = keys.CountUpTo(limits.listed())) {
    return limits.Afford(*few * kStepsPerKey) ? std::optional(LookUpEach(table, keys, limits)) : std::nullopt;
  }
  return limits.Afford(table.rows.size() * kStepsPerRow) ? std::optional(LookUpRows(table, keys, limits))
                                                         : std::nullopt;
}

TableHull HullOf(const Table& table, const AnalysisLimits& limits) {
  TableHull hull;
  std::vector<Rational> values;
  values.reserve(table.rows.size());
  for (std::size_t i = 0; i < table.rows.size(); ++i) {
    const Table::Row& row = table.rows[i];
    values.push_back(row.value);
    if (i + 1 == table.rows.size()) break;
    const Rational& next = table.rows[i + 1].from;
    if (!row.to.has_value()) {
      hull.gaps.push_back((row.from + next) / Rational(2));
    } else if (*row.to != next) {
      hull.gaps.push_back(*row.to);
    }
  }
  hull.values = NumberSet::Of(std::move(values), limits);
  return hull;
}

TableRange LookUpBetween(const Table& table, const TableHull& hull, const NumberSet& keys) {
  TableRange range;
  range.values = hull.values;
  range.values.LowerExactness(Exactness::kOuter);
  const auto gap = std::lower_bound(hull.gaps.begin(), hull.gaps.end(), keys.low());
  if (gap != hull.gaps.end() && *gap <= keys.high()) range.outside = *gap;
  if (RowOf(table, keys.high()) == nullptr) range.outside = keys.high();
  if (RowOf(table, keys.low()) == nullptr) range.outside = keys.low();
  return range;
}

}  // namespace ladder::quiz
