// The report in a real browser (report/look.mjs looks at it): of a made-up population, from the real binaries; of an
// empty log; and with names that are hard to set.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "tests/end_to_end/deployment.h"
#include "tests/testing/waiting.h"
#include "tools/ladderctl/report_data.h"

namespace ladder::testing {
namespace {

using nlohmann::json;
using ::testing::AllOf;
using ::testing::HasSubstr;

constexpr absl::Duration kRelease = absl::Seconds(150);  // Two ticks, and the time that releases take.

// Of the 27 or so that the population comes to: months of both campaigns.
constexpr int kEnoughCohorts = 20;

int CohortsOf(const json& answer) {
  int cohorts = 0;
  EXPECT_TRUE(absl::SimpleAtoi(answer["coverage"]["cohorts"].get<std::string>(), &cohorts));
  return cohorts;
}

// Looks at the report in the browser; screenshots stay in the build folder.
void Look(const std::string& report, const std::string& screenshots, const std::vector<std::string>& more = {}) {
  std::vector<std::string> command = {"node", "tests/end_to_end/report/look.mjs", report,
                                      absl::StrCat(LADDER_SCREENSHOTS, "/", screenshots)};
  command.insert(command.end(), more.begin(), more.end());
  const TempDir folder;
  const std::string output = folder.Join("look.txt");
  ChildProcess process(std::move(command), output);
  EXPECT_EQ(process.Wait(absl::Seconds(240)), 0) << ReadFileOrEmpty(output);
}

class ReportTest : public ::testing::Test {
 protected:
  ReportTest() : ladder_({.records_arguments = {"--release-tick", "1m"}}) {
    ladder_.PublishShipped("ladder-of-healing");
  }

  json Ask(std::vector<std::string> question) const {
    question.insert(question.begin(), "analytics");
    question.insert(question.end(), {"--format", "json"});
    int exit_code = -1;
    const std::string answer = ladder_.Ladderctl(question, &exit_code);
    EXPECT_EQ(exit_code, 0) << answer;
    return json::parse(answer, nullptr, false);
  }

  void WriteReport() const {
    int exit_code = -1;
    const std::string output = ladder_.Ladderctl({"analytics", "report", "--output", Report()}, &exit_code);
    ASSERT_EQ(exit_code, 0) << output;
    EXPECT_THAT(output, HasSubstr("report.html: "));
  }

  std::string Report() const { return folder_.Join("report.html"); }

  void Save(const std::string& name, const json& answer) const { std::ofstream(folder_.Join(name)) << answer.dump(); }

