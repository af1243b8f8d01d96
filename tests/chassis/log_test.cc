#include "libs/chassis/log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <thread>
#include <vector>

#include "tests/testing/log_capture.h"

namespace ladder {
namespace {

using ::ladder::testing::LogCapture;

TEST(LogTest, ALineIsOneJsonObjectWithItsFieldsInOrder) {
  const LogCapture log;
  Log(LogLevel::kWarning, "redis_lost", {{"address", "127.0.0.1:1"}, {"attempts", 3}, {"share", 0.5}, {"up", false}});
  ASSERT_EQ(log.lines().size(), 1u);
  const auto line = nlohmann::ordered_json::parse(log.lines()[0]);
  EXPECT_EQ(line["level"], "warning");
  EXPECT_EQ(line["event"], "redis_lost");
  EXPECT_EQ(line["address"], "127.0.0.1:1");
  EXPECT_EQ(line["attempts"], 3);
  EXPECT_EQ(line["share"], 0.5);
  EXPECT_EQ(line["up"], false);
  EXPECT_EQ(line.begin().key(), "ts");
  EXPECT_THAT(line["ts"].get<std::string>(), ::testing::MatchesRegex("....-..-..T..:..:..\\.......Z"));
}

TEST(LogTest, NothingThatAFieldHoldsBreaksTheLine) {
  const LogCapture log;
  Log(LogLevel::kInfo, "odd", {{"text", std::string("\"}\n\x00\x01{\\", 7)}, {"bytes", "\xff\xfe"}});
  ASSERT_EQ(log.lines().size(), 1u);
  EXPECT_EQ(log.lines()[0].find('\n'), std::string::npos);
  EXPECT_TRUE(nlohmann::json::accept(log.lines()[0])) << log.lines()[0];
}

TEST(LogTest, LevelsAreKnownByTheNamesThatLinesHave) {
  EXPECT_EQ(ParseLogLevel("debug"), LogLevel::kDebug);
  EXPECT_EQ(ParseLogLevel("info"), LogLevel::kInfo);
  EXPECT_EQ(ParseLogLevel("warning"), LogLevel::kWarning);
  EXPECT_EQ(ParseLogLevel("error"), LogLevel::kError);
  EXPECT_EQ(ParseLogLevel("Debug"), std::nullopt);
}

TEST(LogTest, WhatIsBelowTheLevelIsNotWritten) {
  const LogCapture log;
  Log(LogLevel::kDebug, "quiet");
  EXPECT_FALSE(IsLogged(LogLevel::kDebug));
  SetLogLevel(LogLevel::kDebug);
  Log(LogLevel::kDebug, "loud");
  SetLogLevel(LogLevel::kInfo);
  ASSERT_EQ(log.lines().size(), 1u);
  EXPECT_THAT(log.lines()[0], ::testing::HasSubstr("loud"));
}

TEST(LogTest, LinesOfManyThreadsStayWhole) {
  const LogCapture log;
  std::vector<std::thread> threads;
  threads.reserve(4);
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([] {
      for (int line = 0; line < 100; ++line) Log(LogLevel::kInfo, "line", {{"number", line}});
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(log.lines().size(), 400u);
  for (const std::string& line : log.lines()) EXPECT_TRUE(nlohmann::json::accept(line));
}

}  // namespace
}  // namespace ladder
