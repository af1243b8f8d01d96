#include "tools/ladderctl/analytics.h"

#include <ostream>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "tools/ladderctl/analytics_text.h"
#include "tools/ladderctl/client.h"
#include "tools/ladderctl/quiz_files.h"
#include "tools/ladderctl/series.h"

namespace ladder::ctl {
namespace {

FigureFormat FormatOf(const AnalyticsCommand& command, const Settings& settings) {
  if (command.format.has_value()) return *command.format;
  return settings.output == OutputFormat::kJson ? FigureFormat::kJson : FigureFormat::kText;
}

FigureView ViewOf(const AnalyticsCommand& command, absl::TimeZone zone, const Terminal& terminal) {
  FigureView view;
  view.by = command.by;
  view.zone = zone;
  view.width = static_cast<std::size_t>(terminal.width);
  view.bucket = command.bucket;
  view.of_campaign = command.campaign.has_value();
  return view;
}

// What every question has in common: the zone and the series, then `ask(client, series, zone)` for the answer, which
// is printed by `to_text(answer, view)` or `to_csv(answer, view)`.
template <typename Ask, typename ToText, typename ToCsv>
int Show(const AnalyticsCommand& command, const Settings& settings, const Terminal& terminal, const Ask& ask,
         const ToText& to_text, const ToCsv& to_csv) {
  const absl::StatusOr<absl::TimeZone> zone = ZoneOf(command);
  if (!zone.ok()) return ReportError(zone.status(), terminal);
  Client client(settings);
  const absl::StatusOr<std::string> series = FindSeries(client, command);
  if (!series.ok()) return ReportError(series.status(), terminal);
  const auto answer = ask(client, *series, *zone);
  if (!answer.ok()) return ReportError(answer.status(), terminal);
  const FigureView view = ViewOf(command, *zone, terminal);
  switch (FormatOf(command, settings)) {
    case FigureFormat::kJson:
      terminal.out << ToJson(*answer) << "\n";
      break;
    case FigureFormat::kCsv:
      terminal.out << to_csv(*answer, view);
      break;
    case FigureFormat::kText:
      terminal.out << to_text(*answer, view);
      break;
  }
  return kDone;
}

}  // namespace

int ShowDistribution(const AnalyticsCommand& command, const Settings& settings, const Terminal& terminal) {
  const auto ask = [&](Client& client, const std::string& series,
                       absl::TimeZone zone) -> absl::StatusOr<records::v1::StageDistribution> {
    const auto selection = SelectionOf(command, series, zone);
    if (!selection.ok()) return selection.status();
    records::v1::QueryStageDistributionRequest request;
    *request.mutable_selection() = *selection;
    for (const std::string& by : command.by) request.add_by(by);
    return client.QueryStageDistribution(request);
  };
  return Show(command, settings, terminal, ask, DistributionText, DistributionCsv);
}

int ShowChange(const AnalyticsCommand& command, const Settings& settings, const Terminal& terminal) {
  const auto ask = [&](Client& client, const std::string& series,
                       absl::TimeZone zone) -> absl::StatusOr<records::v1::ChangeDistribution> {
    const auto selection = SelectionOf(command, series, zone);
    if (!selection.ok()) return selection.status();
    records::v1::QueryChangeRequest request;
    *request.mutable_selection() = *selection;
    return client.QueryChange(request);
  };
  return Show(command, settings, terminal, ask, ChangeText,
              [](const auto& answer, const FigureView&) { return ChangeCsv(answer); });
}

int ShowFlow(const AnalyticsCommand& command, const Settings& settings, const Terminal& terminal) {
  const auto ask = [&](Client& client, const std::string& series,
                       absl::TimeZone zone) -> absl::StatusOr<records::v1::StageFlow> {
    const auto selection = SelectionOf(command, series, zone);
    if (!selection.ok()) return selection.status();
    records::v1::QueryFlowRequest request;
    *request.mutable_selection() = *selection;
    return client.QueryFlow(request);
  };
  return Show(command, settings, terminal, ask, FlowText,
              [](const auto& answer, const FigureView&) { return FlowCsv(answer); });
}

int ShowTrend(const AnalyticsCommand& command, const Settings& settings, const Terminal& terminal) {
  const auto ask = [&](Client& client, const std::string& series,
                       absl::TimeZone zone) -> absl::StatusOr<records::v1::StageTrend> {
    const auto request = TrendRequestOf(command, series, zone, absl::Now());
    if (!request.ok()) return request.status();
    return client.QueryTrend(*request);
  };
  return Show(command, settings, terminal, ask, TrendText, TrendCsv);
}

int ShowPrivacy(const AnalyticsCommand& command, const Settings& settings, const Terminal& terminal) {
  const absl::StatusOr<records::v1::ReleasePolicy> policy = Client(settings).GetReleasePolicy({});
  if (!policy.ok()) return ReportError(policy.status(), terminal);
  if (FormatOf(command, settings) == FigureFormat::kJson) {
    terminal.out << ToJson(*policy) << "\n";
  } else {
    terminal.out << PrivacyText(*policy, static_cast<std::size_t>(terminal.width));
  }
  return kDone;
}

int ExportLog(const AnalyticsCommand& command, const Settings& settings, const Terminal& terminal) {
  records::v1::ExportReleasesRequest request;
  request.set_parent(absl::StrCat("clinics/", command.clinic));
  const absl::Status status = Client(settings).ExportReleases(
      request, [&](const records::v1::ExportReleasesResponse& piece) { terminal.out << piece.csv(); });
  terminal.out << std::flush;
  return status.ok() ? static_cast<int>(kDone) : ReportError(status, terminal);
}

int FollowLog(const AnalyticsCommand& command, const Settings& settings, const Terminal& terminal) {
  records::v1::StreamReleasesRequest request;
  request.set_parent(absl::StrCat("clinics/", command.clinic));
  request.set_token(command.token);
  request.set_follow(!command.once);
  const bool as_json = FormatOf(command, settings) == FigureFormat::kJson;
  const absl::Status status =
      Client(settings).StreamReleases(request, [&](const records::v1::StreamReleasesResponse& piece) {
        if (as_json) {
          terminal.out << ToJsonLine(piece) << std::endl;
          return;
        }
        for (const auto& entry : piece.entries()) terminal.out << EntryText(entry) << "\n";
        terminal.out << std::flush;
      });
  return status.ok() ? static_cast<int>(kDone) : ReportError(status, terminal);
}

}  // namespace ladder::ctl
