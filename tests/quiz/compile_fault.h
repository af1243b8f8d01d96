// One way to break the sound quiz and the fault that has to come of it, and nothing else.

#ifndef LADDER_TESTS_QUIZ_COMPILE_FAULT_H_
#define LADDER_TESTS_QUIZ_COMPILE_FAULT_H_

#include <gtest/gtest.h>

#include <ostream>
#include <string>

namespace ladder::quiz {

struct BrokenQuiz {
  std::string piece;        // Of the sound quiz's text.
  std::string replacement;  // What breaks it.
  std::string path;         // Of the fault.
  std::string message;      // A piece of it.
};

inline void PrintTo(const BrokenQuiz& broken, std::ostream* out) { *out << broken.replacement; }

// Each file of faults instantiates this suite with its own table.
class CompileFaultTest : public ::testing::TestWithParam<BrokenQuiz> {};

}  // namespace ladder::quiz

#endif  // LADDER_TESTS_QUIZ_COMPILE_FAULT_H_
