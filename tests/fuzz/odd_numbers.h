// Numbers as no author or platform writes them: of many digits, with long divisors, at the ends of what numbers hold,
// and some that are none. The same seed gives the same ones on every machine.

#ifndef LADDER_TESTS_FUZZ_ODD_NUMBERS_H_
#define LADDER_TESTS_FUZZ_ODD_NUMBERS_H_

#include <string>

#include "ladder/quiz/v1/result.pb.h"
#include "libs/quiz/input.h"
#include "libs/quiz/program.h"
#include "tests/fuzz/mutation.h"

namespace ladder::quiz {

// As definitions and platforms write numbers.
std::string OddNumber(Random& random);

// As results carry them; also out of range, not in lowest terms, or no ratio at all.
v1::Ratio OddRatio(Random& random);

// Writes odd numbers in the place of one to three numbers of the definition.
void PutOddNumbers(v1::QuizDefinition& definition, Random& random);

// Answers and context that CheckInput takes one by one, odd numbers among them. Adds a failure to the test if it
// refuses one without saying where.
struct OddInput {
  AnswerList answers;
  ContextMap context;
};
OddInput OddInputFor(const Program& program, Random& random);

}  // namespace ladder::quiz

#endif  // LADDER_TESTS_FUZZ_ODD_NUMBERS_H_
