#include "tools/ladderctl/report_data.h"

#include <gmock/gmock.h>
#include <google/protobuf/text_format.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tools/ladderctl/report.h"
#include "tools/ladderctl/report_template.h"

namespace ladder::ctl {
namespace {

using nlohmann::json;
using records::v1::QueryTrendRequest;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

constexpr std::int64_t kMay2026 = 1777593600;
constexpr std::int64_t kDay = 86400;

records::v1::Figure FigureOf(const std::string& decimal, const std::string& deviation) {
  records::v1::Figure figure;
  figure.mutable_count()->set_decimal(decimal);
  figure.set_standard_deviation(deviation);
  return figure;
}

records::v1::StageCell CellOf(const std::string& stage, const std::string& title, const records::v1::Figure& figure) {
  records::v1::StageCell cell;
  cell.set_stage(stage);
  cell.set_title(title);
  *cell.mutable_clients() = figure;
  return cell;
}

// A rung with a figure, one whose figure is small, and who was not scored, negative.
std::vector<records::v1::StageCell> Cells() {
  return {CellOf("low", "Low", FigureOf("1000.4", "4.51")), CellOf("high", "High", FigureOf("8.7531", "4.51")),
          CellOf("", "", FigureOf("-7.6543", "4.51"))};
}

// June and July of a campaign with clients in June alone.
CampaignTrend SpringTrend() {
  CampaignTrend campaign{.campaign = "spring", .trend = {}};
  campaign.trend.mutable_coverage()->set_clients(1002);
  for (int month = 0; month < 3; ++month) {
    auto* bucket = campaign.trend.add_buckets();
    bucket->mutable_begin()->set_seconds(kMay2026 + month * 31 * kDay);
    if (month == 1) bucket->set_clients(1002);
    for (const auto& cell : Cells()) *bucket->add_cells() = cell;
  }
  return campaign;
}

ReportAnswers Answers() {
  ReportAnswers answers;
  answers.quiz_title = "Ladder of Healing";
  answers.selection.set_parent("clinics/north");
  answers.selection.set_series("quizzes/ladder-of-healing/series/1");
  answers.selection.mutable_from()->set_seconds(kMay2026);
  answers.selection.mutable_before()->set_seconds(kMay2026 + 31 * kDay);
  auto* coverage = answers.distribution.mutable_coverage();
  coverage->set_clients(1002);
  coverage->set_cohorts(2);
  coverage->add_positions("clinics/north/releases/2");
  for (const auto& cell : Cells()) *answers.distribution.add_cells() = cell;
  auto* flow = answers.flow.add_cells();
  flow->set_from_stage("low");
  flow->set_to_stage("high");
  *flow->mutable_clients() = FigureOf("19.4321", "10");
  answers.campaigns.push_back(SpringTrend());
  answers.not_drawn.push_back({"-other", 12});
  answers.policy.set_total("2");
  return answers;
}

json DataOf(const ReportAnswers& answers, const FigureView& view = {}) {
  return json::parse(ReportJson(answers, view, absl::FromUnixSeconds(kMay2026)));
}

TEST(ReportJsonTest, GivesAFigureInWholeClientsWithTheEndsOfItsNoise) {
  EXPECT_EQ(DataOf(Answers())["stages"][0], json::parse(R"({"id": "low", "title": "Low", "clients":
      {"text": "1,000", "span": "± 10", "value": 1000, "low": 990, "high": 1010, "share": "100 %"}})"));
}

TEST(ReportJsonTest, DrawsNothingBelowNobody) {
  ReportAnswers answers = Answers();
  *answers.distribution.mutable_cells(0)->mutable_clients() = FigureOf("10", "4.51");
  EXPECT_EQ(DataOf(answers)["stages"][0]["clients"]["low"], 0);
}

TEST(ReportJsonTest, OfASmallFigureThereIsTheSizeOfItsNoiseAlone) {
  const json data = DataOf(Answers());
  EXPECT_EQ(data["stages"][1]["clients"], json::parse(R"({"text": "under 10", "span": "± 10", "high": 10})"));
  EXPECT_EQ(data["stages"][2]["clients"], data["stages"][1]["clients"]);
  EXPECT_EQ(data["flow"][0]["clients"], json::parse(R"({"text": "under 10", "span": "± 20", "high": 20})"));
  EXPECT_EQ(data["trend"]["campaigns"][0]["buckets"][0]["cells"][1]["clients"], data["stages"][1]["clients"]);
}

TEST(ReportJsonTest, TheNumberOfASmallFigureIsNowhereInTheData) {
  const std::string data = ReportJson(Answers(), {}, absl::UnixEpoch());
  EXPECT_THAT(data, HasSubstr("under 10"));
  for (const char* part : {"8.75", "7.65", "19.43", "7531", "6543", "4321"}) EXPECT_THAT(data, Not(HasSubstr(part)));
}

TEST(ReportJsonTest, MarksAFigureThatIsNoNumberAndDrawsNothingForIt) {
  ReportAnswers answers = Answers();
  *answers.distribution.mutable_cells(0)->mutable_clients() = FigureOf("many", "1");
  EXPECT_EQ(DataOf(answers)["stages"][0]["clients"], json::parse(R"({"text": "?", "span": ""})"));
}

TEST(ReportJsonTest, NamesWhatItCovers) {
  const json data = DataOf(Answers());
  EXPECT_EQ(data["clinic"], "Clinic north");
  EXPECT_EQ(data["span"], "1 May 2026 to 31 May 2026");
  EXPECT_EQ(data["series"], "quizzes/ladder-of-healing/series/1");
  EXPECT_EQ(data["coverage"]["positions"], json::parse(R"(["clinics/north/releases/2"])"));
  EXPECT_EQ(data["privacy"]["belief"], "65 %");
  ReportAnswers answers = Answers();
  answers.selection.set_parent("clinics/-");
  answers.selection.mutable_from()->set_seconds(kMay2026 + 900);
  EXPECT_EQ(DataOf(answers)["clinic"], "All clinics");
  EXPECT_EQ(DataOf(answers)["span"], "1 May 2026 00:15 to 1 June 2026 00:00");
}

TEST(ReportJsonTest, ATrendGoesFromTheFirstToTheLastTimeWithClients) {
  const json campaign = DataOf(Answers())["trend"]["campaigns"][0];
  EXPECT_EQ(campaign["title"], "spring");
  ASSERT_EQ(campaign["buckets"].size(), 1U);
  EXPECT_EQ(campaign["buckets"][0]["name"], "June 2026");
  EXPECT_EQ(campaign["buckets"][0]["clients"], 1002);
}

TEST(ReportJsonTest, ATimeWithoutClientsBetweenOthersStaysAndHasNoFigures) {
  ReportAnswers answers = Answers();
  answers.campaigns.push_back(SpringTrend());
  for (const int month : {0, 2}) answers.campaigns[1].trend.mutable_buckets(month)->set_clients(5);
  answers.campaigns[1].trend.mutable_buckets(1)->set_clients(0);
  const json buckets = DataOf(answers)["trend"]["campaigns"][1]["buckets"];
  ASSERT_EQ(buckets.size(), 3U);
  EXPECT_EQ(buckets[1]["cells"], json::array());
  EXPECT_EQ(buckets[2]["cells"].size(), 3U);
}

TEST(ReportJsonTest, NamesBucketsAsPeopleDo) {
  const auto name_of = [](TrendBucketSize bucket) {
    FigureView view;
    view.bucket = bucket;
    return DataOf(Answers(), view)["trend"]["campaigns"][0]["buckets"][0]["name"];
  };
  EXPECT_EQ(name_of(QueryTrendRequest::BUCKET_WEEK), "Week from 1 June 2026");
  EXPECT_EQ(name_of(QueryTrendRequest::BUCKET_QUARTER), "Q2 2026");
  EXPECT_EQ(name_of(QueryTrendRequest::BUCKET_YEAR), "2026");
}

TEST(ReportJsonTest, NamesWhatHasNoNameAndWhatIsNotDrawn) {
  ReportAnswers answers = Answers();
  answers.campaigns[0].campaign = "";
  const json trend = DataOf(answers)["trend"];
  EXPECT_EQ(trend["campaigns"][0]["title"], "No campaign");
  EXPECT_EQ(trend["not_drawn"], json::parse(R"([{"title": "Campaigns too small to stand alone", "clients": 12}])"));
}

TEST(ReportPageTest, NoTextCanEndTheElementOfTheData) {
  const std::string hostile = "</script><script>alert(1)</script><!--&\u2028\"";
  ReportAnswers answers = Answers();
  answers.quiz_title = hostile;
  answers.campaigns[0].campaign = hostile;
  answers.distribution.mutable_cells(0)->set_title(hostile);
  const std::string text = ReportJson(answers, {}, absl::UnixEpoch());
  EXPECT_EQ(text.find_first_of("<>&"), std::string::npos);
  EXPECT_EQ(json::parse(text)["quiz"], hostile);
  EXPECT_EQ(json::parse(text)["stages"][0]["title"], hostile);
}

TEST(ReportPageTest, ATextThatIsNoUtf8IsMendedAndNotRefused) {
  ReportAnswers answers = Answers();
  answers.campaigns[0].campaign = "spr\xffng";
  EXPECT_EQ(DataOf(answers)["trend"]["campaigns"][0]["title"], "spr\uFFFDng");
}

TEST(ReportPageTest, HoldsTheDataOnceAndLoadsNothing) {
  const std::string page = ReportPage(R"({"made": "up"})");
  EXPECT_THAT(page, StartsWith("<!DOCTYPE html>\n<html lang=\"en\">"));
  EXPECT_THAT(page, HasSubstr(R"(<script type="application/json" id="report-data">{"made": "up"}</script>)"));
  EXPECT_THAT(page, Not(HasSubstr(kReportDataMark)));
  EXPECT_THAT(page, HasSubstr("default-src 'none'; script-src 'sha256-"));
}

records::v1::ReleaseEntry EntryOf(const std::string& campaign, std::int64_t window_end, std::int64_t clients) {
  records::v1::ReleaseEntry entry;
  entry.set_series("quizzes/ladder-of-healing/series/1");
  entry.set_campaign(campaign);
  entry.mutable_window_end()->set_seconds(window_end);
  entry.set_clients(clients);
  return entry;
}

TEST(CampaignSizesTest, AddsUpWhatEndsWithinTheTimeLargestFirst) {
  CampaignSizes sizes(Answers().selection);
  sizes.Add(EntryOf("small", kMay2026 + kDay, 10));
  sizes.Add(EntryOf("large", kMay2026 + kDay, 20));
  sizes.Add(EntryOf("small", kMay2026 + 2 * kDay, 5));
  sizes.Add(EntryOf("", kMay2026 + kDay, 15));
  std::vector<std::pair<std::string, std::int64_t>> sorted;
  for (const auto& size : sizes.Sorted()) sorted.emplace_back(size.campaign, size.clients);
  EXPECT_THAT(sorted, ElementsAre(std::pair("large", 20), std::pair("", 15), std::pair("small", 15)));
}

TEST(CampaignSizesTest, LeavesOutOtherTimesAndSeries) {
  CampaignSizes sizes(Answers().selection);
  const std::int64_t before = kMay2026 + 31 * kDay;
  sizes.Add(EntryOf("ends-at-the-begin", kMay2026, 1));
  sizes.Add(EntryOf("first-tick", kMay2026 + 900, 1));
  sizes.Add(EntryOf("last-tick", before, 1));
  sizes.Add(EntryOf("later", before + 900, 1));
  records::v1::ReleaseEntry other = EntryOf("other-series", kMay2026 + kDay, 1);
  other.set_series("quizzes/phq-9/series/1");
  sizes.Add(other);
  std::vector<std::string> names;
  for (const auto& size : sizes.Sorted()) names.push_back(size.campaign);
  EXPECT_THAT(names, ElementsAre("first-tick", "last-tick"));
}

}  // namespace
}  // namespace ladder::ctl
