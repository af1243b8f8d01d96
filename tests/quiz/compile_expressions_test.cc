// Faults of names and types in expressions, with the column where they begin, and circles.

#include <gtest/gtest.h>

#include <string>

#include "tests/quiz/compile_fault.h"

namespace ladder::quiz {
namespace {

// The rule of the decision, where an expression may read anything.
BrokenQuiz Rule(const std::string& expression, int column, const std::string& message) {
  return {R"(when: "total >= 4")", "when: \"" + expression + "\"",
          "decisions[0].rules[0].when:" + std::to_string(column), message};
}

BrokenQuiz Formula(const std::string& expression, int column, const std::string& message) {
  return {"lookup('metric', total)", expression, "scales[3].formula:" + std::to_string(column), message};
}

BrokenQuiz ShowWhen(const std::string& expression, int column, const std::string& message) {
  return {"smokes > 0", expression, "items[3].show_when:" + std::to_string(column), message};
}

INSTANTIATE_TEST_SUITE_P(
    Names, CompileFaultTest,
    ::testing::Values(Rule("1 < totl", 5, "'totl' is the id of nothing, did you mean 'total'?"),
                      Rule("it > 2", 1, "`it` is there only in"), Rule("metric > 2", 1, "'metric' is a table"),
                      Rule("sleepless", 1, "'sleepless' is an alert; this expression reads"),
                      ShowWhen("sleep > 1 && total > 2", 14, "'total' is a scale; this expression reads items and"),
                      ShowWhen("verdict == 'case'", 1, "'verdict' is a decision"),
                      Rule("note > 1", 1, "item 'note' is free text"),
                      Rule("aids > 1", 1, "'aids' is a multiple choice without a sum; ask 'option' in aids"),
                      Rule("round(total) > 1", 1, "there is no function 'round'; there are has, min, max")));

INSTANTIATE_TEST_SUITE_P(
    Types, CompileFaultTest,
    ::testing::Values(Rule("total", 1, "needs a condition (true or false) here, and this is a number; compare it"),
                      Formula("total > 1", 1,
                              "needs a number here, and this is a condition (true or false); write condition ? 1 : 0"),
                      Formula("'high'", 1, "this is a code"), Rule("total && true", 1, "this is a number"),
                      Rule("!total", 2, "this is a number"), Rule("1 + true > 2", 5, "this is a condition"),
                      Rule("sex > 1", 1, "this is a code"), Rule("total == 'high'", 1, "compares a number with a code"),
                      Rule("(total > 1) == total", 2, "compares a condition (true or false) with a number"),
                      Rule("total ? true : false", 1, "`?` needs a condition"),
                      Formula("total > 1 ? 1 : sex", 17, "the first is a number, this is a code"),
                      Formula("max()", 1, "max takes at least one number"),
                      Formula("max(total, sex)", 12, "max needs a number"),
                      Rule("['a'] == sex", 1, "a list stands right of `in` only"),
                      Rule("has(1)", 1, "has takes one id"), Rule("has(total, sleep)", 1, "has takes one id"),
                      Rule("has(each)", 5, "'each' is an alert")));

INSTANTIATE_TEST_SUITE_P(
    Codes, CompileFaultTest,
    ::testing::Values(Rule("sex == 'femal'", 8, "'femal' can never be; there are 'female'"),
                      Rule("'femal' != sex", 1, "did you mean 'female'?"),
                      Rule("sex in ['male', 'other']", 17, "'other' can never be"),
                      Rule("sex in []", 8, "the list is empty"), Rule("sex in [1]", 9, "a list holds codes in quotes"),
                      Rule("sex in 'male'", 8, "right of `in` stands a list"),
                      Rule("total in ['low']", 1, "`in` needs a code here"),
                      Rule("band(total) == 'middle'", 16, "'middle' can never be; there are 'low'"),
                      Rule("(total > 1 ? band(total) : sex) == 'nobody'", 36, "'nobody' can never be"),
                      Rule("'stik' in aids", 1, "item 'aids' has no option 'stik'; it has 'stick'"),
                      Rule("'unsaid' in aids", 1, "never true; ask has(aids)"),
                      Rule("sex in aids", 1, "stands an option in quotes"),
                      Rule("'never' in sleep", 12, "'sleep' is not an item of multiple choice")));

INSTANTIATE_TEST_SUITE_P(
    Places, CompileFaultTest,
    ::testing::Values(Rule("band(sleep) == 'low'", 6, "'sleep' is an item; only scales have bands"),
                      Rule("band(count) == 'low'", 1, "scale 'count' has no bands"),
                      Rule("band(total, 'x') == 'low'", 13, "there is no band set 'x'; there are 'severity'"),
                      Rule("band() == 'low'", 1, "band takes a scale's id"),
                      Formula("lookup('metrics', total)", 8, "did you mean 'metric'?"),
                      Formula("lookup('total', total)", 8, "'total' is a scale; a table has to be named"),
                      Formula("lookup(total)", 1, "lookup takes a table's id in quotes and a number"),
                      Formula("lookup('metric', sex)", 18, "lookup needs a number")));

INSTANTIATE_TEST_SUITE_P(Syntax, CompileFaultTest,
                         ::testing::Values(Rule("total >", 8, "the expression ends too early"),
                                           Rule("total = 4", 7, "write == to compare")));

INSTANTIATE_TEST_SUITE_P(
    Circles, CompileFaultTest,
    ::testing::Values(
        BrokenQuiz{"smokes > 0", "packs > 0", "items[3].show_when", "goes in a circle: packs -> packs"},
        BrokenQuiz{R"(single_choice: "steps"
    reverse: true)",
                   R"q(single_choice: "steps" reverse: true show_when: "has(late)" } items { id: "late" text: {
                      by_locale: { key: "en" value: "Late?" } } single_choice: "steps" show_when: "calm > 0")q",
                   "items[1].show_when", "goes in a circle: calm -> late -> calm"},
        BrokenQuiz{"lookup('metric', total)", "converted", "scales[3]", "goes in a circle: converted -> converted"},
        BrokenQuiz{"it >= 2", "verdict == 'case' && count > 1", "scales[1]", "goes in a circle: count -> count"},
        BrokenQuiz{R"(where: "it >= 2")", R"(where: "verdict == 'case'" } } scales { id: "seen" aggregate {
                   op: OP_COUNT of: "count" where: "band(total) == 'high' && seen > 1")",
                   "scales[2]", "goes in a circle: seen -> seen"},
        BrokenQuiz{R"(of: "calm"
      weights { key: "sleep" value: "2" })",
                   R"(of: "calm" of: "most")", "scales[0]", "goes in a circle: total -> most -> total"},
        BrokenQuiz{"total >= 4", "converted >= 4 && verdict != 'none'", "decisions[0]",
                   "goes in a circle: verdict -> verdict"}));

}  // namespace
}  // namespace ladder::quiz
