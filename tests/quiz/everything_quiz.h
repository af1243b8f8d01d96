// File: everything_quiz.h
//
// One quiz in which everything that scoring can do occurs, for tests that score it in many ways.

#ifndef LADDER_TESTS_QUIZ_EVERYTHING_QUIZ_H_
#define LADDER_TESTS_QUIZ_EVERYTHING_QUIZ_H_

#include <random>

#include "libs/quiz/input.h"
#include "libs/quiz/program.h"
#include "tests/quiz/quiz_fixture.h"

namespace ladder::quiz {

extern const char kEverythingQuiz[];

// Random valid answers to kEverythingQuiz, each item left out now and then.
Words RandomAnswers(std::mt19937& random);
Words RandomContext(std::mt19937& random);

}  // namespace ladder::quiz

#endif  // LADDER_TESTS_QUIZ_EVERYTHING_QUIZ_H_
