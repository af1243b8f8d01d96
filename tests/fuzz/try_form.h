// One form in every way that the services score one.

#ifndef LADDER_TESTS_FUZZ_TRY_FORM_H_
#define LADDER_TESTS_FUZZ_TRY_FORM_H_

#include "libs/quiz/input.h"
#include "libs/quiz/program.h"

namespace ladder::quiz {

// Scores, renders and explains the form, and asks what is possible and what to ask next. Adds a failure to the test if
// a score or a band is not what is possible, is out of range or cannot be read back, or if it costs more than limits.h
// says. REQUIRES: publishing took the program, but for its examples.
void TryForm(const Program& program, const Input& input);

}  // namespace ladder::quiz

#endif  // LADDER_TESTS_FUZZ_TRY_FORM_H_
