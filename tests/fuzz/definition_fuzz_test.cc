// Damaged definitions: they are refused with reasons, or they compile and then score.

#include <gtest/gtest.h>

#include <string>

#include "libs/quiz/compile.h"
#include "libs/quiz/score.h"
#include "tests/fuzz/mutation.h"
#include "tests/fuzz/random_answers.h"
#include "tests/quiz/sound_quiz.h"

namespace ladder::quiz {
namespace {

constexpr int kDefinitions = 1'500;
constexpr int kByteStrings = 1'000;
constexpr int kFormsPerQuiz = 5;

// False where it was refused for another reason than its examples.
bool TryOut(const v1::QuizDefinition& definition, Random& random) {
  const CompileResult proved = CompileDefinition(definition);
  EXPECT_TRUE(proved.program != nullptr || !proved.faults.empty()) << definition.DebugString();
  if (!OnlyExamplesDisagree(proved.faults)) return false;
  const CompileResult compiled = CompilePublished(definition);
  EXPECT_NE(compiled.program, nullptr) << definition.DebugString();
  if (compiled.program == nullptr) return false;
  Result result;
  for (int i = 0; i < kFormsPerQuiz; ++i) Score(*compiled.program, RandomInput(*compiled.program, random), result);
  return true;
}

TEST(DefinitionFuzzTest, WhatCompilesScoresAndWhatDoesNotSaysWhy) {
  Random random(3);
  int sound = 0;
  for (int i = 0; i < kDefinitions; ++i) {
    v1::QuizDefinition definition = ParseQuiz(SoundQuiz());
    MutateDefinition(definition, random);
    if (TryOut(definition, random)) ++sound;
  }
  EXPECT_GT(sound, kDefinitions / 20);
  EXPECT_LT(sound, kDefinitions);
}

TEST(DefinitionFuzzTest, DamagedBytesNeverReachScoringUnchecked) {
  Random random(4);
  const std::string sound = ParseQuiz(SoundQuiz()).SerializeAsString();
  int parsed = 0;
  for (int i = 0; i < kByteStrings; ++i) {
    std::string bytes = sound;
    bytes[random.Below(bytes.size())] = static_cast<char>(random.Below(128));
    v1::QuizDefinition definition;
    if (!definition.ParseFromString(bytes)) continue;
    ++parsed;
    TryOut(definition, random);
  }
  EXPECT_GT(parsed, kByteStrings / 20);
}

}  // namespace
}  // namespace ladder::quiz
