#include "records-service/analytics/analytics.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "libs/chassis/errors.h"
#include "libs/chassis/timestamp.h"
#include "records-service/analytics/dimensions.h"
#include "records-service/analytics/policy.h"
#include "records-service/analytics/time_spans.h"

namespace ladder::records::analytics {
namespace {

// The rows that a question about one campaign, or about all, adds up.
Rows RowsOf(const Sums& sums, const Selection& selection) {
  Rows rows;
  for (const SumRow& row : sums.rows) {
    if (selection.Holds(row.partition)) rows.push_back(&row);
  }
  return rows;
}

// One list for each bucket. No span crosses a bound.
std::vector<Rows> ByBucket(const Rows& rows, const std::vector<absl::Time>& bounds) {
  std::vector<Rows> buckets(bounds.size() - 1);
  for (const SumRow* row : rows) {
    const auto after = std::upper_bound(bounds.begin(), bounds.end(), row->begin);
    buckets[static_cast<std::size_t>(after - bounds.begin()) - 1].push_back(row);
  }
  return buckets;
}

// Faults where the request names no way to divide time.
Division CheckDivision(const v1::QueryTrendRequest& request, absl::Duration tick, RequestCheck& check) {
  Division division{request.bucket(), absl::UTCTimeZone(), tick};
  if (request.bucket() == v1::QueryTrendRequest::BUCKET_UNSPECIFIED ||
      !v1::QueryTrendRequest::Bucket_IsValid(request.bucket())) {
    check.Fault("bucket",
                "has to be one of BUCKET_TICK, BUCKET_HOUR, BUCKET_DAY, BUCKET_WEEK, BUCKET_MONTH, BUCKET_QUARTER and "
                "BUCKET_YEAR");
  }
  if (const std::optional<absl::TimeZone> zone = FindTimeZone(request.time_zone()); zone.has_value()) {
    division.zone = *zone;
  } else {
    check.Fault("time_zone", absl::StrCat("'", request.time_zone(),
                                          "' is no time zone of IANA: those are named like Europe/Berlin, UTC or "
                                          "Asia/Kathmandu"));
  }
  for (const auto& [field, present] : {std::pair("selection.from", request.selection().has_from()),
                                       std::pair("selection.before", request.selection().has_before())}) {
    if (!present) check.Fault(field, "is required, and has to begin a bucket");
  }
  return division;
}

void CheckCells(std::size_t cells, absl::string_view field, absl::string_view mend, RequestCheck& check) {
  if (cells <= kMaxCells) return;
  check.Fault(field, absl::StrCat("the answer would have more than ", kMaxCells, " cells: ", mend));
}

}  // namespace

absl::StatusOr<v1::StageDistribution> Analytics::QueryStageDistribution(
    const v1::QueryStageDistributionRequest& request) {
  RequestCheck check;
  const Selection selection = CheckSelection(request.selection(), options_.tick, check);
  if (!check.status().ok()) return check.status();
  const absl::StatusOr<SeriesTables> tables = FindTables(selection.series);
  if (!tables.ok()) return tables.status();
  const Dimensions by = CheckDistribution(request.by(), tables->empty, check);
  if (!check.status().ok()) return check.status();
  CheckCells(CellsOf(by, tables->empty), "by", "name fewer dimensions", check);
  if (!check.status().ok()) return check.status();

  absl::StatusOr<Total> total = ReadTotal(selection, *tables);
  if (!total.ok()) return total.status();
  v1::StageDistribution distribution;
  distribution.mutable_coverage()->Swap(&total->coverage);
  *distribution.mutable_cells() = StageCellsOf(total->sums, by, *tables);
  return distribution;
}

absl::StatusOr<v1::ChangeDistribution> Analytics::QueryChange(const v1::QueryChangeRequest& request) {
  absl::StatusOr<Total> total = ReadAll(request.selection());
  if (!total.ok()) return total.status();
  v1::ChangeDistribution distribution;
  distribution.mutable_coverage()->Swap(&total->coverage);
  for (const release::ChangeFigure& change : total->sums.Changes()) {
    v1::ChangeCell* cell = distribution.add_cells();
    cell->set_change(change.change);
    *cell->mutable_clients() = FigureOf(change.figure);
  }
  return distribution;
}

absl::StatusOr<v1::StageFlow> Analytics::QueryFlow(const v1::QueryFlowRequest& request) {
  absl::StatusOr<Total> total = ReadAll(request.selection());
  if (!total.ok()) return total.status();
  v1::StageFlow answer;
  answer.mutable_coverage()->Swap(&total->coverage);
  for (const release::FlowFigure& flow : total->sums.Flows()) {
    v1::FlowCell* cell = answer.add_cells();
    cell->set_from_stage(flow.from_stage);
    cell->set_to_stage(flow.to_stage);
    *cell->mutable_clients() = FigureOf(flow.figure);
  }
  return answer;
}

absl::StatusOr<v1::StageTrend> Analytics::QueryTrend(const v1::QueryTrendRequest& request) {
  RequestCheck check;
  const Selection selection = CheckSelection(request.selection(), options_.tick, check);
  const Division division = CheckDivision(request, options_.tick, check);
  if (!check.status().ok()) return check.status();
  const absl::StatusOr<SeriesTables> tables = FindTables(selection.series);
  if (!tables.ok()) return tables.status();
  const Dimensions by = CheckTrend(request.by(), tables->empty, check);
  if (!check.status().ok()) return check.status();
  const std::size_t cells = CellsOf(by, tables->empty);
  const std::vector<absl::Time> bounds =
      BucketBounds(division, selection.from, selection.before, kMaxCells / cells, check);
  if (!check.status().ok()) return check.status();
  CheckCells((bounds.size() - 1) * cells, "bucket", "take a longer bucket or less time", check);
  if (!check.status().ok()) return check.status();

  std::vector<SumQuery::Part> parts;
  for (std::size_t i = 0; i + 1 < bounds.size(); ++i) AppendSpans(bounds[i], bounds[i + 1], parts);
  const absl::StatusOr<Sums> sums = ReadSums(selection, std::move(parts));
  if (!sums.ok()) return sums.status();
  v1::StageTrend trend;
  *trend.mutable_coverage() = CoverageOf(*sums, selection);
  const std::vector<Rows> buckets = ByBucket(RowsOf(*sums, selection), bounds);
  for (std::size_t i = 0; i < buckets.size(); ++i) {
    const absl::StatusOr<release::TableSums> added = AddUp(buckets[i], *tables, options_.budgets);
    if (!added.ok()) return added.status();
    v1::TrendBucket* bucket = trend.add_buckets();
    *bucket->mutable_begin() = ToTimestamp(bounds[i]);
    *bucket->mutable_end() = ToTimestamp(bounds[i + 1]);
    bucket->set_clients(ClientsOf(buckets[i]));
    bucket->set_wide(IsWide(buckets[i], bounds[i]));
    *bucket->mutable_cells() = StageCellsOf(*added, by, *tables);
  }
  return trend;
}

absl::StatusOr<v1::ReleasePolicy> Analytics::GetReleasePolicy(const v1::GetReleasePolicyRequest& /*request*/) const {
  return PolicyOf(options_);
}

absl::StatusOr<Analytics::Total> Analytics::ReadAll(const v1::ReleaseSelection& asked) {
  RequestCheck check;
  const Selection selection = CheckSelection(asked, options_.tick, check);
  if (!check.status().ok()) return check.status();
  const absl::StatusOr<SeriesTables> tables = FindTables(selection.series);
  if (!tables.ok()) return tables.status();
  return ReadTotal(selection, *tables);
}

absl::StatusOr<SeriesTables> Analytics::FindTables(const quiz::SeriesName& name) {
  const auto versions = series_.VersionsOf(name.quiz, name.first_version);
  if (absl::IsNotFound(versions.status())) return NotFound("quiz series", name.ToString());
  if (!versions.ok()) return versions.status();
  SeriesTables tables = TablesOfSeries(*versions);
  if (!tables.titles.empty()) return tables;
  return InvalidArgument({{"selection.series", absl::StrCat(name.ToString(), " has no ladder, so it has no stages")}});
}

absl::StatusOr<Sums> Analytics::ReadSums(const Selection& selection, std::vector<SumQuery::Part> parts) {
  return log_.ReadSums(
      {selection.clinic, release::SeriesText(selection.series.quiz, selection.series.first_version), std::move(parts)});
}

absl::StatusOr<Analytics::Total> Analytics::ReadTotal(const Selection& selection, const SeriesTables& tables) {
  std::vector<SumQuery::Part> parts;
  AppendSpans(selection.from, selection.before, parts);
  const absl::StatusOr<Sums> sums = ReadSums(selection, std::move(parts));
  if (!sums.ok()) return sums.status();
  absl::StatusOr<release::TableSums> added = AddUp(RowsOf(*sums, selection), tables, options_.budgets);
  if (!added.ok()) return added.status();
  return Total{CoverageOf(*sums, selection), *std::move(added)};
}

}  // namespace ladder::records::analytics
