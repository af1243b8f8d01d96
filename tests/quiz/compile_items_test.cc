// Faults of ids, option sets, items, context values, tables and the gate.

#include <gtest/gtest.h>

#include "tests/quiz/compile_fault.h"

namespace ladder::quiz {
namespace {

INSTANTIATE_TEST_SUITE_P(
    Head, CompileFaultTest,
    ::testing::Values(BrokenQuiz{R"(id: "sample")", R"(id: "Sample_1")", "id", "'Sample_1' is not the id of a quiz"},
                      BrokenQuiz{R"(source: "Made for a test")", "", "provenance.source", "where the quiz comes from"},
                      BrokenQuiz{R"(licence: "None needed")", "", "provenance.licence", "under which licence"},
                      BrokenQuiz{R"(who_may_use: "Anyone")", "", "provenance.who_may_use", "who may use"},
                      BrokenQuiz{R"(comparable_with: "1")", R"(comparable_with: "0")", "comparable_with[0]",
                                 "versions count 1, 2, 3"},
                      BrokenQuiz{R"(comparable_with: "1")", R"(comparable_with: "01")", "comparable_with[0]",
                                 "'01' is not"},
                      BrokenQuiz{R"(comparable_with: "1")", R"(comparable_with: "2" comparable_with: "2")",
                                 "comparable_with[1]", "version 2 is listed already"},
                      BrokenQuiz{"severity: SEVERITY_URGENT", "severity: 9", "alerts[0].severity",
                                 "9 has no meaning here; use SEVERITY_NOTICE, SEVERITY_URGENT"}));

INSTANTIATE_TEST_SUITE_P(
    Ids, CompileFaultTest,
    ::testing::Values(
        BrokenQuiz{R"(id: "each" when)", R"(id: "Each" when)", "alerts[1].id", "'Each' is not an id; begin with a"},
        BrokenQuiz{R"(id: "most")", "", "scales[4].id", "an id is missing"},
        BrokenQuiz{R"(id: "most")", R"(id: "max")", "scales[4].id", "'max' is a word of expressions"},
        BrokenQuiz{R"(id: "most")", R"(id: "it")", "scales[4].id", "'it' is a word of expressions"},
        BrokenQuiz{R"(id: "most")", R"(id: "age")", "scales[4].id", "'age' is the id of a context value already"},
        BrokenQuiz{R"(id: "most")", R"(id: "metric")", "scales[4].id", "'metric' is the id of a table already"},
        BrokenQuiz{R"(id: "advice")", R"(id: "good advice")", "guidance[0].id", "is not a code"}));

INSTANTIATE_TEST_SUITE_P(
    OptionSets, CompileFaultTest,
    ::testing::Values(BrokenQuiz{R"(id: "chair")", R"(id: "stick")", "option_sets[1].options[1].id",
                                 "'stick' is used already, at option_sets[1].options[0].id"},
                      BrokenQuiz{R"(id: "chair")", R"(id: "a chair")", "option_sets[1].options[1].id", "is not a code"},
                      BrokenQuiz{R"(value: "1"
    })",
                                 R"(value: "1,5"
    })",
                                 "option_sets[1].options[0].value", "'1,5' is not a number; write it like"},
                      BrokenQuiz{R"(key: "alt" value: "1")", R"(key: "alt" value: "one")",
                                 R"(option_sets[0].options[1].values["alt"])", "'one' is not a number"},
                      BrokenQuiz{R"(id: "unsaid")", R"(id: "unsaid" value: "0")", "option_sets[1].options[2].value",
                                 "never scored; remove its value"},
                      BrokenQuiz{R"(single_choice: "steps"
    reverse: true)",
                                 R"(single_choice: "step"
    reverse: false)",
                                 "items[1].single_choice", "there is no option set 'step', did you mean 'steps'?"}));

