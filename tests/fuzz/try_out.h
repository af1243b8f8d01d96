// Does with a definition everything that the services do with one.

#ifndef LADDER_TESTS_FUZZ_TRY_OUT_H_
#define LADDER_TESTS_FUZZ_TRY_OUT_H_

#include "ladder/quiz/v1/definition.pb.h"
#include "libs/quiz/input.h"
#include "libs/quiz/program.h"
#include "tests/fuzz/mutation.h"

namespace ladder::fuzz {

// Scores one form in every way: score, render, explain, what is possible, what to ask next. Every score and place has
// to lie in what was possible. REQUIRES: publishing took the program, but for its examples.
void TryForm(const quiz::Program& program, const quiz::Input& input);

// Compiles and tries some random forms. False where the definition was refused for another reason than its examples,
// which damage easily makes untrue. A refusal without a fault, or a program that the caches would not take, ends the
// test.
bool TryDefinition(const quiz::v1::QuizDefinition& definition, quiz::Random& random);

}  // namespace ladder::fuzz

#endif  // LADDER_TESTS_FUZZ_TRY_OUT_H_
