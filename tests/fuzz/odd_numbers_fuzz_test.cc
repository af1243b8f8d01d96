// Definitions and answers with numbers of any length.

#include <gtest/gtest.h>

#include <cstdint>

#include "absl/strings/str_cat.h"
#include "tests/fuzz/odd_quizzes.h"

namespace ladder::quiz {
namespace {

constexpr int kDefinitions = 2'000;

TEST(OddNumbersFuzzTest, WhatPublishesScoresEveryAnswerThatIsTaken) {
  int published = 0;
  for (int i = 0; i < kDefinitions && !HasFailure(); ++i) {
    Random random(static_cast<std::uint64_t>(i));
    SCOPED_TRACE(absl::StrCat("seed ", i));
    if (TryOddNumbers(random)) ++published;
  }
  EXPECT_GT(published, kDefinitions / 20);
  EXPECT_LT(published, kDefinitions);
}

}  // namespace
}  // namespace ladder::quiz
