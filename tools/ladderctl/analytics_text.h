// File: analytics_text.h
//
// What the analytics service answers, as text for people and as CSV for programs. Text hides small figures
// (figure_text.h); CSV holds them as they were answered, signed, with the standard deviation of their noise. All of it
// is pure.
//
//   terminal.out << DistributionText(*answer, {.by = {"range"}, .zone = zone, .width = 80});

#ifndef LADDER_TOOLS_LADDERCTL_ANALYTICS_TEXT_H_
#define LADDER_TOOLS_LADDERCTL_ANALYTICS_TEXT_H_

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "google/protobuf/timestamp.pb.h"
#include "ladder/records/v1/analytics_service.pb.h"

namespace ladder::ctl {

struct FigureView {
  std::vector<std::string> by = {};  // As asked: "range", "guidance", or ids of context values.
  absl::TimeZone zone = absl::UTCTimeZone();
  std::size_t width = 80;  // Columns.
  // Of a trend.
  records::v1::QueryTrendRequest::Bucket bucket = records::v1::QueryTrendRequest::BUCKET_MONTH;
  // Whether one campaign was asked for: then the size of "-other" is told beside it.
  bool of_campaign = false;
};

// Tables with one bar for each cell, then what the answer covers.
std::string DistributionText(const records::v1::StageDistribution& answer, const FigureView& view);
std::string ChangeText(const records::v1::ChangeDistribution& answer, const FigureView& view);
std::string FlowText(const records::v1::StageFlow& answer, const FigureView& view);
std::string TrendText(const records::v1::StageTrend& answer, const FigureView& view);

// One line for each cell (RFC 4180), a header first.
std::string DistributionCsv(const records::v1::StageDistribution& answer, const FigureView& view);
std::string ChangeCsv(const records::v1::ChangeDistribution& answer);
std::string FlowCsv(const records::v1::StageFlow& answer);
std::string TrendCsv(const records::v1::StageTrend& answer, const FigureView& view);

// What an answer says, as words: "Bouncy Ball", or "Not scored".
std::string StageText(const records::v1::StageCell& cell);
// "2026-05-01 13:15 CEST".
std::string MomentText(const google::protobuf::Timestamp& timestamp, absl::TimeZone zone);

// "65 %": to how much a belief of 20 % can be brought at most by figures with this E, a number as text. Nothing where
// it is none.
std::optional<std::string> BeliefText(const std::string& total);

// The budgets in force, the promise in words, and how cohorts of 10, 200 and 2,000 clients look under it.
std::string PrivacyText(const records::v1::ReleasePolicy& policy, std::size_t width);

// One line about an entry of the log.
std::string EntryText(const records::v1::ReleaseEntry& entry);

}  // namespace ladder::ctl

#endif  // LADDER_TOOLS_LADDERCTL_ANALYTICS_TEXT_H_
