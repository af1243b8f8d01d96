// The report of a made-up population, from the real binaries to a real browser (report/look.mjs looks at it).

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"
#include "tests/end_to_end/deployment.h"
#include "tests/testing/waiting.h"

namespace ladder::testing {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;

constexpr absl::Duration kRelease = absl::Seconds(150);  // Two ticks, and the time that releases take.

bool HasCohorts(const json& answer) { return answer["coverage"]["cohorts"] != "0"; }

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

  // Looks at the report in the browser; screenshots stay in the build folder.
  void Look(const std::string& screenshots, const std::vector<std::string>& more) const {
    std::vector<std::string> command = {"node", "tests/end_to_end/report/look.mjs", Report(),
                                        absl::StrCat(LADDER_SCREENSHOTS, "/", screenshots)};
    command.insert(command.end(), more.begin(), more.end());
    const std::string output = folder_.Join("look.txt");
    ChildProcess process(std::move(command), output);
    EXPECT_EQ(process.Wait(absl::Seconds(120)), 0) << ReadFileOrEmpty(output);
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
        if (!HasCohorts(distribution)) return false;
        const json trends = {{"No campaign", Ask({"trend", "--no-campaign"})},
                             {"made-up-outreach", Ask({"trend", "--campaign", "made-up-outreach"})}};
        for (const json& trend : trends) {
          if (!HasCohorts(trend)) return false;
        }
        WriteReport();
        Save("distribution.json", distribution);
        Save("flow.json", Ask({"flow"}));
        Save("trends.json", trends);
        return Ask({"distribution"}) == distribution;
      },
      kRelease));
  Look("population", {folder_.path()});
}

TEST_F(ReportTest, SaysWhereNothingWasReleasedYet) {
  WriteReport();
  Look("empty", {});
}

TEST_F(ReportTest, RefusesWhatItCannotWriteOrDraw) {
  int exit_code = -1;
  EXPECT_THAT(ladder_.Ladderctl({"analytics", "report", "--output", folder_.Join("no/such/folder.html")}, &exit_code),
              HasSubstr("could not be written"));
  EXPECT_EQ(exit_code, 1);
  EXPECT_THAT(ladder_.Ladderctl({"analytics", "report"}, &exit_code), HasSubstr("--output is required"));
  EXPECT_EQ(exit_code, 2);
}

}  // namespace
}  // namespace ladder::testing