INSTANTIATE_TEST_SUITE_P(
    Items, CompileFaultTest,
    ::testing::Values(BrokenQuiz{"free_text {}", "", "items[5]", "the kind of answer is missing"},
                      BrokenQuiz{"free_text {}", "free_text {} reverse: true", "items[5].reverse",
                                 "has no values that could be turned"},
                      BrokenQuiz{"free_text {}", R"(free_text {} show_when: "age > 3" hidden_value: "0")",
                                 "items[5].hidden_value", "has no value when it is shown"},
                      BrokenQuiz{R"(multiple_choice { option_set: "devices" })",
                                 R"(multiple_choice { option_set: "devices" sum_values: true })",
                                 "items[4].multiple_choice.sum_values", "option 'chair' of item 'aids' has no value"},
                      BrokenQuiz{R"(min: "0" max: "10" step: "0.5")", R"(min: "0" max: "10" step: "0")",
                                 "items[3].number.step", "more than 0"},
                      BrokenQuiz{R"(min: "0" max: "10" step: "0.5")", R"(min: "0" max: "10" step: "3")",
                                 "items[3].number.max", "is not reached from 0 in steps of 3"},
                      BrokenQuiz{R"(min: "0" max: "10" step: "0.5")", R"(min: "20" max: "10" step: "0.5")",
                                 "items[3].number.max", "is less than min, which is 20"},
                      BrokenQuiz{R"(min: "0" max: "10" step: "0.5")", R"(max: "10" step: "0.5")", "items[3].number.min",
                                 "a number is missing"},
                      BrokenQuiz{R"(min: "0" max: "10" step: "0.5")",
                                 R"(min: "1/123456789012345678901234567890123456789012345678901234567"
                      max: "1/123456789012345678901234567890123456789012345678901234569" step: "1")",
                                 "items[3].number.max", "is less than min"},
                      BrokenQuiz{R"(min: "0" max: "10" step: "0.5")",
                                 R"(min: "1/123456789012345678901234567890123456789012345678901234569"
                      max: "1/123456789012345678901234567890123456789012345678901234567" step: "1")",
                                 "items[3].number.max", "in 256 bits; give them fewer digits"},
                      BrokenQuiz{R"(hidden_value: "0")", R"(hidden_value: "none")", "items[3].hidden_value",
                                 "is not a number"}));

INSTANTIATE_TEST_SUITE_P(
    Context, CompileFaultTest,
    ::testing::Values(BrokenQuiz{R"(default: "female")", R"(default: "unknown")", "context[0].default",
                                 "'unknown' is not one of the codes 'female'"},
                      BrokenQuiz{R"(code: "male")", R"(code: "female")", "context[0].codes.code[1]",
                                 "'female' is used already"},
                      BrokenQuiz{R"(min: "0" max: "120")", R"(min: "0" max: "12")", "context[1].default",
                                 "numbers go from 0 to 12 in steps of 1"},
                      BrokenQuiz{R"(default: "34")", R"(default: "34.5")", "context[1].default", "does not fit"},
                      BrokenQuiz{R"(number { min: "0" max: "120" }
    default: "34")",
                                 "", "context[1]", "the kind of fact is missing"},
                      BrokenQuiz{R"(earlier { scale: "total" which)", R"(earlier { scale: "totl" which)",
                                 "context[2].earlier.scale", "a scale has to be named here, did you mean 'total'?"},
                      BrokenQuiz{R"(earlier { scale: "total" which)", R"(earlier { scale: "sleep" which)",
                                 "context[2].earlier.scale", "'sleep' is an item; a scale has to be named here"}));

INSTANTIATE_TEST_SUITE_P(
    Tables, CompileFaultTest,
    ::testing::Values(BrokenQuiz{R"(from: "1" to: "20" value: "20")", R"(from: "0" to: "20" value: "20")",
                                 "tables[0].rows[1].from", "put rows in ascending order"},
                      BrokenQuiz{R"(rows { from: "0" value: "10" })", R"(rows { from: "0" to: "2" value: "10" })",
                                 "tables[0].rows[1].from", "the row before holds 1 or more"},
                      BrokenQuiz{R"(from: "1" to: "20" value: "20")", R"(from: "1" to: "1" value: "20")",
                                 "tables[0].rows[1].to", "has to be more than from, which is 1"},
                      BrokenQuiz{R"(from: "1" to: "20" value: "20")", R"(from: "1" to: "20")",
                                 "tables[0].rows[1].value", "a number is missing"}));

INSTANTIATE_TEST_SUITE_P(
    Gate, CompileFaultTest,
    ::testing::Values(BrokenQuiz{R"(of: "smokes")", R"(of: "smoke")", "gate.of[1]", "did you mean 'smokes'?"},
                      BrokenQuiz{R"(of: "smokes")", R"(of: "sleep")", "gate.of[1]", "'sleep' is listed already"},
                      BrokenQuiz{R"(of: "smokes")", R"(of: "total")", "gate.of[1]",
                                 "'total' is a scale; an item has to be named"},
                      BrokenQuiz{"need { at_least: 1 }", "need { at_least: 3 }", "gate.need.at_least",
                                 "3 are needed, but there are only 2 members"},
                      BrokenQuiz{"need { at_least: 1 }", R"(need { at_least: 1 may_miss: "calm" })",
                                 "gate.need.may_miss[0]", "'calm' is not a member"},
                      BrokenQuiz{"need { at_least: 1 }", R"(need { at_least: 1 fill: FILL_PRORATE })", "gate.need.fill",
                                 "a gate only counts answers"}));

}  // namespace
}  // namespace ladder::quiz
