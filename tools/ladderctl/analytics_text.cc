#include "tools/ladderctl/analytics_text.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <sstream>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "libs/chassis/timestamp.h"
#include "tools/ladderctl/figure_text.h"
#include "tools/ladderctl/table.h"

namespace ladder::ctl {
namespace {

using records::v1::Change;
using records::v1::Coverage;
using records::v1::Figure;
using records::v1::QueryTrendRequest;
using records::v1::StageCell;
using records::v1::TrendBucket;

constexpr std::size_t kNarrowestBar = 10;
constexpr std::size_t kWidestBar = 40;
constexpr std::size_t kGap = 2;             // Columns between those of a table.
constexpr std::size_t kShownPositions = 5;  // The others are counted.

std::string PadLeft(const std::string& text, std::size_t width) {
  const std::size_t used = DisplayWidth(text);
  return absl::StrCat(std::string(used < width ? width - used : 0, ' '), text);
}

// A table whose last columns are numbers and a bar. Rows come first, so that all bars have the scale of the largest.
class FigureTable {
 public:
  FigureTable(std::vector<std::string> labels, std::int64_t clients)
      : header_(std::move(labels)), clients_(clients), label_columns_(header_.size()) {
    header_.insert(header_.end(), {"Clients", "±", "Share", ""});
  }

  void AddRow(std::vector<std::string> labels, const Figure& figure) { AddRow(std::move(labels), figure, clients_); }
  void AddRow(std::vector<std::string> labels, const Figure& figure, std::int64_t clients) {
    const std::optional<NoisyFigure> read = ReadFigure(figure);
    labels.insert(labels.end(), {FigureText(read), SpanText(read), ShareText(read, clients)});
    rows_.push_back(std::move(labels));
    figures_.push_back(read);
  }

  std::string ToText(std::size_t width) {
    double scale = 0;
    for (const auto& figure : figures_) scale = std::max(scale, BarEnd(figure));
    std::size_t used = 0;
    for (std::size_t column = 0; column + 1 < header_.size(); ++column) {
      std::size_t column_width = DisplayWidth(header_[column]);
      for (const auto& row : rows_) column_width = std::max(column_width, DisplayWidth(row[column]));
      used += column_width + kGap;
      if (column < label_columns_) continue;
      header_[column] = PadLeft(header_[column], column_width);
      for (auto& row : rows_) row[column] = PadLeft(row[column], column_width);
    }
    const std::size_t bar = std::clamp(width > used ? width - used : 0, kNarrowestBar, kWidestBar);
    Table table(header_);
    for (std::size_t i = 0; i < rows_.size(); ++i) {
      rows_[i].push_back(FigureBar(figures_[i], scale, bar));
      table.AddRow(rows_[i]);
    }
    std::ostringstream out;
    table.Print(out);
    return out.str();
  }