  TempDir folder_;
  Deployment ladder_;
};

TEST_F(ReportTest, ReadsWellOnEveryScreenAndOnPaperAndHasTheFiguresOfTheService) {
  ladder_.PublishShipped("phq-9");
  int exit_code = -1;
  const std::string played =
      ladder_.Ladderctl({"demo", "population", "--clients", "1500", "--clinics", "1"}, &exit_code);
  ASSERT_EQ(exit_code, 0) << played;

  // The log has to stand still between the report and the answers that it is compared with.
  ASSERT_TRUE(Eventually(
      [&] {
        const json distribution = Ask({"distribution"});
        if (CohortsOf(distribution) < kEnoughCohorts) return false;
        const json trends = {{"No campaign", Ask({"trend", "--no-campaign"})},
                             {"made-up-outreach", Ask({"trend", "--campaign", "made-up-outreach"})}};
        for (const json& trend : trends) {
          if (CohortsOf(trend) == 0) return false;
        }
        WriteReport();
        Save("distribution.json", distribution);
        Save("flow.json", Ask({"flow"}));
        Save("trends.json", trends);
        return Ask({"distribution"}) == distribution;
      },
      kRelease));
  EXPECT_THAT(ReadFileOrEmpty(Report()),
              AllOf(HasSubstr("\"quiz\":\"Ladder of Healing\""), HasSubstr("\"clinic\":\"All clinics\"")));
  Look(Report(), "population", {folder_.path()});
}

TEST_F(ReportTest, SaysWhereNothingWasReleasedYet) {
  WriteReport();
  Look(Report(), "empty");
}

TEST_F(ReportTest, RefusesWhatItCannotWriteOrDraw) {
  int exit_code = -1;
  EXPECT_THAT(ladder_.Ladderctl({"analytics", "report", "--output", folder_.Join("no/such/folder.html")}, &exit_code),
              HasSubstr("could not be written"));
  EXPECT_EQ(exit_code, 1);
  EXPECT_THAT(ladder_.Ladderctl({"analytics", "report"}, &exit_code), HasSubstr("--output is required"));
  EXPECT_EQ(exit_code, 2);
}

// Rungs, weeks and campaigns as no quiz of ours has them.
ctl::ReportAnswers HardToSet() {
  constexpr int kWeeks = 60;
  constexpr std::int64_t kWeek = 604800;        // Seconds.
  constexpr std::int64_t kMonday = 1767571200;  // 2026-01-05.
  const std::string titles[] = {"A rung whose name goes on and on for more than a line",
                                "Donaudampfschifffahrtsgesellschaft", "</script><b>bold</b>", ""};
  ctl::ReportAnswers answers;
  answers.quiz_title = "</script><script>document.body.remove()</script>";
  answers.selection.set_parent("clinics/-");
  answers.selection.mutable_from()->set_seconds(kMonday);
  answers.selection.mutable_before()->set_seconds(kMonday + kWeeks * kWeek);
  answers.distribution.mutable_coverage()->set_clients(1'234'567);
  answers.distribution.mutable_coverage()->set_cohorts(7000);
  answers.distribution.mutable_coverage()->set_wide(true);
  const auto set_figure = [](std::int64_t clients, records::v1::Figure* figure) {
    figure->mutable_count()->set_decimal(absl::StrCat(clients));
    figure->set_standard_deviation("40");
  };
  const auto fill_cells = [&](std::int64_t clients, auto* message) {
    for (int i = 0; i < 4; ++i) {
      auto* cell = message->add_cells();
      cell->set_stage(titles[i].empty() ? "" : absl::StrCat("rung", i));
      cell->set_title(titles[i]);
      set_figure(i == 2 ? 3 : clients / (i + 1), cell->mutable_clients());
    }
  };
  fill_cells(1'000'000, &answers.distribution);
  for (const auto& from : answers.distribution.cells()) {
    for (const auto& to : answers.distribution.cells()) {
      auto* cell = answers.flow.add_cells();
      cell->set_from_stage(from.stage());
      cell->set_to_stage(to.stage());
      set_figure(90'000, cell->mutable_clients());
    }
  }
  for (const std::string& campaign :
       {std::string(120, 'c'), std::string("two words"), std::string("<img src=x onerror=alert(1)>")}) {
    auto& trend = answers.campaigns.emplace_back(ctl::CampaignTrend{campaign, {}}).trend;
    for (int week = 0; week < kWeeks; ++week) {
      auto* bucket = trend.add_buckets();
      bucket->mutable_begin()->set_seconds(kMonday + week * kWeek);
      bucket->set_clients(week == 20 ? 0 : 4000);
      fill_cells(1000, bucket);
    }
  }
  answers.not_drawn.push_back({std::string(120, 'd'), 12});
  return answers;
}

TEST(ReportPageTest, KeepsNamesThatAreHardToSetInTheirPlace) {
  const TempDir folder;
  ctl::FigureView view;
  view.bucket = records::v1::QueryTrendRequest::BUCKET_WEEK;
  std::ofstream(folder.Join("report.html")) << ctl::ReportPage(ctl::ReportJson(HardToSet(), view, absl::UnixEpoch()));
  Look(folder.Join("report.html"), "hard-to-set");
}

}  // namespace
}  // namespace ladder::testing
