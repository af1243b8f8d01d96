#include "records-service/analytics/answer.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "libs/chassis/errors.h"
#include "libs/chassis/timestamp.h"
#include "libs/quiz/number.h"
#include "libs/quiz/render.h"
#include "libs/quiz/text.h"
#include "records-service/release/table_shape.h"

namespace ladder::records::analytics {
namespace {

constexpr int kDecimalDigits = 2;  // Beside them stands the exact ratio.
constexpr int kMaxPositions = 100;

void AddTitles(const quiz::Program& program, std::map<std::string, std::string>& titles) {
  if (!program.ladder.has_value()) return;
  const absl::string_view locale = quiz::DefaultLocale(program.definition);
  const quiz::v1::Scale& scale = program.definition.scales(static_cast<int>(program.ladder->scale));
  for (const quiz::v1::Band& band : scale.band_sets(static_cast<int>(program.ladder->band_set)).bands()) {
    titles[band.id()] = quiz::TextIn(band.title(), locale, locale);
  }
}

absl::StatusOr<release::ShapeSum> ShapeSumOf(const SumRow& row) {
  absl::StatusOr<release::Budgets> budgets = release::ParseBudgets(row.budgets);
  if (!budgets.ok()) return budgets.status();
  release::ShapeSum sum{*budgets, row.entries, {}};
  if (!sum.tables.ParseFromString(row.tables)) return Internal("tables of the release log are damaged");
  return sum;
}

absl::Status AddTo(release::TableSums& sums, const release::ShapeSum& added) {
  absl::Status status = sums.Add(added);
  if (status.code() != absl::StatusCode::kOutOfRange) return status;
  return InvalidArgument({{"selection", std::string(status.message())}});
}

v1::StageCell CellOf(const std::string& stage, const release::Figure& figure, const SeriesTables& series) {
  v1::StageCell cell;
  cell.set_stage(stage);
  const auto title = series.titles.find(stage);
  if (title != series.titles.end()) cell.set_title(title->second);
  *cell.mutable_clients() = FigureOf(figure);
  return cell;
}

}  // namespace

SeriesTables TablesOfSeries(absl::Span<const std::shared_ptr<const quiz::Program>> versions) {
  SeriesTables series;
  series.empty = release::EmptyTables(release::ShapeOf(versions));
  for (const std::shared_ptr<const quiz::Program>& version : versions) AddTitles(*version, series.titles);
  return series;
}

v1::Coverage CoverageOf(const Sums& sums, const Selection& selection) {
  v1::Coverage coverage;
  absl::Time covered_until = absl::InfinitePast();
  for (const SumRow& row : sums.rows) {
    covered_until = std::max(covered_until, row.close_time);
    if (selection.campaign.has_value() && row.partition.campaign == kOtherCampaign) {
      coverage.set_other_clients(coverage.other_clients() + row.clients);
    }
    if (!selection.Holds(row.partition)) continue;
    coverage.set_clients(coverage.clients() + row.clients);
    coverage.set_assessments(coverage.assessments() + row.assessments);
    coverage.set_cohorts(coverage.cohorts() + row.entries);
    if (row.window_begin < selection.from) coverage.set_wide(true);
  }
  if (!sums.rows.empty()) *coverage.mutable_covered_until() = ToTimestamp(covered_until);
  for (const LogHead& head : sums.heads) {
    if (head.position == 0) continue;
    if (coverage.positions_size() == kMaxPositions) break;
    coverage.add_positions(absl::StrCat("clinics/", head.clinic, "/releases/", head.position));
  }
  return coverage;
}

bool IsWide(const Rows& rows, absl::Time begin) {
  return std::any_of(rows.begin(), rows.end(), [begin](const SumRow* row) { return row->window_begin < begin; });
}

std::int64_t ClientsOf(const Rows& rows) {
  std::int64_t clients = 0;
  for (const SumRow* row : rows) clients += row->clients;
  return clients;
}

absl::StatusOr<release::TableSums> AddUp(const Rows& rows, const SeriesTables& series,
                                         const release::Budgets& budgets) {
  // The shape that comes last orders the cells, so it has to be the one of the newest definition.
  const std::string shape = release::ShapeId(budgets, series.empty);
  Rows ordered = rows;
  std::stable_sort(ordered.begin(), ordered.end(), [&shape](const SumRow* a, const SumRow* b) {
    return std::pair(a->shape == shape, a->begin) < std::pair(b->shape == shape, b->begin);
  });
  const auto current =
      std::find_if(ordered.begin(), ordered.end(), [&shape](const SumRow* row) { return row->shape == shape; });
  release::TableSums sums;
  const auto add_rows = [&sums](auto begin, auto end) {
    for (auto row = begin; row != end; ++row) {
      const absl::StatusOr<release::ShapeSum> sum = ShapeSumOf(**row);
      if (!sum.ok()) return sum.status();
      if (absl::Status added = AddTo(sums, *sum); !added.ok()) return added;
    }
    return absl::OkStatus();
  };
  absl::Status status = add_rows(ordered.begin(), current);
  if (status.ok()) status = AddTo(sums, {budgets, 0, series.empty});
  if (status.ok()) status = add_rows(current, ordered.end());
  if (!status.ok()) return status;
  return sums;
}

StageCells StageCellsOf(const release::TableSums& sums, const Dimensions& by, const SeriesTables& series) {
  StageCells cells;
  if (by.range || by.guidance) {
    for (const release::DetailFigure& detail : sums.Details(by.range, by.guidance)) {
      v1::StageCell cell = CellOf(detail.stage, detail.figure, series);
      cell.set_range(detail.range);
      cell.set_guidance(detail.guidance);
      *cells.Add() = std::move(cell);
    }
    return cells;
  }
  for (const release::StageFigure& stage : sums.Stages(by.slices)) {
    v1::StageCell cell = CellOf(stage.stage, stage.figure, series);
    for (std::size_t i = 0; i < by.slices.size(); ++i) (*cell.mutable_slices())[by.slices[i]] = stage.slices[i];
    *cells.Add() = std::move(cell);
  }
  return cells;
}

v1::Figure FigureOf(const release::Figure& figure) {
  v1::Figure shown;
  shown.mutable_count()->set_decimal(quiz::FormatDecimal(figure.count, kDecimalDigits));
  *shown.mutable_count()->mutable_exact() = quiz::RenderRatio(figure.count);
  shown.set_standard_deviation(absl::StrFormat("%.4f", std::sqrt(figure.variance)));
  return shown;
}

}  // namespace ladder::records::analytics
