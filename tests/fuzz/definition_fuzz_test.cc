// Damaged definitions: they are refused with reasons, or they compile and then score.

#include <gtest/gtest.h>

#include <string>

#include "tests/fuzz/mutation.h"
#include "tests/fuzz/try_definition.h"
#include "tests/quiz/sound_quiz.h"

namespace ladder::quiz {
namespace {

constexpr int kDefinitions = 1'500;
constexpr int kByteStrings = 1'000;

TEST(DefinitionFuzzTest, WhatCompilesScoresAndWhatDoesNotSaysWhy) {
  Random random(3);
  int sound = 0;
  for (int i = 0; i < kDefinitions; ++i) {
    v1::QuizDefinition definition = ParseQuiz(SoundQuiz());
    MutateDefinition(definition, random);
    if (TryDefinition(definition, random)) ++sound;
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
    TryDefinition(definition, random);
  }
  EXPECT_GT(parsed, kByteStrings / 20);
}

}  // namespace
}  // namespace ladder::quiz
