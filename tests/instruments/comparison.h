// File: comparison.h
//
// Scores one case of an instrument and says where the result differs from what the source gives.

#ifndef LADDER_TESTS_INSTRUMENTS_COMPARISON_H_
#define LADDER_TESTS_INSTRUMENTS_COMPARISON_H_

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "libs/quiz/input.h"
#include "libs/quiz/program.h"
#include "tests/instruments/instrument.h"

namespace ladder::quiz {

struct Difference {
  std::string output;  // A name of Instrument::outputs, "complete" or "rejected".
  std::string text;    // What was expected and what came out.
};

// The first `count` answers of a case, with its context and what `context` adds. Nothing where the input is refused.
std::optional<Input> InputOfCase(const Program& program, const Instrument& instrument, const Case& test_case,
                                 const CodeMap& context, std::size_t count);

// Values are compared as exact decimals within 1e-9: the sources computed with binary doubles.
std::vector<Difference> Compare(const Program& program, const Instrument& instrument, const Case& test_case);

}  // namespace ladder::quiz

#endif  // LADDER_TESTS_INSTRUMENTS_COMPARISON_H_
