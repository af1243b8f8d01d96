// Faults of decisions, alerts, guidance, norms and the ladder.

#include <gtest/gtest.h>

#include "tests/quiz/compile_fault.h"

namespace ladder::quiz {
namespace {

constexpr char kRule[] = R"(rules { when: "total >= 4" outcome: "case" })";
constexpr char kNorms[] = R"(sd: "2" reliability: "0.8" source: "A study")";

INSTANTIATE_TEST_SUITE_P(
    Decisions, CompileFaultTest,
    ::testing::Values(
        BrokenQuiz{R"(otherwise: "none")", "", "decisions[0].otherwise", "an outcome is missing"},
        BrokenQuiz{R"(otherwise: "none")", R"(otherwise: "UNDECIDED")", "decisions[0].otherwise",
                   "choose another code"},
        BrokenQuiz{R"(otherwise: "none")", R"(otherwise: "not one")", "decisions[0].otherwise", "is not a code"},
        BrokenQuiz{kRule, R"(rules { outcome: "case" })", "decisions[0].rules[0].when", "an expression is missing"},
        BrokenQuiz{R"(key: "case")", R"(key: "casu")", R"(decisions[0].outcomes["casu"])",
                   "there is no outcome 'casu', did you mean 'case'?"}));

INSTANTIATE_TEST_SUITE_P(
    Alerts, CompileFaultTest,
    ::testing::Values(BrokenQuiz{R"(when: "sleep >= 3" severity)", "severity", "alerts[0].when",
                                 "an expression is missing"},
                      BrokenQuiz{R"(for_each: "sleep" for_each: "calm")", R"(for_each: "sleep" for_each: "sleep")",
                                 "alerts[1].for_each[1]", "'sleep' is listed already"},
                      BrokenQuiz{R"(for_each: "sleep" for_each: "calm")", R"(for_each: "total")",
                                 "alerts[1].for_each[0]", "'total' is a scale; an item has to be named"},
                      BrokenQuiz{R"(for_each: "sleep" for_each: "calm")", R"(for_each: "aids")",
                                 "alerts[1].for_each[0]", "is a multiple choice without a sum"},
                      BrokenQuiz{R"(for_each: "sleep" for_each: "calm")", "", "alerts[1].when:1",
                                 "`it` is there only in `where` and in an alert with for_each"}));

INSTANTIATE_TEST_SUITE_P(Guidance, CompileFaultTest,
                         ::testing::Values(BrokenQuiz{R"(modality: "therapy")", R"(modality: "terapy")",
                                                      "guidance[0].modality",
                                                      "there is no modality 'terapy', did you mean 'therapy'?"},
                                           BrokenQuiz{R"(modalities { id: "therapy" })",
                                                      R"(modalities { id: "therapy" } modalities { id: "therapy" })",
                                                      "modalities[1].id", "'therapy' is used already"},
                                           BrokenQuiz{R"(guidance { id: "advice")", R"(guidance { id: "")",
                                                      "guidance[0].id", "is not a code"}));

INSTANTIATE_TEST_SUITE_P(
    Figures, CompileFaultTest,
    ::testing::Values(
        BrokenQuiz{R"(norms { scale: "total")", R"(norms { scale: "totals")", "norms[0].scale",
                   "did you mean 'total'?"},
        BrokenQuiz{R"(when: "sex == 'female'")", R"(when: "total > 1")", "norms[0].when:1",
                   "this expression reads context values only"},
        BrokenQuiz{kNorms, R"(sd: "0" reliability: "0.8" source: "A study")", "norms[0].sd", "more than 0"},
        BrokenQuiz{kNorms, R"(sd: "2" reliability: "1" source: "A study")", "norms[0].reliability", "0 to below 1"},
        BrokenQuiz{kNorms, R"(sd: "2" reliability: "-0.1" source: "A study")", "norms[0].reliability", "0 to below 1"},
        BrokenQuiz{kNorms, R"(sd: "2" source: "A study")", "norms[0].reliability", "sd and reliability together"},
        BrokenQuiz{kNorms, R"(reliability: "0.8" source: "A study")", "norms[0].sd", "sd and reliability together"},
        BrokenQuiz{kNorms, R"(functional_sd: "2" source: "A study")", "norms[0].functional_mean",
                   "is missing beside functional_sd"},
        BrokenQuiz{kNorms, R"(clinical_mean: "9" clinical_sd: "-1" source: "A study")", "norms[0].clinical_sd",
                   "more than 0"},
        BrokenQuiz{kNorms, R"(cut_off: "9")", "norms[0].source", "name the study"},
        BrokenQuiz{R"(ladder { scale: "total")", R"(ladder { scale: "age")", "ladder.scale", "is a context value"},
        BrokenQuiz{R"(band_set: "severity")", R"(band_set: "severe")", "ladder.band_set",
                   "there is no band set 'severe'"},
        BrokenQuiz{R"(public_slices: "sex")", R"(public_slices: "age")", "ladder.public_slices[0]",
                   "'age' is a number; only codes can be slices"},
        BrokenQuiz{R"(public_slices: "sex")", R"(public_slices: "sex" public_slices: "sex")", "ladder.public_slices[1]",
                   "'sex' is listed already"},
        BrokenQuiz{R"(code: "male")", R"(code: "male" code: "x" code: "y" code: "z")", "ladder.public_slices[0]",
                   "'sex' has 5 codes; a slice has at most 4"},
        BrokenQuiz{R"(id: "total"
    title)",
                   R"(id: "total" internal: true title)", "ladder.scale", "'total' is internal"}));

}  // namespace
}  // namespace ladder::quiz
