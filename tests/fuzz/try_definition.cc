#include "tests/fuzz/try_definition.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>

#include "libs/quiz/compile.h"
#include "libs/quiz/limits.h"
#include "tests/fuzz/random_answers.h"
#include "tests/fuzz/try_form.h"
#include "tests/quiz/sound_quiz.h"

namespace ladder::quiz {
namespace {

constexpr int kForms = 3;
// Past its steps an analysis goes on with intervals, which reads each part of the program a few times more.
constexpr std::int64_t kMostAnalysisSteps = 4 * kMaxAnalysisSteps;
// Of a program, for each byte of its definition, and of the smallest one.
constexpr std::size_t kMostBytesPerByte = 200;
constexpr std::size_t kBytesOfSmallest = 100'000;

void ExpectBounded(const CompileResult& compiled, const v1::QuizDefinition& definition) {
  EXPECT_LE(compiled.analysis_steps, kMostAnalysisSteps);
  EXPECT_LE(compiled.faults.size(), kMaxFaults + 1);
  EXPECT_TRUE(compiled.program != nullptr || !compiled.faults.empty()) << "it is refused without a reason";
  if (compiled.program == nullptr) return;
  EXPECT_LE(compiled.program->scoring_steps, kMaxScoringSteps);
  EXPECT_LE(compiled.program->approximate_bytes, kMostBytesPerByte * definition.ByteSizeLong() + kBytesOfSmallest);
}

}  // namespace

bool TryDefinition(const v1::QuizDefinition& definition, Random& random) {
  const CompileResult proved = CompileDefinition(definition);
  ExpectBounded(proved, definition);
  const CompileResult compiled = CompilePublished(definition);
  ExpectBounded(compiled, definition);
  if (!OnlyExamplesDisagree(proved.faults)) return false;
  EXPECT_NE(compiled.program, nullptr) << "what was proved is refused as published";
  if (compiled.program == nullptr) return false;
  for (int i = 0; i < kForms; ++i) TryForm(*compiled.program, RandomInput(*compiled.program, random));
  return true;
}

}  // namespace ladder::quiz
