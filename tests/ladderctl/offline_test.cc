// The commands that need no service, run as a person would: arguments in, text and an exit code out.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "tools/ladderctl/app.h"

namespace ladder::ctl {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

constexpr char kLadder[] = "records-service/quizzes/ladder-of-healing.textproto";

struct Outcome {
  int exit_code = -1;
  std::string out;
  std::string err;
};

Outcome Ladderctl(std::vector<std::string> arguments) {
  std::istringstream in;
  std::ostringstream out;
  std::ostringstream err;
  const int exit_code = RunLadderctl(std::move(arguments), {in, out, err, 100, false});
  return {exit_code, out.str(), err.str()};
}

std::string WriteFile(const std::string& name, const std::string& content) {
  const std::string path = ::testing::TempDir() + name;
  std::ofstream(path, std::ios::binary) << content;
  return path;
}

TEST(LintTest, FindsNothingToRefuseInWhatIsShipped) {
  const Outcome outcome = Ladderctl(
      {"quiz", "lint", kLadder, "records-service/quizzes/phq-9.textproto", "records-service/quizzes/gad-7.textproto"});
  EXPECT_EQ(outcome.exit_code, kDone) << outcome.out;
}

TEST(LintTest, PrintsFileLineAndColumnOfWhatTheParserRefuses) {
  const std::string file = WriteFile("broken.textproto", "id: \"x\"\nitem { }\n");
  const Outcome outcome = Ladderctl({"quiz", "lint", file});
  EXPECT_EQ(outcome.exit_code, kRefused);
  EXPECT_THAT(outcome.out, HasSubstr(file + ":2:"));
}

TEST(LintTest, PrintsFileAndPathOfEveryFault) {
  const std::string file = WriteFile("faulty.textproto", R"pb(
    id: "faulty"
    title { by_locale { key: "en" value: "Faulty" } }
    provenance { source: "none" licence: "none" who_may_use: "nobody" }
    scales { id: "total" formula: "q1 +" }
    scales { id: "total" formula: "1" }
  )pb");
  const Outcome outcome = Ladderctl({"quiz", "lint", file});
  EXPECT_EQ(outcome.exit_code, kRefused);
  EXPECT_THAT(outcome.out, AllOf(HasSubstr(file + ":scales[0].formula"), HasSubstr(file + ":scales[1].id")));
  const Outcome as_json = Ladderctl({"--output", "json", "quiz", "lint", file});
  EXPECT_GE(nlohmann::json::parse(as_json.out).size(), 2u);
}

TEST(LintTest, SaysWhichFileIsNotThere) {
  const Outcome outcome = Ladderctl({"quiz", "lint", "no/such.textproto"});
  EXPECT_EQ(outcome.exit_code, kRefused);
  EXPECT_THAT(outcome.out, HasSubstr("no/such.textproto"));
}

TEST(ShowTest, PrintsScalesBandsAndGuidance) {
  const Outcome outcome = Ladderctl({"quiz", "show", kLadder});
  EXPECT_EQ(outcome.exit_code, kDone) << outcome.err;
  EXPECT_THAT(outcome.out,
              AllOf(HasSubstr("position"), HasSubstr("0 to 100"), HasSubstr("glitter_ball"), HasSubstr("guidance")));
}

TEST(ScoreTest, ScoresTheSampleOffline) {
  const Outcome outcome = Ladderctl({"quiz", "score", kLadder, "deploy/local/sample.json", "--explain", "--partial"});
  EXPECT_EQ(outcome.exit_code, kDone) << outcome.err;
  // 100 less the mean burden (75 + 50 + 50 + 75 + 50) / 5.
  EXPECT_THAT(outcome.out, AllOf(HasSubstr("bounce point 40.0"), HasSubstr("How position came about"),
                                 HasSubstr("The form is complete.")));
}

TEST(ScoreTest, GivesJsonThatHoldsTheExactNumber) {
  const Outcome outcome = Ladderctl({"quiz", "score", kLadder, "deploy/local/sample.json", "--output", "json"});
  ASSERT_EQ(outcome.exit_code, kDone) << outcome.err;
  const auto result = nlohmann::json::parse(outcome.out);
  EXPECT_EQ(result["scales"][0]["scale"], "position");
  EXPECT_EQ(result["scales"][0]["value"]["exact"]["numerator"], "40");
}

TEST(ScoreTest, NamesEveryWrongAnswerWithItsPath) {
  const std::string file = WriteFile("wrong.json", R"({"answers": [{"item": "mood", "option": "maybe"},
                                                                   {"item": "moon", "option": "often"}]})");
  const Outcome outcome = Ladderctl({"quiz", "score", kLadder, file});
  EXPECT_EQ(outcome.exit_code, kRefused);
  EXPECT_THAT(outcome.err, AllOf(HasSubstr("answers[0].option"), HasSubstr("answers[1].item")));
}

