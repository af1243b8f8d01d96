// File: property_support.h
//
// What the property tests share: how many cases they run, the product's results in the reference's words, and what a
// failing case prints.

#ifndef LADDER_TESTS_QUIZ_PROPERTY_SUPPORT_H_
#define LADDER_TESTS_QUIZ_PROPERTY_SUPPORT_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "ladder/quiz/v1/definition.pb.h"
#include "libs/quiz/fault.h"
#include "libs/quiz/input.h"
#include "libs/quiz/program.h"
#include "libs/quiz/score.h"
#include "tests/quiz/reference/completions.h"
#include "tests/quiz/reference/outcome.h"

namespace ladder::quiz {

// `full` cases in an optimised build; a twentieth of them where assertions or sanitizers make each one slow. The
// environment variable LADDER_PROPERTY_PERCENT overrides that: 100 is all of them, 1000 ten times as many.
int CasesToRun(int full);

// The seed of one case. LADDER_PROPERTY_SEED (default 1) chooses another set of cases.
std::uint64_t SeedOf(int shard, int number);

// A product's result in the words of the reference.
reference::Outcome OutcomeOf(const Program& program, const Result& result);

// Checks the request as the services do. A violation fails the test and yields nothing.
std::optional<Input> InputOf(const Program& program, const reference::Request& request);

// The same program and input with every number kept in 256 bits, so that all that is computed from them is too.
Program WithGeneralNumbers(const Program& program);
Input WithGeneralNumbers(const Input& input);

std::string ToText(const reference::Request& request);
std::string ToText(const std::vector<Fault>& faults);

// Takes away parts of a definition one by one for as long as `fails` says that it still fails.
v1::QuizDefinition Shrink(v1::QuizDefinition definition, const std::function<bool(const v1::QuizDefinition&)>& fails);

}  // namespace ladder::quiz

#endif  // LADDER_TESTS_QUIZ_PROPERTY_SUPPORT_H_
