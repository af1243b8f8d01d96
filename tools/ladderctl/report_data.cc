#include "tools/ladderctl/report_data.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"
#include "libs/chassis/timestamp.h"
#include "tools/ladderctl/figure_text.h"
#include "tools/ladderctl/report_template.h"

namespace ladder::ctl {
namespace {

using nlohmann::json;
using records::v1::Coverage;
using records::v1::Figure;
using records::v1::QueryTrendRequest;
using records::v1::StageCell;
using records::v1::TrendBucket;

constexpr char kDay[] = "%-d %B %Y";

// A figure as texts, and as the ends of what is drawn. Whole clients alone, and no number where it is not shown.
json FigureJson(const Figure& figure, std::int64_t clients) {
  const std::optional<NoisyFigure> read = ReadFigure(figure);
  json shown = {{"text", FigureText(read)}, {"span", SpanText(read)}};
  if (!read.has_value()) return shown;
  if (!IsShown(*read)) {
    shown["high"] = static_cast<std::int64_t>(std::ceil(BarEnd(read)));
    return shown;
  }
  const std::int64_t value = std::llround(read->value);
  const auto span = static_cast<std::int64_t>(std::ceil(2 * read->deviation));
  shown["value"] = value;
  shown["low"] = std::max<std::int64_t>(0, value - span);
  shown["high"] = value + span;
  shown["share"] = ShareText(read, clients);
  return shown;
}

std::string CampaignText(const std::string& campaign) {
  if (campaign.empty()) return "No campaign";
  return campaign == "-other" ? "Campaigns too small to stand alone" : campaign;
}

std::string ClinicText(const std::string& parent) {
  const std::string clinic(absl::StripPrefix(parent, "clinics/"));
  return clinic == "-" ? "All clinics" : absl::StrCat("Clinic ", clinic);
}

std::optional<absl::Time> TimeOf(const google::protobuf::Timestamp& timestamp) {
  const absl::StatusOr<absl::Time> time = FromTimestamp(timestamp, "time");
  return time.ok() ? std::optional<absl::Time>(*time) : std::nullopt;
}

// "1 May 2026 to 31 May 2026", whole days as such; else with times.
std::string SpanOfTime(const records::v1::ReleaseSelection& selection, absl::TimeZone zone) {
  const std::optional<absl::Time> from = TimeOf(selection.from());
  const std::optional<absl::Time> before = TimeOf(selection.before());
  if (!from.has_value() || !before.has_value()) return "?";
  const auto begins_day = [&](absl::Time time) {
    const absl::CivilSecond civil = absl::ToCivilSecond(time, zone);
    return civil == absl::CivilSecond(absl::CivilDay(civil));
  };
  if (begins_day(*from) && begins_day(*before)) {
    return absl::StrCat(absl::FormatTime(kDay, *from, zone), " to ",
                        absl::FormatTime(kDay, *before - absl::Seconds(1), zone));
  }
  constexpr char kMoment[] = "%-d %B %Y %H:%M";
  return absl::StrCat(absl::FormatTime(kMoment, *from, zone), " to ", absl::FormatTime(kMoment, *before, zone));
}

// How a bucket is called, shorter on an axis.
struct BucketName {
  std::string full;
  std::string brief;
};

BucketName NameOf(const TrendBucket& bucket, const FigureView& view) {
  const std::optional<absl::Time> begin = TimeOf(bucket.begin());
  if (!begin.has_value()) return {"?", "?"};
  constexpr int kMonthsInQuarter = 3;
  const absl::CivilMonth month(absl::ToCivilSecond(*begin, view.zone));
  switch (view.bucket) {
    case QueryTrendRequest::BUCKET_YEAR:
      return {absl::StrCat(month.year()), absl::StrCat(month.year())};
    case QueryTrendRequest::BUCKET_QUARTER: {
      const std::string quarter = absl::StrCat("Q", (month.month() - 1) / kMonthsInQuarter + 1, " ", month.year());
      return {quarter, quarter};
    }
    case QueryTrendRequest::BUCKET_MONTH:
      return {absl::FormatTime("%B %Y", *begin, view.zone), absl::FormatTime("%b %Y", *begin, view.zone)};
    default:
      return {absl::StrCat("Week from ", absl::FormatTime(kDay, *begin, view.zone)),
              absl::FormatTime("%-d %b %Y", *begin, view.zone)};
  }
}

std::string BucketWord(QueryTrendRequest::Bucket bucket) {
  switch (bucket) {
    case QueryTrendRequest::BUCKET_YEAR:
      return "year";
    case QueryTrendRequest::BUCKET_QUARTER:
      return "quarter";
    case QueryTrendRequest::BUCKET_MONTH:
      return "month";
    default:
      return "week";
  }
}

json CoverageJson(const Coverage& coverage, const FigureView& view) {
  json covered = {{"clients", coverage.clients()},
                  {"assessments", coverage.assessments()},
                  {"cohorts", coverage.cohorts()},
                  {"wide", coverage.wide()},
                  {"positions", std::vector<std::string>(coverage.positions().begin(), coverage.positions().end())}};
  if (coverage.has_covered_until()) covered["until"] = MomentText(coverage.covered_until(), view.zone);
  return covered;
}

json StagesJson(const records::v1::StageDistribution& distribution) {
  json stages = json::array();
  for (const StageCell& cell : distribution.cells()) {
    stages.push_back({{"id", cell.stage()},
                      {"title", StageText(cell)},
                      {"clients", FigureJson(cell.clients(), distribution.coverage().clients())}});
  }
  return stages;
}

json FlowJson(const ReportAnswers& answers) {
  std::map<std::string, std::string> titles;
  for (const StageCell& cell : answers.distribution.cells()) titles[cell.stage()] = StageText(cell);
  const auto title_of = [&](const std::string& stage) {
    const auto title = titles.find(stage);
    return title == titles.end() ? stage : title->second;
  };
  json cells = json::array();
  for (const auto& cell : answers.flow.cells()) {
    cells.push_back({{"from", cell.from_stage()},
                     {"from_title", title_of(cell.from_stage())},
                     {"to", cell.to_stage()},
                     {"to_title", title_of(cell.to_stage())},
                     {"clients", FigureJson(cell.clients(), 0)}});
  }
  return cells;
}

// The buckets from the first to the last in which any campaign has clients, as [begin, end).
std::pair<int, int> FilledBuckets(const std::vector<CampaignTrend>& campaigns) {
  int begin = 0;
  int end = 0;
  for (const CampaignTrend& campaign : campaigns) {
    for (int i = 0; i < campaign.trend.buckets_size(); ++i) {
      if (campaign.trend.buckets(i).clients() == 0) continue;
      begin = end == 0 ? i : std::min(begin, i);
      end = std::max(end, i + 1);
    }
  }
  return {begin, end};
}

json BucketJson(const TrendBucket& bucket, const FigureView& view) {
  const BucketName name = NameOf(bucket, view);
  json cells = json::array();
  // Where nobody was counted, every cell is a plain 0, and "under 10" would say less than is known.
  if (bucket.clients() > 0) {
    for (const StageCell& cell : bucket.cells()) {
      cells.push_back({{"id", cell.stage()},
                       {"title", StageText(cell)},
                       {"clients", FigureJson(cell.clients(), bucket.clients())}});
    }
  }
  return {{"name", name.full},
          {"brief", name.brief},
          {"clients", bucket.clients()},
          {"wide", bucket.wide()},
          {"cells", std::move(cells)}};
}

json TrendJson(const ReportAnswers& answers, const FigureView& view) {
  const auto [begin, end] = FilledBuckets(answers.campaigns);
  json campaigns = json::array();
  for (const CampaignTrend& campaign : answers.campaigns) {
    json buckets = json::array();
    for (int i = begin; i < std::min(end, campaign.trend.buckets_size()); ++i) {
      buckets.push_back(BucketJson(campaign.trend.buckets(i), view));
    }
    campaigns.push_back({{"title", CampaignText(campaign.campaign)},
                         {"clients", campaign.trend.coverage().clients()},
                         {"buckets", std::move(buckets)}});
  }
  json not_drawn = json::array();
  for (const CampaignSize& campaign : answers.not_drawn) {
    not_drawn.push_back({{"title", CampaignText(campaign.campaign)}, {"clients", campaign.clients}});
  }
  return {
      {"bucket", BucketWord(view.bucket)}, {"campaigns", std::move(campaigns)}, {"not_drawn", std::move(not_drawn)}};
}

json PromiseJson(const records::v1::ReleasePolicy& policy) {
  json promise = {{"promise", policy.promise()}, {"not_promised", policy.not_promised()}, {"total", policy.total()}};
  if (const std::optional<std::string> belief = BeliefText(policy.total())) promise["belief"] = *belief;
  return promise;
}

}  // namespace

std::string ReportJson(const ReportAnswers& answers, const FigureView& view, absl::Time made_at) {
  const json data = {{"quiz", answers.quiz_title},
                     {"clinic", ClinicText(answers.selection.parent())},
                     {"series", answers.selection.series()},
                     {"span", SpanOfTime(answers.selection, view.zone)},
                     {"time_zone", view.zone.name()},
                     {"made_at", MomentText(ToTimestamp(made_at), view.zone)},
                     {"coverage", CoverageJson(answers.distribution.coverage(), view)},
                     {"stages", StagesJson(answers.distribution)},
                     {"flow", FlowJson(answers)},
                     {"trend", TrendJson(answers, view)},
                     {"privacy", PromiseJson(answers.policy)}};
  // "</script>", "<!--" and the like are JSON of the same meaning without these characters.
  return absl::StrReplaceAll(data.dump(-1, ' ', false, json::error_handler_t::replace),
                             {{"<", "\\u003c"}, {">", "\\u003e"}, {"&", "\\u0026"}});
}

std::string ReportPage(absl::string_view json) {
  return absl::StrReplaceAll(ReportTemplate(), {{kReportDataMark, json}});
}

}  // namespace ladder::ctl