TEST(CommandLineTest, HasItsOwnExitCodeForAWrongCommandLine) {
  EXPECT_EQ(Ladderctl({"quiz"}).exit_code, kUsage);
  EXPECT_EQ(Ladderctl({"nonsense"}).exit_code, kUsage);
  EXPECT_EQ(Ladderctl({"quiz", "score", kLadder, "deploy/local/sample.json", "--context", "age"}).exit_code, kUsage);
  EXPECT_EQ(Ladderctl({"--help"}).exit_code, kDone);
}

TEST(CommandLineTest, RefusesWrongOptionsOfAnalyticsAndDemo) {
  EXPECT_EQ(Ladderctl({"analytics"}).exit_code, kUsage);
  EXPECT_EQ(Ladderctl({"analytics", "distribution", "--format", "xml"}).exit_code, kUsage);
  EXPECT_EQ(Ladderctl({"analytics", "privacy", "--format", "csv"}).exit_code, kUsage);
  EXPECT_EQ(Ladderctl({"analytics", "trend", "--bucket", "century"}).exit_code, kUsage);
  EXPECT_EQ(Ladderctl({"analytics", "flow", "--by", "sex"}).exit_code, kUsage);
  EXPECT_EQ(Ladderctl({"analytics", "flow", "--campaign", "spring", "--no-campaign"}).exit_code, kUsage);
  EXPECT_EQ(Ladderctl({"demo", "population", "--clients", "0"}).exit_code, kUsage);
  EXPECT_EQ(Ladderctl({"demo", "population", "--months", "1000"}).exit_code, kUsage);
}

TEST(CommandLineTest, NamesTheOptionOfAnalyticsThatCannotBeRead) {
  // Nothing listens on the discard port: what is wrong is found before anybody is asked.
  const Outcome zone =
      Ladderctl({"--records", "127.0.0.1:9", "analytics", "trend", "--time-zone", "Mars/Olympus", "--series", "q/1"});
  EXPECT_EQ(zone.exit_code, kRefused);
  EXPECT_THAT(zone.err, HasSubstr("--time-zone: there is no zone 'Mars/Olympus'"));
  const Outcome from =
      Ladderctl({"--records", "127.0.0.1:9", "analytics", "change", "--from", "soon", "--series", "q/1"});
  EXPECT_EQ(from.exit_code, kRefused);
  EXPECT_THAT(from.err, HasSubstr("--from: 'soon' is neither"));
}

TEST(CommandLineTest, NamesTheCodeOfARefusalWithoutWords) {
  std::istringstream in;
  std::ostringstream out;
  std::ostringstream err;
  EXPECT_EQ(ReportError(absl::UnimplementedError(""), {in, out, err}), kRefused);
  EXPECT_EQ(err.str(), "ladderctl: UNIMPLEMENTED\n");
}

TEST(CommandLineTest, TakesTheCampaignOfWhatWasTooSmall) {
  // It begins with a dash as an option does, so it goes with "=".
  const Outcome outcome = Ladderctl({"--records", "127.0.0.1:9", "--timeout", "0.3", "analytics", "distribution",
                                     "--series", "q/1", "--campaign=-other"});
  EXPECT_EQ(outcome.exit_code, kUnreachable) << outcome.err;
}

TEST(CommandLineTest, HasItsOwnExitCodeForAServiceThatDoesNotAnswer) {
  // Nothing listens on the discard port.
  const Outcome outcome =
      Ladderctl({"--scoring", "127.0.0.1:9", "--timeout", "0.3", "score", "deploy/local/sample.json"});
  EXPECT_EQ(outcome.exit_code, kUnreachable);
  EXPECT_THAT(outcome.err, HasSubstr("`ladderctl status` says which service is missing"));
}

}  // namespace
}  // namespace ladder::ctl
