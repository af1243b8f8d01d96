// Answers and context at random, valid for a program.

#ifndef LADDER_TESTS_FUZZ_RANDOM_ANSWERS_H_
#define LADDER_TESTS_FUZZ_RANDOM_ANSWERS_H_

#include "libs/quiz/input.h"
#include "libs/quiz/program.h"
#include "tests/fuzz/mutation.h"

namespace ladder::quiz {

// About one item in four is left unanswered, and one context value in four is left out.
Input RandomInput(const Program& program, Random& random);

}  // namespace ladder::quiz

#endif  // LADDER_TESTS_FUZZ_RANDOM_ANSWERS_H_
