#include "tools/ladderctl/report.h"

#include <algorithm>
#include <cstdint>
#include <fstream>
#include <ostream>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "libs/quiz/resource_names.h"
#include "libs/quiz/text.h"
#include "tools/ladderctl/analytics_text.h"
#include "tools/ladderctl/client.h"
#include "tools/ladderctl/figure_text.h"
#include "tools/ladderctl/series.h"

namespace ladder::ctl {
namespace {

using records::v1::Coverage;
using records::v1::QueryTrendRequest;

// Between two answers the log may grow, which is rare: a tick is a quarter of an hour.
constexpr int kMostTries = 5;

// In the quiz's own language; its id where it has no title.
absl::StatusOr<std::string> TitleOf(Client& client, const std::string& series) {
  const absl::StatusOr<quiz::SeriesName> name = quiz::ParseSeriesName(series);
  if (!name.ok()) return name.status();
  const auto definition = ReadDefinition(client, quiz::QuizName{name->quiz, name->first_version});
  if (!definition.ok()) return definition.status();
  const std::string& title = quiz::TextIn(definition->title(), "", quiz::DefaultLocale(*definition));
  return title.empty() ? name->quiz : title;
}

absl::StatusOr<std::vector<CampaignSize>> ListCampaigns(Client& client,
                                                        const records::v1::ReleaseSelection& selection) {
  records::v1::StreamReleasesRequest request;
  request.set_parent(selection.parent());
  CampaignSizes sizes(selection);
  const absl::Status status = client.StreamReleases(request, [&](const records::v1::StreamReleasesResponse& piece) {
    for (const auto& entry : piece.entries()) sizes.Add(entry);
  });
  if (!status.ok()) return status;
  return sizes.Sorted();
}

bool SamePositions(const Coverage& a, const Coverage& b) {
  return std::equal(a.positions().begin(), a.positions().end(), b.positions().begin(), b.positions().end());
}

// Whether every answer was read from the same log.
bool IsOfOneLog(const ReportAnswers& answers) {
  const Coverage& first = answers.distribution.coverage();
  return SamePositions(first, answers.flow.coverage()) &&
         std::all_of(answers.campaigns.begin(), answers.campaigns.end(),
                     [&](const CampaignTrend& campaign) { return SamePositions(first, campaign.trend.coverage()); });
}

absl::Status AskDistributionAndFlow(Client& client, ReportAnswers& answers) {
  records::v1::QueryStageDistributionRequest distribution_request;
  *distribution_request.mutable_selection() = answers.selection;
  absl::StatusOr<records::v1::StageDistribution> distribution = client.QueryStageDistribution(distribution_request);
  if (!distribution.ok()) return distribution.status();
  answers.distribution = *std::move(distribution);
  records::v1::QueryFlowRequest flow_request;
  *flow_request.mutable_selection() = answers.selection;
  absl::StatusOr<records::v1::StageFlow> flow = client.QueryFlow(flow_request);
  if (!flow.ok()) return flow.status();
  answers.flow = *std::move(flow);
  return absl::OkStatus();
}

absl::Status AskTrends(Client& client, QueryTrendRequest request, ReportAnswers& answers) {
  absl::StatusOr<std::vector<CampaignSize>> sizes = ListCampaigns(client, answers.selection);
  if (!sizes.ok()) return sizes.status();
  const auto drawn = static_cast<std::ptrdiff_t>(std::min(kMostCampaigns, sizes->size()));
  answers.campaigns.clear();
  for (auto size = sizes->begin(); size != sizes->begin() + drawn; ++size) {
    request.mutable_selection()->set_campaign(size->campaign);
    absl::StatusOr<records::v1::StageTrend> trend = client.QueryTrend(request);
    if (!trend.ok()) return trend.status();
    if (trend->buckets_size() > kMostReportBuckets) {
      return absl::InvalidArgumentError(absl::StrCat("--bucket: the time has ", trend->buckets_size(),
                                                     " of them, and a page has room for ", kMostReportBuckets,
                                                     "; take a longer bucket or less time"));
    }
    answers.campaigns.push_back({size->campaign, *std::move(trend)});
  }
  answers.not_drawn.assign(sizes->begin() + drawn, sizes->end());
  return absl::OkStatus();
}

absl::StatusOr<ReportAnswers> AskAll(Client& client, const AnalyticsCommand& command, absl::TimeZone zone,
                                     absl::Time now) {
  const absl::StatusOr<std::string> series = FindSeries(client, command);
  if (!series.ok()) return series.status();
  const absl::StatusOr<QueryTrendRequest> trend_request = TrendRequestOf(command, *series, zone, now);
  if (!trend_request.ok()) return trend_request.status();
  ReportAnswers answers;
  answers.selection = trend_request->selection();
  absl::StatusOr<std::string> title = TitleOf(client, *series);
  if (!title.ok()) return title.status();
  answers.quiz_title = *std::move(title);
  absl::StatusOr<records::v1::ReleasePolicy> policy = client.GetReleasePolicy({});
  if (!policy.ok()) return policy.status();
  answers.policy = *std::move(policy);
  for (int i = 0; i < kMostTries; ++i) {
    const absl::Status asked = AskDistributionAndFlow(client, answers);
    if (!asked.ok()) return asked;
    const absl::Status trends = AskTrends(client, *trend_request, answers);
    if (!trends.ok()) return trends;
    if (IsOfOneLog(answers)) return answers;
  }
  return absl::AbortedError("the release log grew with each question; try again");
}

bool WriteFile(const std::string& path, const std::string& text) {
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file << text << std::flush;
  return file.good();
}

}  // namespace

void CampaignSizes::Add(const records::v1::ReleaseEntry& entry) {
  // Both lie on ticks, as do the ends of the selection: a last tick that begins at `from` ends after it.
  const std::int64_t end = entry.window_end().seconds();
  if (entry.series() != selection_.series() || end <= selection_.from().seconds() ||
      end > selection_.before().seconds()) {
    return;
  }
  clients_[entry.campaign()] += entry.clients();
}

std::vector<CampaignSize> CampaignSizes::Sorted() const {
  std::vector<CampaignSize> sizes;
  sizes.reserve(clients_.size());
  for (const auto& [campaign, clients] : clients_) sizes.push_back({campaign, clients});
  std::stable_sort(sizes.begin(), sizes.end(),
                   [](const CampaignSize& a, const CampaignSize& b) { return a.clients > b.clients; });
  return sizes;
}

int WriteReport(const ReportCommand& command, const Settings& settings, const Terminal& terminal) {
  const absl::StatusOr<absl::TimeZone> zone = ZoneOf(command.question);
  if (!zone.ok()) return ReportError(zone.status(), terminal);
  const absl::Time now = absl::Now();
  Client client(settings);
  const absl::StatusOr<ReportAnswers> answers = AskAll(client, command.question, *zone, now);
  if (!answers.ok()) return ReportError(answers.status(), terminal);
  FigureView view;
  view.zone = *zone;
  view.bucket = command.question.bucket;
  if (!WriteFile(command.output, ReportPage(ReportJson(*answers, view, now)))) {
    terminal.err << "ladderctl: " << command.output << " could not be written\n";
    return kRefused;
  }
  const Coverage& coverage = answers->distribution.coverage();
  terminal.out << command.output << ": " << Grouped(coverage.clients()) << " clients in " << Grouped(coverage.cohorts())
               << " cohorts, " << answers->campaigns.size() << " campaigns drawn\n";
  return kDone;
}

}  // namespace ladder::ctl
