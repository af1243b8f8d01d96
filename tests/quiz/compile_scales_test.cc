// Faults of aggregates, missing policies, roundings and band sets.

#include <gtest/gtest.h>

#include "tests/quiz/compile_fault.h"

namespace ladder::quiz {
namespace {

constexpr char kCount[] = R"(op: OP_COUNT of: "sleep" of: "calm" where: "it >= 2")";
constexpr char kMax[] = R"(op: OP_MAX of: "packs" of: "total")";
constexpr char kFillValue[] = R"(at_least: 1 may_miss: "calm" fill: FILL_VALUE value: "1")";

INSTANTIATE_TEST_SUITE_P(
    Aggregates, CompileFaultTest,
    ::testing::Values(
        BrokenQuiz{"op: OP_SUM", "", "scales[0].aggregate.op", "say what is done with the members"},
        BrokenQuiz{R"q(formula: "lookup('metric', total)")q", "", "scales[3]", "set one of aggregate and formula"},
        BrokenQuiz{kMax, R"(op: OP_MAX of: "packs" of: "totl")", "scales[4].aggregate.of[1]",
                   "there is no item or scale 'totl', did you mean 'total'?"},
        BrokenQuiz{kMax, R"(op: OP_MAX of: "packs" of: "age")", "scales[4].aggregate.of[1]",
                   "'age' is a context value; only items and scales"},
        BrokenQuiz{kMax, R"(op: OP_MAX of: "packs" of: "packs")", "scales[4].aggregate.of[1]",
                   "'packs' is a member already"},
        BrokenQuiz{kMax, "op: OP_MAX", "scales[4].aggregate.of", "add at least one item or scale"},
        BrokenQuiz{kMax, R"(op: OP_MAX of: "note")", "scales[4].aggregate.of[0]", "'note' is free text"},
        BrokenQuiz{kMax, R"(op: OP_MAX of: "aids")", "scales[4].aggregate.of[0]", "set sum_values"},
        BrokenQuiz{kMax, R"(op: OP_MAX of: "packs" weights { key: "packs" value: "2" })", "scales[4].aggregate.weights",
                   "only sums and means are weighted"},
        BrokenQuiz{kMax, R"(op: OP_MAX of: "packs" where: "it > 2")", "scales[4].aggregate.where",
                   "only OP_COUNT asks"},
        BrokenQuiz{kCount, R"(op: OP_COUNT of: "sleep")", "scales[1].aggregate.where", "say which members count"},
        BrokenQuiz{R"(weights { key: "sleep" value: "2" })", R"(weights { key: "packs" value: "2" })",
                   R"(scales[0].aggregate.weights["packs"])", "'packs' is not a member"},
        BrokenQuiz{R"(weights { key: "sleep" value: "2" })", R"(weights { key: "sleep" value: "two" })",
                   R"(scales[0].aggregate.weights["sleep"])", "is not a number"},
        BrokenQuiz{R"(use_values: "alt")", R"(use_values: "alto")", "scales[2].aggregate.use_values",
                   "there is no named value 'alto', did you mean 'alt'?"},
        BrokenQuiz{R"(use_values: "alt")", R"(use_values: "alt" of: "packs")", "scales[2].aggregate.of[2]",
                   "is a number and has no named values"},
        BrokenQuiz{R"(use_values: "alt")", R"(use_values: "alt" of: "total")", "scales[2].aggregate.of[2]",
                   "'total' is a scale and has no named values"},
        BrokenQuiz{R"(use_values: "alt")", R"(use_values: "alt" weights { key: "calm" value: "0" })",
                   R"(scales[2].aggregate.weights["calm"])", "has to be more than 0"}));

INSTANTIATE_TEST_SUITE_P(
    MissingPolicies, CompileFaultTest,
    ::testing::Values(
        BrokenQuiz{kFillValue, "at_least: 3", "scales[0].aggregate.missing.at_least",
                   "3 are needed, but there are only 2 members"},
        BrokenQuiz{kFillValue, R"(may_miss: "packs")", "scales[0].aggregate.missing.may_miss[0]",
                   "'packs' is not a member"},
        BrokenQuiz{kFillValue, R"(may_miss: "calm" may_miss: "calm")", "scales[0].aggregate.missing.may_miss[1]",
                   "'calm' is listed already"},
        BrokenQuiz{kFillValue, "fill: FILL_VALUE", "scales[0].aggregate.missing.value", "a number is missing"},
        BrokenQuiz{kFillValue, R"(value: "1")", "scales[0].aggregate.missing.value", "is used by FILL_VALUE only"},
        BrokenQuiz{R"(at_least_share: "1/2")", R"(at_least_share: "0")", "scales[2].aggregate.missing.at_least_share",
                   "more than 0 and at most 1"},
        BrokenQuiz{R"(at_least_share: "1/2")", R"(at_least_share: "3/2")", "scales[2].aggregate.missing.at_least_share",
                   "more than 0 and at most 1"},
        BrokenQuiz{R"(at_least_share: "1/2")", "at_least: 0", "scales[2].aggregate.missing",
                   "need at least one answer"},
        BrokenQuiz{R"(at_least_share: "1/2")", R"(may_miss: "sleep" may_miss: "calm")", "scales[2].aggregate.missing",
                   "nothing answered would be enough here"},
        BrokenQuiz{kMax, R"(op: OP_MIN of: "packs" of: "total" missing { at_least: 0 })", "scales[4].aggregate.missing",
                   "need at least one answer"},
        BrokenQuiz{kMax, R"(op: OP_MAX of: "packs" missing { fill: FILL_PRORATE })", "scales[4].aggregate.missing.fill",
                   "cannot be prorated"},
        BrokenQuiz{kFillValue, "at_least: 0 fill: FILL_PRORATE", "scales[0].aggregate.missing",
                   "need at least one answer"},
        BrokenQuiz{R"(weights { key: "sleep" value: "2" }
      missing { at_least: 1 may_miss: "calm" fill: FILL_VALUE value: "1" })",
                   R"(weights { key: "sleep" value: "-2" } missing { fill: FILL_PRORATE })",
                   R"(scales[0].aggregate.weights["sleep"])", "has to be more than 0, since it is divided by"}));

INSTANTIATE_TEST_SUITE_P(
    BandSets, CompileFaultTest,
    ::testing::Values(
        BrokenQuiz{"rounding { digits: 0 }", "rounding { digits: 19 }", "scales[0].rounding.digits", "0 to 18"},
        BrokenQuiz{"rounding { digits: 0 }", "shown { digits: 99 }", "scales[0].shown.digits", "0 to 18"},
        BrokenQuiz{R"(bands { id: "low" })", R"(bands { id: "low" from: "0" })", "scales[0].band_sets[0].bands[0].from",
                   "the first band has no lower bound"},
        BrokenQuiz{R"(id: "high"
        from: "4")",
                   R"(id: "high")", "scales[0].band_sets[0].bands[1].from", "a number is missing"},
        BrokenQuiz{R"(bands { id: "low" })", R"(bands { id: "low" } bands { id: "middle" from: "4" })",
                   "scales[0].band_sets[0].bands[2].from", "has to be more than 4, where the band before begins"},
        BrokenQuiz{R"(bands { id: "low" })", R"(bands { id: "high" })", "scales[0].band_sets[0].bands[1].id",
                   "'high' is used already"},
        BrokenQuiz{R"(ranges { id: "upper" from: "6" })", R"(ranges { id: "upper" from: "4" })",
                   "scales[0].band_sets[0].bands[1].ranges[1].from", "more than 4, where the band begins"},
        BrokenQuiz{R"(bands { id: "low" })", R"(bands { id: "low" ranges { id: "a" } ranges { id: "b" from: "5" } })",
                   "scales[0].band_sets[0].bands[0].ranges[1].from", "less than 4, where the next band begins"},
        BrokenQuiz{R"(ranges { id: "lower" })", R"(ranges { id: "lower" from: "4" })",
                   "scales[0].band_sets[0].bands[1].ranges[0].from", "the first range has no lower bound"},
        BrokenQuiz{R"(ranges { id: "lower" })", R"(ranges { id: "lower" } ranges { id: "more" from: "7" })",
                   "scales[0].band_sets[0].bands[1].ranges[2].from", "where the range before begins"},
        BrokenQuiz{R"(ranges { id: "lower" })", R"(ranges { id: "upper" })",
                   "scales[0].band_sets[0].bands[1].ranges[1].id", "'upper' is used already"},
        BrokenQuiz{R"(bands { id: "low" })", R"(when: "sleep > 1" bands { id: "low" })",
                   "scales[0].band_sets[0].when:1", "'sleep' is an item; this expression reads context values only"}));

}  // namespace
}  // namespace ladder::quiz
