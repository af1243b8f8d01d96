// Formulas over the names of tests/quiz/sound_quiz.h, and pieces to damage them with.

#ifndef LADDER_TESTS_FUZZ_EXPRESSIONS_H_
#define LADDER_TESTS_FUZZ_EXPRESSIONS_H_

#include <string>
#include <vector>

namespace ladder::quiz {

std::vector<std::string> ExpressionSeeds();
const std::vector<std::string>& ExpressionTokens();

}  // namespace ladder::quiz

#endif  // LADDER_TESTS_FUZZ_EXPRESSIONS_H_
