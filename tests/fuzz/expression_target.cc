#include <gtest/gtest.h>

#include "libs/quiz/parser.h"
#include "tests/fuzz/expressions.h"
#include "tests/fuzz/fuzz_target.h"
#include "tests/fuzz/try_definition.h"
#include "tests/quiz/sound_quiz.h"

namespace ladder::fuzz {
namespace {

void Run(absl::string_view input) {
  const std::string text(input);
  const auto parsed = quiz::ParseExpression(text);
  if (const auto* fault = std::get_if<quiz::SyntaxFault>(&parsed)) {
    EXPECT_GE(fault->column, 1u);
    EXPECT_LE(fault->column, text.size() + 1);
    EXPECT_FALSE(fault->message.empty());
    return;
  }
  static const auto* const sound = new quiz::v1::QuizDefinition(quiz::ParseQuiz(quiz::SoundQuiz()));
  quiz::v1::QuizDefinition definition = *sound;
  definition.mutable_scales(3)->set_formula(text);
  quiz::Random random(text.size());
  quiz::TryDefinition(definition, random);
}

std::string Mutate(absl::string_view input, quiz::Random& random) {
  return quiz::MutateText(std::string(input), quiz::ExpressionTokens(), /*most=*/4, random);
}

}  // namespace

const FuzzTarget kExpressionTarget = {"expression", Run, quiz::ExpressionSeeds, Mutate};

}  // namespace ladder::fuzz
