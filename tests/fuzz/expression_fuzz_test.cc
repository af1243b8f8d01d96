// Damaged expressions: they are refused with a place inside of the text, or they compile and then score.

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "libs/quiz/parser.h"
#include "tests/fuzz/expressions.h"
#include "tests/fuzz/mutation.h"
#include "tests/fuzz/try_definition.h"
#include "tests/quiz/sound_quiz.h"

namespace ladder::quiz {
namespace {

constexpr int kTexts = 20'000;
constexpr int kQuizzes = 1'000;

TEST(ExpressionFuzzTest, TheParserTakesAnyTextAndPointsIntoIt) {
  const std::vector<std::string> seeds = ExpressionSeeds();
  Random random(1);
  int sound = 0;
  for (int i = 0; i < kTexts; ++i) {
    std::string text = random.Among(seeds);
    while (random.OneIn(2)) text = MutateText(text, ExpressionTokens(), /*most=*/4, random);
    const auto parsed = ParseExpression(text);
    if (const auto* fault = std::get_if<SyntaxFault>(&parsed)) {
      EXPECT_GE(fault->column, 1u) << text;
      EXPECT_LE(fault->column, text.size() + 1) << text;
      EXPECT_FALSE(fault->message.empty()) << text;
    } else {
      ++sound;
    }
  }
  EXPECT_GT(sound, kTexts / 10);
  EXPECT_LT(sound, kTexts);
}

TEST(ExpressionFuzzTest, WhatCompilesScoresAndWhatDoesNotSaysWhy) {
  const std::vector<std::string> seeds = ExpressionSeeds();
  Random random(2);
  int sound = 0;
  for (int i = 0; i < kQuizzes; ++i) {
    const std::string formula = MutateText(random.Among(seeds), ExpressionTokens(), /*most=*/1, random);
    v1::QuizDefinition definition = ParseQuiz(SoundQuiz());
    definition.mutable_scales(3)->set_formula(formula);
    if (random.OneIn(4)) {
      definition.mutable_items(3)->set_show_when(MutateText("smokes > 0", ExpressionTokens(), /*most=*/1, random));
    }
    if (TryDefinition(definition, random)) ++sound;
  }
  EXPECT_GT(sound, kQuizzes / 20);
}

}  // namespace
}  // namespace ladder::quiz
