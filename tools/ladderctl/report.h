// File: report.h
//
// One page for who leads a clinic: the ladder with its population, the flow between rungs, the trend by campaign, with
// the uncertainty drawn. It stands on its own: nothing is loaded, so it can be sent on, printed and kept.

#ifndef LADDER_TOOLS_LADDERCTL_REPORT_H_
#define LADDER_TOOLS_LADDERCTL_REPORT_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "ladder/records/v1/analytics_service.pb.h"
#include "tools/ladderctl/analytics.h"
#include "tools/ladderctl/report_data.h"

namespace ladder::ctl {

// So many campaigns are drawn, the largest; the others are named.
inline constexpr std::size_t kMostCampaigns = 6;
// More buckets cannot be told apart on a phone.
inline constexpr int kMostReportBuckets = 60;

struct ReportCommand {
  AnalyticsCommand question;
  std::string output;  // The file, which is replaced.
};

// How large each campaign of the series is in the entries, of which only those count that end within the selection's
// times. Largest first, then by name.
class CampaignSizes {
 public:
  explicit CampaignSizes(records::v1::ReleaseSelection selection) : selection_(std::move(selection)) {}

  void Add(const records::v1::ReleaseEntry& entry);
  std::vector<CampaignSize> Sorted() const;

 private:
  const records::v1::ReleaseSelection selection_;
  std::map<std::string, std::int64_t> clients_;
};

// Writes the file and says so. All sections are about the same time: that of the trend.
int WriteReport(const ReportCommand& command, const Settings& settings, const Terminal& terminal);

}  // namespace ladder::ctl

#endif  // LADDER_TOOLS_LADDERCTL_REPORT_H_
