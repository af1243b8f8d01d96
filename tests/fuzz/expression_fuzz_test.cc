// Damaged expressions: they are refused with a place inside of the text, or they compile and then score.

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "libs/quiz/compile.h"
#include "libs/quiz/parser.h"
#include "libs/quiz/score.h"
#include "tests/fuzz/mutation.h"
#include "tests/fuzz/random_answers.h"
#include "tests/quiz/sound_quiz.h"

namespace ladder::quiz {
namespace {

constexpr int kTexts = 20'000;
constexpr int kQuizzes = 1'000;
constexpr int kFormsPerQuiz = 5;

const std::vector<std::string>& Seeds() {
  static const auto* const seeds =
      new std::vector<std::string>{"total + 2 * sleep",
                                   "has(before) ? before - total : 0",
                                   "lookup('metric', total)",
                                   "band(total, 'severity') == 'high' ? 1 : 2",
                                   "'stick' in aids ? max(packs, 1) : min(packs, total)",
                                   "sex in ['male', 'female'] && !(count > 1) ? -sleep : 1.5",
                                   "verdict == 'case' || total / max(1, count) > 2 ? 1 : 0",
                                   "range(total) != 'upper' ? 7 : (((1 + 2) * 3) - packs)"};
  return *seeds;
}

const std::vector<std::string>& Tokens() {
  static const auto* const tokens = new std::vector<std::string>{"(",
                                                                 ")",
                                                                 "[",
                                                                 "]",
                                                                 ",",
                                                                 "?",
                                                                 ":",
                                                                 "+",
                                                                 "-",
                                                                 "*",
                                                                 "/",
                                                                 "<",
                                                                 "==",
                                                                 "&&",
                                                                 "||",
                                                                 "!",
                                                                 " in ",
                                                                 "'",
                                                                 "\"",
                                                                 "1",
                                                                 "0.5",
                                                                 "total",
                                                                 "sleep",
                                                                 "packs",
                                                                 "aids",
                                                                 "has(",
                                                                 "min(",
                                                                 "lookup('metric', ",
                                                                 "((((((((",
                                                                 "!!!!!!!!",
                                                                 "a ? b : ",
                                                                 "\xff",
                                                                 "99999999999999999999999999999999999999",
                                                                 "1/99999999999999999999999999999"};
  return *tokens;
}

TEST(ExpressionFuzzTest, TheParserTakesAnyTextAndPointsIntoIt) {
  Random random(1);
  int sound = 0;
  for (int i = 0; i < kTexts; ++i) {
    std::string text = random.Among(Seeds());
    while (random.OneIn(2)) text = MutateText(text, Tokens(), /*most=*/4, random);
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
  Random random(2);
  int sound = 0;
  for (int i = 0; i < kQuizzes; ++i) {
    const std::string formula = MutateText(random.Among(Seeds()), Tokens(), /*most=*/1, random);
    v1::QuizDefinition definition = ParseQuiz(SoundQuiz());
    definition.mutable_scales(3)->set_formula(formula);
    if (random.OneIn(4)) {
      definition.mutable_items(3)->set_show_when(MutateText("smokes > 0", Tokens(), /*most=*/1, random));
    }
    const CompileResult proved = CompileDefinition(definition);
    EXPECT_TRUE(proved.program != nullptr || !proved.faults.empty()) << formula;
    if (!OnlyExamplesDisagree(proved.faults)) continue;
    ++sound;
    const CompileResult compiled = CompilePublished(definition);
    ASSERT_NE(compiled.program, nullptr) << formula;
    Result result;
    for (int j = 0; j < kFormsPerQuiz; ++j) Score(*compiled.program, RandomInput(*compiled.program, random), result);
  }
  EXPECT_GT(sound, kQuizzes / 20);
}

}  // namespace
}  // namespace ladder::quiz
