// The published instruments of tests/instruments/definitions/, in the order of their file names.

#ifndef LADDER_TESTS_FUZZ_PUBLISHED_H_
#define LADDER_TESTS_FUZZ_PUBLISHED_H_

#include <memory>
#include <vector>

#include "ladder/quiz/v1/definition.pb.h"
#include "libs/quiz/program.h"

namespace ladder::fuzz {

// Made at the first call. Ends the program where the folder is not there: run from the top of the tree.
const std::vector<quiz::v1::QuizDefinition>& PublishedDefinitions();

// The same, compiled.
const std::vector<std::shared_ptr<const quiz::Program>>& PublishedPrograms();

}  // namespace ladder::fuzz

#endif  // LADDER_TESTS_FUZZ_PUBLISHED_H_
