// Quizzes with odd numbers in them, answered with odd numbers: what publishes scores every answer that CheckInput
// takes.

#ifndef LADDER_TESTS_FUZZ_ODD_QUIZZES_H_
#define LADDER_TESTS_FUZZ_ODD_QUIZZES_H_

#include "tests/fuzz/mutation.h"

namespace ladder::quiz {

// Makes a quiz and, if it publishes, answers, scores, renders and explains it a few times. Adds a failure to the test
// if a score is out of range or not what is possible. False if the quiz is refused.
bool TryOddNumbers(Random& random);

}  // namespace ladder::quiz

#endif  // LADDER_TESTS_FUZZ_ODD_QUIZZES_H_
