#include "tools/ladderctl/ladder_picture.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ladder::ctl {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

const std::vector<PictureRung> kRungs = {{"low", "Low"}, {"high", "Higher"}};

TEST(LadderPictureTest, DrawsTheHighestRungFirstAndTheMarkOnItsRung) {
  EXPECT_EQ(DrawLadder(kRungs, {{"low", "May"}, {"high", "Jun"}}, 40),
            "Higher |       ●  |\n"
            "Low    |  ●       |\n"
            "         May  Jun\n");
}

TEST(LadderPictureTest, LeavesTheColumnOfAnUnplacedAssessmentEmpty) {
  EXPECT_EQ(DrawLadder(kRungs, {{"", "May"}}, 40), "Higher |     |\nLow    |     |\n         May\n");
}

TEST(LadderPictureTest, DropsTheOldestWhereTheTerminalIsNarrow) {
  const std::string picture = DrawLadder(kRungs, {{"low", "Jan"}, {"low", "Feb"}, {"high", "Mar"}}, 20);
  EXPECT_THAT(picture, Not(HasSubstr("Jan")));
  EXPECT_THAT(picture, HasSubstr("Mar"));
}

}  // namespace
}  // namespace ladder::ctl
