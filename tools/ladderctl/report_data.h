// File: report_data.h
//
// What the page of `ladderctl analytics report` shows, as data for its script (tools/report/), and the page itself.
// Figures come as people may see them (figure_text.h): one that is not shown leaves as "under 10" with the size of its
// noise, and its number is nowhere in the page. All of it is pure.
//
//   file << ReportPage(ReportJson(answers, view, absl::Now()));

#ifndef LADDER_TOOLS_LADDERCTL_REPORT_DATA_H_
#define LADDER_TOOLS_LADDERCTL_REPORT_DATA_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "ladder/records/v1/analytics_service.pb.h"
#include "tools/ladderctl/analytics_text.h"

namespace ladder::ctl {

struct CampaignSize {
  std::string campaign;      // As the log has it: "" and "-other" too.
  std::int64_t clients = 0;  // Each once in every cohort; without noise.
};

struct CampaignTrend {
  std::string campaign;
  records::v1::StageTrend trend;
};

// What the service answered, all from the log as far as the same positions.
struct ReportAnswers {
  std::string quiz_title;
  records::v1::ReleaseSelection selection;  // With both ends.
  records::v1::StageDistribution distribution;
  records::v1::StageFlow flow;
  std::vector<CampaignTrend> campaigns;  // Largest first.
  std::vector<CampaignSize> not_drawn;   // Campaigns for which there is no room.
  records::v1::ReleasePolicy policy;
};

// The data as JSON. No text in it can end the element that holds it. Of `view` the zone and the bucket count.
std::string ReportJson(const ReportAnswers& answers, const FigureView& view, absl::Time made_at);

// The whole page, with the data in it.
std::string ReportPage(absl::string_view json);

}  // namespace ladder::ctl

#endif  // LADDER_TOOLS_LADDERCTL_REPORT_DATA_H_
