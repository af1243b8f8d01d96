// File: analytics.h
//
// Figures about populations, in the terminal or for programs: stages, change, flow, trends, the log that they come
// from, and the promise that it keeps.

#ifndef LADDER_TOOLS_LADDERCTL_ANALYTICS_H_
#define LADDER_TOOLS_LADDERCTL_ANALYTICS_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "ladder/records/v1/analytics_service.pb.h"
#include "tools/ladderctl/app.h"

namespace ladder::ctl {

enum class FigureFormat { kText, kCsv, kJson };

using TrendBucketSize = records::v1::QueryTrendRequest::Bucket;

// What the options of the analytics commands say.
struct AnalyticsCommand {
  std::string clinic = "-";                // "-": all.
  std::string quiz = "ladder-of-healing";  // Its newest series, unless `series` names one.
  std::string series;                      // "quizzes/QUIZ/series/N", or "QUIZ/N".
  std::optional<std::string> campaign;     // "": what belongs to none. Absent: all together.
  std::string from;                        // "2026-05-01", or "2026-05-01T13:15", in `time_zone`.
  std::string before;
  std::string time_zone;  // IANA name; empty: UTC.
  std::vector<std::string> by;
  TrendBucketSize bucket = records::v1::QueryTrendRequest::BUCKET_MONTH;
  std::optional<FigureFormat> format;  // Absent: as --output says.
  std::string token;                   // Where to go on in the log.
  bool once = false;                   // Ends with what is in the log now.
};

// A trend covers so many buckets, the one under way included, where no `from` is given.
inline constexpr int kDefaultBuckets = 12;

// The zone of the command. INVALID_ARGUMENT where there is none of this name.
absl::StatusOr<absl::TimeZone> ZoneOf(const AnalyticsCommand& command);

// What is asked for, with `series` as the service takes it. INVALID_ARGUMENT names the option that no time can be read
// from.
absl::StatusOr<records::v1::ReleaseSelection> SelectionOf(const AnalyticsCommand& command, const std::string& series,
                                                          absl::TimeZone zone);

// As above. Where an end is missing, `before` is the end of the bucket that holds `now`, and `from` is
// kDefaultBuckets buckets earlier.
absl::StatusOr<records::v1::QueryTrendRequest> TrendRequestOf(const AnalyticsCommand& command,
                                                              const std::string& series, absl::TimeZone zone,
                                                              absl::Time now);

int ShowDistribution(const AnalyticsCommand& command, const Settings& settings, const Terminal& terminal);
int ShowChange(const AnalyticsCommand& command, const Settings& settings, const Terminal& terminal);
int ShowFlow(const AnalyticsCommand& command, const Settings& settings, const Terminal& terminal);
int ShowTrend(const AnalyticsCommand& command, const Settings& settings, const Terminal& terminal);
int ShowPrivacy(const AnalyticsCommand& command, const Settings& settings, const Terminal& terminal);
// The whole log as CSV, as it comes.
int ExportLog(const AnalyticsCommand& command, const Settings& settings, const Terminal& terminal);
// The log, then what joins it until the command is ended: a line for each entry, or with json one for each message
// with the token to go on from.
int FollowLog(const AnalyticsCommand& command, const Settings& settings, const Terminal& terminal);

}  // namespace ladder::ctl

#endif  // LADDER_TOOLS_LADDERCTL_ANALYTICS_H_
