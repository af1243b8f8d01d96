// File: fuzz_target.h
//
// What is fuzzed. Each target is a function over any bytes with the expectations of a test; fuzz_main.cc makes a
// libFuzzer program of each, and findings_test.cc runs all that was ever found.
//
//   tests/fuzz/run.sh             # all targets for some minutes, as CI does
//   tests/fuzz/run.sh --nightly   # ten million runs of each (of `definition` one million), with coverage

#ifndef LADDER_TESTS_FUZZ_FUZZ_TARGET_H_
#define LADDER_TESTS_FUZZ_FUZZ_TARGET_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "tests/fuzz/mutation.h"

namespace ladder::fuzz {

struct FuzzTarget {
  const char* name;  // Also the folder of its findings.
  // Adds a failure to the test if something that has to hold does not.
  void (*run)(absl::string_view input);
  // Inputs to begin with.
  std::vector<std::string> (*seeds)();
  // A change that keeps the form of an input, since any bytes would mostly be refused at the door. May return any
  // bytes. Null: any bytes are an input.
  std::string (*mutate)(absl::string_view input, quiz::Random& random);
};

// A definition: it is refused with reasons, or it compiles, scores, explains and tells what is possible.
extern const FuzzTarget kDefinitionTarget;
// The text of a formula, parsed alone and compiled within a sound quiz.
extern const FuzzTarget kExpressionTarget;
// Answers and context to a published instrument, numbers of any form among them.
extern const FuzzTarget kAnswersTarget;
// Draws that make a quiz with odd numbers in it and answers of odd numbers.
extern const FuzzTarget kOddNumbersTarget;
// Draws that make results which no quiz scored, for progress, the comparison of versions and release.
extern const FuzzTarget kForgedResultsTarget;

}  // namespace ladder::fuzz

#endif  // LADDER_TESTS_FUZZ_FUZZ_TARGET_H_
