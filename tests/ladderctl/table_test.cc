#include "tools/ladderctl/table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

namespace ladder::ctl {
namespace {

TEST(TableTest, AlignsColumnsByWhatPeopleSeeNotByBytes) {
  Table table({"Stufe", "Wert"});
  table.AddRow({"Höhe", "1"});
  table.AddRow({"Tal", "22"});
  std::ostringstream out;
  table.Print(out);
  EXPECT_EQ(out.str(), "Stufe  Wert\n-----  ----\nHöhe   1\nTal    22\n");
}

TEST(TableTest, LeavesMissingCellsEmpty) {
  Table table({"A", "B"});
  table.AddRow({"x"});
  std::ostringstream out;
  table.Print(out);
  EXPECT_EQ(out.str(), "A  B\n-  -\nx\n");
}

TEST(WrapTest, BreaksAtSpacesAndIndentsWhatFollows) { EXPECT_EQ(Wrap("one two three", 9, 2), "one two\n  three"); }

TEST(WrapTest, KeepsAWordThatIsWiderThanTheLine) { EXPECT_EQ(Wrap("a immeasurable b", 5, 0), "a\nimmeasurable\nb"); }

TEST(BarTest, FillsInProportionAndTakesNothingToDoAsDone) {
  EXPECT_EQ(Bar(0, 4, 8), "[........]");
  EXPECT_EQ(Bar(1, 4, 8), "[##......]");
  EXPECT_EQ(Bar(4, 4, 8), "[########]");
  EXPECT_EQ(Bar(9, 4, 8), "[########]");
  EXPECT_EQ(Bar(0, 0, 8), "[########]");
}

}  // namespace
}  // namespace ladder::ctl
