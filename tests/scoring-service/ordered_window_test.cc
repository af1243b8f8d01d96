#include "scoring-service/ordered_window.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace ladder::scoring {
namespace {

using ::testing::Optional;

TEST(OrderedWindowTest, GivesResultsInTheOrderOfTheirBegin) {
  OrderedWindow<std::string> window;
  EXPECT_EQ(window.Open(), 0u);
  EXPECT_EQ(window.Open(), 1u);
  EXPECT_EQ(window.Open(), 2u);
  window.Close(2, "c");
  window.Close(1, "b");
  EXPECT_EQ(window.TakeNext(), std::nullopt);
  window.Close(0, "a");
  EXPECT_THAT(window.TakeNext(), Optional(std::string("a")));
  EXPECT_THAT(window.TakeNext(), Optional(std::string("b")));
  EXPECT_THAT(window.TakeNext(), Optional(std::string("c")));
  EXPECT_EQ(window.TakeNext(), std::nullopt);
}

TEST(OrderedWindowTest, IndexesGoOnAsItMoves) {
  OrderedWindow<int> window;
  for (std::uint64_t i = 0; i < 1000; ++i) {
    ASSERT_EQ(window.Open(), i);
    window.Close(i, static_cast<int>(i));
    ASSERT_THAT(window.TakeNext(), Optional(static_cast<int>(i)));
  }
}

TEST(OrderedWindowTest, CountsWhatWasNotTakenYet) {
  OrderedWindow<int> window;
  window.Open();
  window.Open();
  window.Close(0, 1);
  EXPECT_EQ(window.size(), 2u);
  window.TakeNext();
  EXPECT_EQ(window.size(), 1u);
}

}  // namespace
}  // namespace ladder::scoring
