// The made-up population through the real binaries, as a new user plays it.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "tests/end_to_end/deployment.h"

namespace ladder::testing {
namespace {

using ::testing::AllOf;
using ::testing::ContainsRegex;
using ::testing::HasSubstr;
using ::testing::StartsWith;

TEST(DemoTest, PlaysAPopulationOnceHoweverOftenItIsRun) {
  Deployment ladder;
  ladder.PublishShipped("ladder-of-healing");
  ladder.PublishShipped("phq-9");
  int exit_code = -1;
  const std::string first = ladder.Ladderctl({"demo", "population", "--clients", "60"}, &exit_code);
  EXPECT_EQ(exit_code, 0) << first;
  EXPECT_THAT(first, AllOf(ContainsRegex("^[1-9][0-9]+ recorded, 0 recorded before, 0 failed"),
                           HasSubstr("All of them are made up")));
  const std::string count = first.substr(0, first.find(' '));
  const std::string again = ladder.Ladderctl({"demo", "population", "--clients", "60"}, &exit_code);
  EXPECT_THAT(again, StartsWith("0 recorded, " + count + " recorded before, 0 failed"));

  // What it says to look at next is there to be seen.
  const std::size_t hint = first.find("ladderctl progress ");
  ASSERT_NE(hint, std::string::npos);
  const std::size_t begin = hint + std::string("ladderctl progress ").size();
  const std::string client = first.substr(begin, first.find(' ', begin) - begin);
  EXPECT_THAT(ladder.Ladderctl({"progress", client, "--clinic", "demo-1"}, &exit_code), HasSubstr("Glitter Ball"));
  EXPECT_EQ(exit_code, 0);
}

TEST(DemoTest, SaysOnceThatAQuizIsNotPublished) {
  const Deployment ladder;
  int exit_code = -1;
  const std::string output = ladder.Ladderctl({"demo", "population", "--clients", "60"}, &exit_code);
  EXPECT_EQ(exit_code, 1) << output;
  EXPECT_THAT(output, HasSubstr("quizzes/ladder-of-healing"));
  EXPECT_EQ(output.find("quizzes/", output.find("quizzes/") + 1), std::string::npos) << output;
}

}  // namespace
}  // namespace ladder::testing