 private:
  std::vector<std::string> header_;
  const std::int64_t clients_;
  const std::size_t label_columns_;
  std::vector<std::vector<std::string>> rows_;
  std::vector<std::optional<NoisyFigure>> figures_;
};

std::string TimeText(const google::protobuf::Timestamp& timestamp, const char* format, absl::TimeZone zone) {
  const absl::StatusOr<absl::Time> time = FromTimestamp(timestamp, "time");
  return time.ok() ? absl::FormatTime(format, *time, zone) : "?";
}

std::string Counted(std::int64_t number, absl::string_view one, absl::string_view many) {
  return absl::StrCat(Grouped(number), " ", number == 1 ? one : many);
}

std::string PositionsText(const Coverage& coverage) {
  const auto& all = coverage.positions();
  const std::size_t shown = std::min<std::size_t>(kShownPositions, static_cast<std::size_t>(all.size()));
  std::string text = absl::StrJoin(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(shown), ", ");
  const std::size_t left = static_cast<std::size_t>(all.size()) - shown;
  if (left > 0) absl::StrAppend(&text, " and ", left, " more");
  return text;
}

// What every answer ends with.
std::string CoverageText(const Coverage& coverage, const FigureView& view) {
  if (coverage.cohorts() == 0) return "No cohort was released yet of what was asked for.\n";
  std::vector<std::string> sentences = {absl::StrCat(
      Counted(coverage.clients(), "client", "clients"), " (each once in every cohort) with ",
      Counted(coverage.assessments(), "assessment", "assessments"), " in ",
      Counted(coverage.cohorts(), "cohort", "cohorts"),
      coverage.has_covered_until() ? absl::StrCat(", covered until ", MomentText(coverage.covered_until(), view.zone))
                                   : "",
      ".")};
  if (view.of_campaign) {
    sentences.push_back(absl::StrCat("Beside this campaign, campaigns too small to stand alone (-other): ",
                                     Counted(coverage.other_clients(), "client", "clients"), "."));
  }
  if (coverage.wide()) sentences.push_back("Wide: some cohorts began before the time that they are counted in.");
  if (!coverage.positions().empty()) {
    sentences.push_back(absl::StrCat("The log as far as ", PositionsText(coverage), "."));
  }
  sentences.push_back(
      "±: two standard deviations of the noise. \"under 10\": too small to tell from none, below 10 or below ±.");
  std::string text = "\n";
  for (const std::string& sentence : sentences) absl::StrAppend(&text, Wrap(sentence, view.width, 0), "\n");
  return text;
}

std::string OrNone(const std::string& id) { return id.empty() ? "none" : id; }

// What `by` names of the cell.
std::string DimensionOf(const StageCell& cell, const std::string& by) {
  if (by == "range") return cell.range();
  if (by == "guidance") return cell.guidance();
  const auto slice = cell.slices().find(by);
  return slice == cell.slices().end() ? "" : slice->second;
}

std::vector<std::string> LabelsOf(const StageCell& cell, const FigureView& view) {
  std::vector<std::string> labels = {StageText(cell)};
  for (const std::string& by : view.by) labels.push_back(OrNone(DimensionOf(cell, by)));
  return labels;
}

std::vector<std::string> StageHeader(const FigureView& view) {
  std::vector<std::string> header = {"Stage"};
  header.insert(header.end(), view.by.begin(), view.by.end());
  return header;
}

std::string ChangeTitle(Change change) {
  switch (change) {
    case records::v1::CHANGE_RELIABLY_BETTER:
      return "Reliably better";
    case records::v1::CHANGE_RELIABLY_WORSE:
      return "Reliably worse";
    case records::v1::CHANGE_NO_RELIABLE_CHANGE:
      return "No reliable change";
    case records::v1::CHANGE_NOT_ASSESSABLE:
      return "Not assessable";
    case records::v1::CHANGE_FIRST:
      return "Counted for the first time";
    default:
      return "Unknown";
  }
}

std::string StageId(const std::string& stage) { return stage.empty() ? "not scored" : stage; }

std::string BucketText(const TrendBucket& bucket, const FigureView& view) {
  switch (view.bucket) {
    case QueryTrendRequest::BUCKET_YEAR:
      return TimeText(bucket.begin(), "%Y", view.zone);
    case QueryTrendRequest::BUCKET_MONTH:
    case QueryTrendRequest::BUCKET_QUARTER:
      return TimeText(bucket.begin(), "%Y-%m", view.zone);
    case QueryTrendRequest::BUCKET_TICK:
    case QueryTrendRequest::BUCKET_HOUR:
      return TimeText(bucket.begin(), "%Y-%m-%d %H:%M", view.zone);
    default:
      return TimeText(bucket.begin(), "%Y-%m-%d", view.zone);
  }
}

std::string CsvField(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"') quoted.push_back('"');
    quoted.push_back(c);
  }
  return quoted + "\"";
}

std::string CsvLine(const std::vector<std::string>& fields) {
  return absl::StrCat(
      absl::StrJoin(fields, ",",
                    [](std::string* out, const std::string& field) { absl::StrAppend(out, CsvField(field)); }),
      "\r\n");
}

void AddFigure(const Figure& figure, std::vector<std::string>& fields) {
  fields.insert(fields.end(), {figure.count().decimal(), figure.standard_deviation()});
}

std::vector<std::string> StageFields(const StageCell& cell, const FigureView& view) {
  std::vector<std::string> fields = {cell.stage(), cell.title()};
  for (const std::string& by : view.by) fields.push_back(DimensionOf(cell, by));
  AddFigure(cell.clients(), fields);
  return fields;
}

std::vector<std::string> StageFieldNames(const FigureView& view) {
  std::vector<std::string> names = {"stage", "title"};
  names.insert(names.end(), view.by.begin(), view.by.end());
  names.insert(names.end(), {"clients", "standard_deviation"});
  return names;
}

}  // namespace

std::string StageText(const StageCell& cell) {
  if (cell.stage().empty()) return "Not scored";
  return cell.title().empty() ? cell.stage() : cell.title();
}

std::string MomentText(const google::protobuf::Timestamp& timestamp, absl::TimeZone zone) {
  return TimeText(timestamp, "%Y-%m-%d %H:%M %Z", zone);
}

std::string DistributionText(const records::v1::StageDistribution& answer, const FigureView& view) {
  FigureTable table(StageHeader(view), answer.coverage().clients());
  for (const StageCell& cell : answer.cells()) table.AddRow(LabelsOf(cell, view), cell.clients());
  return absl::StrCat(table.ToText(view.width), CoverageText(answer.coverage(), view));
}

