// File: comparison.h
//
// Scores one case of an instrument and says where the result differs from what the source gives.

#ifndef LADDER_TESTS_INSTRUMENTS_COMPARISON_H_
#define LADDER_TESTS_INSTRUMENTS_COMPARISON_H_

#include <string>
#include <vector>

#include "libs/quiz/program.h"
#include "tests/instruments/instrument.h"

namespace ladder::quiz {

struct Difference {
  std::string output;  // A name of Instrument::outputs, "complete" or "rejected".
  std::string text;    // What was expected and what came out.
};

// Values are compared as exact decimals within 1e-9: the sources computed with binary doubles.
std::vector<Difference> Compare(const Program& program, const Instrument& instrument, const Case& test_case);

}  // namespace ladder::quiz

#endif  // LADDER_TESTS_INSTRUMENTS_COMPARISON_H_
