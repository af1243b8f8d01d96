#include "records-service/release/figures.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <optional>
#include <utility>

#include "absl/numeric/int128.h"
#include "absl/strings/str_cat.h"
#include "libs/chassis/errors.h"
#include "libs/quiz/published.h"
#include "records-service/release/discrete_laplace.h"
#include "records-service/release/ordered_figures.h"

namespace ladder::records::release {
namespace {

constexpr std::size_t kShapeIdDigits = 16;
constexpr int kMaxDenominatorBits = 62;
// Of one count, whatever its sign. More people than there are, and any sum over the cells of one message fits 64 bits.
constexpr std::int64_t kMaxCount = std::int64_t{1} << 40;

quiz::Rational Divide(std::int64_t numerator, std::int64_t denominator) {
  return quiz::Rational::Ratio(numerator, denominator);
}

// How many details each stage has.
std::map<std::string, std::int64_t> DetailsByStage(const v1::ReleasedTables& tables) {
  std::map<std::string, std::int64_t> details;
  for (const v1::DetailCount& cell : tables.detail()) ++details[cell.stage()];
  return details;
}

std::int64_t StagesOf(const v1::ReleasedTables& tables) { return tables.stage(0).counts_size(); }

// What the sums rely on: the same stages in every group, and details for each of them and for no others.
bool IsWellFormed(const v1::ReleasedTables& tables) {
  if (tables.stage().empty() || tables.stage(0).counts().empty()) return false;
  std::map<std::string, std::int64_t> details = DetailsByStage(tables);
  if (details.size() != static_cast<std::size_t>(StagesOf(tables))) return false;
  for (const v1::StageGroup& group : tables.stage()) {
    if (group.slice_values_size() != tables.slices_size() || group.counts_size() != StagesOf(tables)) return false;
    for (int i = 0; i < group.counts_size(); ++i) {
      const std::string& stage = group.counts(i).stage();
      if (stage != tables.stage(0).counts(i).stage() || !details.contains(stage)) return false;
    }
  }
  return true;
}

bool IsCount(std::int64_t count) { return count >= -kMaxCount && count <= kMaxCount; }

template <typename Cells>
bool AreCounts(const Cells& cells) {
  return std::all_of(cells.begin(), cells.end(), [](const auto& cell) { return IsCount(cell.count()); });
}

// Whether every count is one that sums can hold. Rows of a damaged store need not be.
bool IsInRange(const ShapeSum& sum) {
  const auto is_in_range = [](const v1::StageGroup& group) {
    return IsCount(group.clients()) && AreCounts(group.counts());
  };
  return sum.entries >= 0 && sum.entries <= kMaxCount &&
         std::all_of(sum.tables.stage().begin(), sum.tables.stage().end(), is_in_range) &&
         AreCounts(sum.tables.detail()) && AreCounts(sum.tables.change()) && AreCounts(sum.tables.flow());
}

// `denominator`, extended to those of the figures of these tables; nothing if that takes more than kMaxDenominatorBits.
std::optional<std::int64_t> ExtendDenominator(std::int64_t denominator, const v1::ReleasedTables& tables) {
  for (const auto& [stage, details] : DetailsByStage(tables)) {
    const std::int64_t of_stage = StagesOf(tables) * details;  // Both are sizes of lists, so it fits.
    const absl::int128 multiple = absl::int128(denominator / std::gcd(denominator, of_stage)) * of_stage;
    if ((multiple >> kMaxDenominatorBits) != 0) return std::nullopt;
    denominator = static_cast<std::int64_t>(multiple);
  }
  return denominator;
}

template <typename Cells>
void AddCounts(const Cells& from, Cells& to) {
  for (int i = 0; i < from.size(); ++i) to[i].set_count(to[i].count() + from[i].count());
}

// REQUIRES: both are of one shape.
void AddTables(const v1::ReleasedTables& from, v1::ReleasedTables& to) {
  for (int i = 0; i < from.stage_size(); ++i) {
    v1::StageGroup& group = *to.mutable_stage(i);
    group.set_clients(group.clients() + from.stage(i).clients());
    AddCounts(from.stage(i).counts(), *group.mutable_counts());
  }
  AddCounts(from.detail(), *to.mutable_detail());
  AddCounts(from.change(), *to.mutable_change());
  AddCounts(from.flow(), *to.mutable_flow());
}

// Of the sum of one cell over all entries.
double VarianceOf(const Budget& budget, const ShapeSum& sum) {
  return Variance(budget) * static_cast<double>(sum.entries);
}

// What each stage of the group is shifted by.
quiz::Rational ShiftOf(const v1::StageGroup& group) {
  std::int64_t counted = 0;
  for (const v1::StageCount& cell : group.counts()) counted += cell.count();
  return Divide(group.clients() - counted, group.counts_size());
}

// The values of the slices asked for, in their order.
std::vector<std::string> ValuesOf(const v1::ReleasedTables& tables, const v1::StageGroup& group,
                                  absl::Span<const std::string> slices) {
  std::vector<std::string> values;
  for (const std::string& slice : slices) {
    const auto found = std::find(tables.slices().begin(), tables.slices().end(), slice);
    const auto index = static_cast<int>(found - tables.slices().begin());
    values.push_back(found == tables.slices().end() ? "" : group.slice_values(index));
  }
  return values;
}

void AddTo(const quiz::Rational& count, double variance, Figure& figure) {
  figure.count += count;
  figure.variance += variance;
}

// The stages of one shape, by stage and then the slices asked for.
void AddStages(const ShapeSum& sum, absl::Span<const std::string> slices, OrderedFigures& figures) {
  const double variance = VarianceOf(sum.budgets.stage, sum) * (1 - 1 / static_cast<double>(StagesOf(sum.tables)));
  for (const v1::StageGroup& group : sum.tables.stage()) {
    const quiz::Rational shift = ShiftOf(group);
    const std::vector<std::string> values = ValuesOf(sum.tables, group, slices);
    for (const v1::StageCount& cell : group.counts()) {
      FigureKey key = {cell.stage()};
      key.insert(key.end(), values.begin(), values.end());
      AddTo(quiz::Rational(cell.count()) + shift, variance, figures.At(key));
    }
  }
}

// The details of one stage.
struct StageDetails {
  std::int64_t cells = 0;
  std::int64_t counted = 0;
  Figure stage;
};

std::map<std::string, StageDetails> DetailsOf(const ShapeSum& sum) {
  std::map<std::string, StageDetails> details;
  for (const v1::DetailCount& cell : sum.tables.detail()) {
    StageDetails& stage = details[cell.stage()];
    ++stage.cells;
    stage.counted += cell.count();
  }
  OrderedFigures stages;
  AddStages(sum, {}, stages);
  stages.ForEach([&details](const FigureKey& key, const Figure& figure) { details[key[0]].stage = figure; });
  return details;
}

// Several details of one stage.
struct DetailGroup {
  std::int64_t cells = 0;
  std::int64_t counted = 0;
};

void AddDetailGroup(const ShapeSum& sum, const StageDetails& stage, const DetailGroup& group, Figure& figure) {
  const quiz::Rational share = Divide(group.cells, stage.cells);
  const double q = static_cast<double>(group.cells);
  const double part = q / static_cast<double>(stage.cells);
  AddTo(quiz::Rational(group.counted) + share * (stage.stage.count - quiz::Rational(stage.counted)),
        VarianceOf(sum.budgets.detail, sum) * q * (1 - part) + part * part * stage.stage.variance, figure);
}

void AddDetails(const ShapeSum& sum, bool by_range, bool by_guidance, OrderedFigures& figures) {
  const std::map<std::string, StageDetails> stages = DetailsOf(sum);
  std::map<FigureKey, DetailGroup> groups;
  std::vector<FigureKey> order;
  for (const v1::DetailCount& cell : sum.tables.detail()) {
    FigureKey key = {cell.stage(), by_range ? cell.range() : "", by_guidance ? cell.guidance() : ""};
    DetailGroup& group = groups[key];
    if (group.cells == 0) order.push_back(std::move(key));
    ++group.cells;
    group.counted += cell.count();
  }
  for (const FigureKey& key : order) AddDetailGroup(sum, stages.at(key[0]), groups.at(key), figures.At(key));
}

}  // namespace

std::string ShapeId(const Budgets& budgets, const v1::ReleasedTables& tables) {
  // Ids and codes hold neither a slash nor a line feed.
  std::string text = absl::StrCat(ToText(budgets.stage), "\n", ToText(budgets.detail), "\n", ToText(budgets.change),
                                  "\n", ToText(budgets.flow), "\n");
  for (const std::string& slice : tables.slices()) absl::StrAppend(&text, "slice/", slice, "\n");
  for (const v1::StageGroup& group : tables.stage()) {
    absl::StrAppend(&text, "group");
    for (const std::string& value : group.slice_values()) absl::StrAppend(&text, "/", value);
    absl::StrAppend(&text, "\n");
    for (const v1::StageCount& cell : group.counts()) absl::StrAppend(&text, "stage/", cell.stage(), "\n");
  }
  for (const v1::DetailCount& cell : tables.detail()) {
    absl::StrAppend(&text, "detail/", cell.stage(), "/", cell.range(), "/", cell.guidance(), "\n");
  }
  for (const v1::ChangeCount& cell : tables.change()) {
    absl::StrAppend(&text, "change/", v1::Change_Name(cell.change()), "\n");
  }
  for (const v1::FlowCount& cell : tables.flow()) {
    absl::StrAppend(&text, "flow/", cell.from_stage(), "/", cell.to_stage(), "\n");
  }
  return quiz::DigestOf(text).substr(0, kShapeIdDigits);
}

absl::Status TableSums::Add(const ShapeSum& sum) {
  if (!IsWellFormed(sum.tables)) return Internal("tables of the release log do not fit together");
  if (!IsInRange(sum)) return Internal("tables of the release log have counts that no release makes");
  const std::string id = ShapeId(sum.budgets, sum.tables);
  const auto found = std::find(ids_.begin(), ids_.end(), id);
  if (found != ids_.end()) {
    ShapeSum& same = sums_[static_cast<std::size_t>(found - ids_.begin())];
    same.entries += sum.entries;
    AddTables(sum.tables, same.tables);
    return IsInRange(same) ? absl::OkStatus() : Internal("the sums of the release log are too large");
  }
  const std::optional<std::int64_t> denominator = ExtendDenominator(denominator_, sum.tables);
  if (!denominator.has_value()) {
    return absl::OutOfRangeError("the versions of this series are too different to add exactly; ask for less time");
  }
  denominator_ = *denominator;
  ids_.push_back(id);
  sums_.push_back(sum);
  return absl::OkStatus();
}

std::vector<StageFigure> TableSums::Stages(absl::Span<const std::string> slices) const {
  OrderedFigures ordered;
  for (auto sum = sums_.rbegin(); sum != sums_.rend(); ++sum) AddStages(*sum, slices, ordered);
  std::vector<StageFigure> figures;
  ordered.ForEach([&figures](const FigureKey& key, const Figure& figure) {
    figures.push_back({key[0], {key.begin() + 1, key.end()}, figure});
  });
  return figures;
}

std::vector<DetailFigure> TableSums::Details(bool by_range, bool by_guidance) const {
  OrderedFigures ordered;
  for (auto sum = sums_.rbegin(); sum != sums_.rend(); ++sum) AddDetails(*sum, by_range, by_guidance, ordered);
  std::vector<DetailFigure> figures;
  ordered.ForEach([&figures](const FigureKey& key, const Figure& figure) {
    figures.push_back({key[0], key[1], key[2], figure});
  });
  return figures;
}

std::vector<ChangeFigure> TableSums::Changes() const {
  std::map<v1::Change, Figure> by_change;
  for (const ShapeSum& sum : sums_) {
    for (const v1::ChangeCount& cell : sum.tables.change()) {
      AddTo(cell.count(), VarianceOf(sum.budgets.change, sum), by_change[cell.change()]);
    }
  }
  std::vector<ChangeFigure> figures;
  for (const auto& [change, figure] : by_change) figures.push_back({change, figure});
  return figures;
}

std::vector<FlowFigure> TableSums::Flows() const {
  OrderedFigures ordered;
  for (auto sum = sums_.rbegin(); sum != sums_.rend(); ++sum) {
    for (const v1::FlowCount& cell : sum->tables.flow()) {
      AddTo(cell.count(), VarianceOf(sum->budgets.flow, *sum), ordered.At({cell.from_stage(), cell.to_stage()}));
    }
  }
  std::vector<FlowFigure> figures;
  ordered.ForEach([&figures](const FigureKey& key, const Figure& figure) {
    figures.push_back({key[0], key[1], figure});
  });
  return figures;
}

}  // namespace ladder::records::release