std::string ChangeText(const records::v1::ChangeDistribution& answer, const FigureView& view) {
  FigureTable table({"Since counted before"}, answer.coverage().clients());
  for (const auto& cell : answer.cells()) table.AddRow({ChangeTitle(cell.change())}, cell.clients());
  return absl::StrCat(table.ToText(view.width), CoverageText(answer.coverage(), view));
}

std::string FlowText(const records::v1::StageFlow& answer, const FigureView& view) {
  FigureTable table({"From", "To"}, answer.coverage().clients());
  const std::string* last = nullptr;
  for (const auto& cell : answer.cells()) {
    const bool again = last != nullptr && *last == cell.from_stage();
    table.AddRow({again ? "" : StageId(cell.from_stage()), StageId(cell.to_stage())}, cell.clients());
    last = &cell.from_stage();
  }
  return absl::StrCat(table.ToText(view.width), CoverageText(answer.coverage(), view));
}

std::string TrendText(const records::v1::StageTrend& answer, const FigureView& view) {
  std::vector<std::string> header = StageHeader(view);
  header.push_back("From");
  FigureTable table(std::move(header), 0);
  const int cells = answer.buckets().empty() ? 0 : answer.buckets(0).cells_size();
  for (int i = 0; i < cells; ++i) {
    bool first = true;
    for (const TrendBucket& bucket : answer.buckets()) {
      if (i >= bucket.cells_size()) continue;
      std::vector<std::string> labels = LabelsOf(bucket.cells(i), view);
      if (!first) labels.assign(labels.size(), "");
      labels.push_back(absl::StrCat(BucketText(bucket, view), bucket.wide() ? " wide" : ""));
      table.AddRow(std::move(labels), bucket.cells(i).clients(), bucket.clients());
      first = false;
    }
  }
  return absl::StrCat(table.ToText(view.width), CoverageText(answer.coverage(), view));
}

std::string DistributionCsv(const records::v1::StageDistribution& answer, const FigureView& view) {
  std::string csv = CsvLine(StageFieldNames(view));
  for (const StageCell& cell : answer.cells()) absl::StrAppend(&csv, CsvLine(StageFields(cell, view)));
  return csv;
}

std::string ChangeCsv(const records::v1::ChangeDistribution& answer) {
  std::string csv = CsvLine({"change", "clients", "standard_deviation"});
  for (const auto& cell : answer.cells()) {
    std::vector<std::string> fields = {records::v1::Change_Name(cell.change())};
    AddFigure(cell.clients(), fields);
    absl::StrAppend(&csv, CsvLine(fields));
  }
  return csv;
}

std::string FlowCsv(const records::v1::StageFlow& answer) {
  std::string csv = CsvLine({"from_stage", "to_stage", "clients", "standard_deviation"});
  for (const auto& cell : answer.cells()) {
    std::vector<std::string> fields = {cell.from_stage(), cell.to_stage()};
    AddFigure(cell.clients(), fields);
    absl::StrAppend(&csv, CsvLine(fields));
  }
  return csv;
}

std::string TrendCsv(const records::v1::StageTrend& answer, const FigureView& view) {
  std::vector<std::string> names = {"begin", "end", "bucket_clients", "wide"};
  const std::vector<std::string> of_cells = StageFieldNames(view);
  names.insert(names.end(), of_cells.begin(), of_cells.end());
  std::string csv = CsvLine(names);
  for (const TrendBucket& bucket : answer.buckets()) {
    for (const StageCell& cell : bucket.cells()) {
      std::vector<std::string> fields = {TimeText(bucket.begin(), absl::RFC3339_sec, view.zone),
                                         TimeText(bucket.end(), absl::RFC3339_sec, view.zone),
                                         absl::StrCat(bucket.clients()), bucket.wide() ? "true" : "false"};
      const std::vector<std::string> of_cell = StageFields(cell, view);
      fields.insert(fields.end(), of_cell.begin(), of_cell.end());
      absl::StrAppend(&csv, CsvLine(fields));
    }
  }
  return csv;
}

std::string EntryText(const records::v1::ReleaseEntry& entry) {
  return absl::StrCat(
      entry.name(), "  ", entry.series(), "  ", entry.campaign().empty() ? "no campaign" : entry.campaign(), "  ",
      MomentText(entry.window_begin(), absl::UTCTimeZone()), " to ",
      MomentText(entry.window_end(), absl::UTCTimeZone()), "  ", Counted(entry.clients(), "client", "clients"));
}

}  // namespace ladder::ctl
