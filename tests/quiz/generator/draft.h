// File: draft.h
//
// A quiz in the making, and the makers of its parts. Private to the generator.

#ifndef LADDER_TESTS_QUIZ_GENERATOR_DRAFT_H_
#define LADDER_TESTS_QUIZ_GENERATOR_DRAFT_H_

#include <map>
#include <string>
#include <vector>

#include "ladder/quiz/v1/definition.pb.h"
#include "tests/quiz/generator/expression_generator.h"
#include "tests/quiz/generator/quiz_generator.h"
#include "tests/quiz/generator/random.h"
#include "tests/quiz/reference/completions.h"

namespace ladder::quiz::generator {

struct Draft {
  Random& random;
  const Size& size;
  v1::QuizDefinition definition;
  Scope scope;                                              // What expressions may read so far.
  std::vector<std::string> numeric_items;                   // Items that stand for a number.
  std::vector<std::string> named_items;                     // Choices whose options have the named value "alt".
  std::map<std::string, std::vector<std::string>> earlier;  // Values of earlier scores.
  std::vector<reference::Request> pool;                     // On which values are observed.
};

void SetText(const std::string& words, v1::Text& text);

// Option sets, items with their conditions, context, tables and the gate.
void MakeOptionSets(Draft& draft);
void MakeItems(Draft& draft);
void MakeVisibility(Draft& draft);
void MakeContext(Draft& draft);
void MakeTables(Draft& draft);
void MakeGate(Draft& draft);

// A scale or decision over what there is already, and then in scope for what comes after it.
void MakeScale(Draft& draft);
void MakeDecision(Draft& draft);
void MakeEarlierScore(Draft& draft);

// What only reads.
void MakeRequirements(Draft& draft);
void MakeAlerts(Draft& draft);
void MakeGuidance(Draft& draft);
void MakeNorms(Draft& draft);
void MakeLadder(Draft& draft);
void MakeExamples(Draft& draft);

// Values that the scale takes over the pool, ascending and each once.
std::vector<std::string> ObserveScale(const Draft& draft, const std::string& scale);
// Conditions that hold somewhere in the pool, at most `count`.
std::vector<std::string> MakeConditions(Draft& draft, int count);
// A need over `of`. `needs_some`: nothing answered must never do.
void MakeNeed(Draft& draft, const std::vector<std::string>& of, bool needs_some, v1::MissingPolicy& policy);

}  // namespace ladder::quiz::generator

#endif  // LADDER_TESTS_QUIZ_GENERATOR_DRAFT_H_
