// One definition through all that services do with it.

#ifndef LADDER_TESTS_FUZZ_TRY_DEFINITION_H_
#define LADDER_TESTS_FUZZ_TRY_DEFINITION_H_

#include "ladder/quiz/v1/definition.pb.h"
#include "tests/fuzz/mutation.h"

namespace ladder::quiz {

// Compiles the definition, as new and as published, and tries random forms of it. Adds a failure to the test if that
// costs more than limits.h says, if it is refused without a reason, or if something is wrong with a form (try_form.h).
// `random` chooses the forms. False if the definition is refused, but for its examples, which damage easily makes
// untrue.
bool TryDefinition(const v1::QuizDefinition& definition, Random& random);

}  // namespace ladder::quiz

#endif  // LADDER_TESTS_FUZZ_TRY_DEFINITION_H_
