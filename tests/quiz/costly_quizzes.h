// File: costly_quizzes.h
//
// Definitions that are small in bytes and were large in what they made the compiler, the analysis or a reply do, for
// the tests of limits and for tests/bench/quiz_cost_bench.cc. The same arguments give the same definition.

#ifndef LADDER_TESTS_QUIZ_COSTLY_QUIZZES_H_
#define LADDER_TESTS_QUIZ_COSTLY_QUIZZES_H_

#include <string>

#include "ladder/quiz/v1/definition.pb.h"

namespace ladder::quiz {

// A quiz with title and provenance and nothing else.
v1::QuizDefinition EmptyQuiz();

// A text in English.
v1::Text EnglishText(const std::string& words);

// Number items "q0", "q1", ... that take 0 to `max`.
void AddNumberItems(int count, int max, v1::QuizDefinition& definition);

// An option set of `options` values 0, 1, ..., and items of single choice "q0", "q1", ... over it.
void AddChoiceItems(int count, int options, v1::QuizDefinition& definition);

// An example in which nothing is answered and all that is expected is what scoring gives. REQUIRES: the definition
// compiles but for its examples.
void AddEmptyExample(v1::QuizDefinition& definition);

// Every item shares one option set, whose first options have all of the named values, one each: attack-found.md A3.
v1::QuizDefinition ManyNamedValues(int items, int options, int names);

// One formula, a sum of `products` products of two items that take 301 numbers each: B2. As text it has about
// 10 * `products` bytes.
v1::QuizDefinition SumOfProducts(int products);

// An expression over such items that nests products and sums of products `depth` deep.
v1::QuizDefinition NestedProducts(int depth);

// One aggregate of `members` ids that name nothing, beside `scales` empty scales: B2.
v1::QuizDefinition UnknownMembers(int members, int scales);

// `scales` scales that each divide a sum of products of items: with some answers given no divisor can be shown to be
// other than 0 without long lists of values: B3.
v1::QuizDefinition SlowPartial(int scales, int terms);

// A quiz of an earlier score and a formula of products: B4.
v1::QuizDefinition EarlierScoreOfProducts(int products);

// `tables` tables of `rows` rows each, and a scale for each that looks an item up in it.
v1::QuizDefinition ManyRows(int tables, int rows);

// Each of `scales` sums adds up the same `items` items: C.
v1::QuizDefinition ManyMembers(int scales, int items);

// `alerts` alerts, each judged for each of `items` items by a condition of `terms` comparisons.
v1::QuizDefinition AlertsForEach(int alerts, int items, int terms);

// Decisions whose rules are chains of `?:` with `branches` conditions each, all about one scale.
v1::QuizDefinition ConditionalChains(int rules, int branches);

// A scale with a band set of 2,000 ranges, and rules that each look for `codes` of them.
v1::QuizDefinition ManyRangeCodes(int rules, int codes);

// `options` options, all of them empty messages.
v1::QuizDefinition EmptyOptions(int options);

// Items that all offer one set of `options` options with texts of `bytes` bytes each.
v1::QuizDefinition LongForm(int items, int options, int bytes);

// `scales` formulas of `terms` terms each over two items, and `examples` examples.
v1::QuizDefinition ManyExamples(int scales, int terms, int examples);

// Means over `items` items with weights that differ and a need that may leave any of them out, `scales` times.
v1::QuizDefinition WeightedMeans(int scales, int items);

}  // namespace ladder::quiz

#endif  // LADDER_TESTS_QUIZ_COSTLY_QUIZZES_H_
