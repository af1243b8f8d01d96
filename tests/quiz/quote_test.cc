#include "libs/quiz/quote.h"

#include <gtest/gtest.h>

#include <string>

namespace ladder::quiz {
namespace {

TEST(QuoteTest, OnlyWhatLooksLikeACodeIsRepeated) {
  EXPECT_EQ(QuoteCode("maybe-2", "that"), "'maybe-2'");
  EXPECT_EQ(QuoteCode("-7.5", "that"), "'-7.5'");
  EXPECT_EQ(QuoteCode(std::string(60, 'a'), "that"), "'" + std::string(60, 'a') + "'");
  for (const std::string& value : {std::string(61, 'a'), std::string(), std::string("two words"), std::string("a'b"),
                                   std::string("\0", 1), std::string("\xc3\xa4")}) {
    EXPECT_EQ(QuoteCode(value, "that"), "that");
  }
}

TEST(QuoteTest, AListSaysHowManyItLeavesOut) {
  EXPECT_EQ(QuoteList({}, 2), "");
  EXPECT_EQ(QuoteList({"a", "b"}, 2), "'a', 'b'");
  EXPECT_EQ(QuoteList({"a", "b", "c", "d"}, 2), "'a', 'b' and 2 more");
}

TEST(QuoteTest, TheNearestIsAtMostTwoEditsAway) {
  EXPECT_EQ(NearestOf("slep", {"appetite", "sleep", "sleeps"}), "sleep");
  EXPECT_EQ(NearestOf("sleep_quality", {"sleepquality", "sleep"}), "sleepquality");
  EXPECT_EQ(NearestOf("mood", {"sleep", "appetite"}), "");
  EXPECT_EQ(NearestOf("q1", {"q2", "q3"}), "") << "too short to be a slip";
  EXPECT_EQ(NearestOf("two words", {"two_words"}), "");
}

}  // namespace
}  // namespace ladder::quiz
