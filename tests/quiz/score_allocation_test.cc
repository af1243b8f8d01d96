// Counts allocations, so it is a program of its own.

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdlib>
#include <new>
#include <random>
#include <vector>

#include "tests/quiz/everything_quiz.h"

namespace {

thread_local std::size_t allocations = 0;

}  // namespace

void* operator new(std::size_t size) {
  ++allocations;
  if (void* memory = std::malloc(size == 0 ? 1 : size)) return memory;
  throw std::bad_alloc();
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

namespace ladder::quiz {
namespace {

TEST(ScoreAllocationTest, ScoringIntoAResultThatWasUsedBeforeAllocatesNothing) {
  const auto program = CompileText(kEverythingQuiz);
  std::mt19937 random(11);
  std::vector<Input> inputs;
  for (int i = 0; i < 200; ++i) {
    const Words answers = RandomAnswers(random);
    inputs.push_back(InputOf(*program, answers, RandomContext(random)));
  }
  Result result;
  const std::size_t before_first = allocations;
  Score(*program, inputs[0], result);
  EXPECT_GT(allocations, before_first) << "the first score makes the result's storage, or nothing is counted";
  const std::size_t before = allocations;
  for (const Input& input : inputs) Score(*program, input, result);
  EXPECT_EQ(allocations, before);
}

}  // namespace
}  // namespace ladder::quiz
