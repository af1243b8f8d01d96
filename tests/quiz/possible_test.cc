// Ranges against every completion of small quizzes, scored one by one.

#include "libs/quiz/possible.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "libs/quiz/score.h"
#include "tests/quiz/quiz_fixture.h"

namespace ladder::quiz {
namespace {

// Every way to answer one item, no answer included.
std::vector<AnswerValue> AnswersTo(const Item& item) {
  std::vector<AnswerValue> answers(1);
  AnswerValue answer;
  answer.given = true;
  if (item.kind == Item::Kind::kSingleChoice) {
    for (Index option = 0; option < item.options.size(); ++option) {
      answer.option = option;
      answers.push_back(answer);
    }
  } else if (item.kind == Item::Kind::kNumber) {
    for (answer.number = item.number.min; answer.number <= item.number.max; answer.number += item.number.step) {
      answers.push_back(answer);
    }
  } else if (item.kind == Item::Kind::kMultipleChoice) {
    for (std::size_t choice = 0; choice < (std::size_t{1} << item.options.size()); ++choice) {
      answer.options.clear();
      bool has_code = false;
      for (Index option = 0; option < item.options.size(); ++option) {
        if ((choice >> option & 1) == 0) continue;
        answer.options.push_back(option);
        has_code = has_code || item.options[option].meaning != Option::Meaning::kScored;
      }
      if (!has_code || answer.options.size() == 1) answers.push_back(answer);
    }
  }
  return answers;
}

// Calls `see` with the result of every completion of `input` from item `first` on.
void ForEachCompletion(const Program& program, Input input, Index first,
                       const std::function<void(const Result&)>& see) {
  if (first == program.items.size()) {
    Result result;
    Score(program, input, result);
    see(result);
    return;
  }
  if (input.answers[first].given) return ForEachCompletion(program, input, first + 1, see);
  for (const AnswerValue& answer : AnswersTo(program.items[first])) {
    input.answers[first] = answer;
    ForEachCompletion(program, input, first + 1, see);
  }
}

// What one scale came to over all completions.
struct Seen {
  bool unscored = false;
  std::optional<Rational> low;
  std::optional<Rational> high;
};

void See(const ScaleScore& score, const ScalePossibility& possible, Seen& seen) {
  if (!score.scored) {
    seen.unscored = true;
    return;
  }
  if (!seen.low.has_value() || score.value < *seen.low) seen.low = score.value;
  if (!seen.high.has_value() || score.value > *seen.high) seen.high = score.value;
  const std::optional<Rational>& grid = possible.range.grid;
  if (grid.has_value() && grid->sign() != 0) {
    EXPECT_TRUE(((score.value - possible.range.low) / *grid).is_integer()) << score.value.ToString();
  }
  for (std::size_t i = 0; i < score.places.size(); ++i) {
    if (score.places[i].state != Place::State::kInBand) continue;
    const ReachablePlace& place = possible.places[i];
    EXPECT_TRUE(place.may_apply);
    EXPECT_EQ(std::count(place.possible.begin(), place.possible.end(), score.places[i].band), 1);
    if (place.decided_range != kNone) {
      EXPECT_EQ(place.decided_range, score.places[i].range);
    }
  }
}

std::string Text(const std::optional<Rational>& number) { return number.has_value() ? number->ToString() : "none"; }

// Holds what is possible against every completion. `expect_exact`: it has to be called exact, and so does whether a
// scale may stay unscored.
void ExpectHolds(const std::string& definition, const Words& answers, bool expect_exact = false) {
  SCOPED_TRACE(definition);
  const auto program = CompileText(definition);
  const Input input = InputOf(*program, answers);
  const Possibility possible = PossibleFrom(*program, input);
  std::vector<Seen> seen(program->scales.size());
  ForEachCompletion(*program, input, 0, [&](const Result& result) {
    for (std::size_t i = 0; i < seen.size(); ++i) See(result.scales[i], possible.scales[i], seen[i]);
    for (std::size_t i = 0; i < result.outcomes.size(); ++i) {
      const std::vector<Index>& codes = possible.outcomes[i];
      EXPECT_EQ(std::count(codes.begin(), codes.end(), result.outcomes[i]), 1);
    }
  });
  for (std::size_t i = 0; i < seen.size(); ++i) {
    SCOPED_TRACE(program->scales[i].id);
    const ReachableRange& range = possible.scales[i].range;
    if (seen[i].unscored) {
      EXPECT_TRUE(range.may_be_unscored);
    }
    if (expect_exact) {
      EXPECT_EQ(range.may_be_unscored, seen[i].unscored);
    }
    if (!seen[i].low.has_value()) {
      EXPECT_FALSE(range.exact && range.can_be_scored);
      if (expect_exact) {
        EXPECT_FALSE(range.can_be_scored);
      }
      continue;
    }
    ASSERT_TRUE(range.can_be_scored);
    EXPECT_LE(range.low, *seen[i].low);
    EXPECT_GE(range.high, *seen[i].high);
    if (expect_exact) {
      EXPECT_TRUE(range.exact);
    }
    if (!range.exact) continue;
    EXPECT_EQ(range.low.ToString(), Text(seen[i].low));
    EXPECT_EQ(range.high.ToString(), Text(seen[i].high));
  }
}

// Three items of four steps with codes for missing and not applicable, and a number from -2 to 1.
constexpr char kItems[] = R"pb(
  items { id: "a" single_choice: "steps" }
  items { id: "b" single_choice: "steps" reverse: true }
  items { id: "c" single_choice: "steps" }
  items {
    id: "n"
    number { min: "-2" max: "1" }
  }
)pb";
constexpr char kOfAll[] = " of: 'a' of: 'b' of: 'c' of: 'n' ";

std::string ScaleOf(const std::string& aggregate) {
  return absl::StrCat(kItems, "scales { id: 'total' aggregate { ", aggregate, kOfAll, "} }");
}

const char* const kPolicies[] = {
    "",
    "missing { at_least: 1 }",
    "missing { at_least: 3 }",
    "missing { at_least_share: '1/2' }",
    "missing { at_least_share: '3/4' }",
    "missing { may_miss: 'a' }",
    "missing { at_least_share: '2/3' may_miss: 'c' }",
};

class EveryPolicyTest : public testing::TestWithParam<const char*> {};

std::string WithFill(std::string policy, const std::string& fill) {
  if (policy.empty()) policy = "missing { all {} }";
  return policy.substr(0, policy.size() - 1) + fill + " }";
}

TEST_P(EveryPolicyTest, SumsAreExact) {
  ExpectHolds(ScaleOf(absl::StrCat("op: OP_SUM ", GetParam())), {}, true);
  ExpectHolds(ScaleOf(absl::StrCat("op: OP_SUM ", GetParam())), {{"b", "na"}, {"n", "-2"}}, true);
  ExpectHolds(ScaleOf(absl::StrCat("op: OP_SUM weights { key: 'a' value: '-3/2' } weights { key: 'c' value: '10' } ",
                                   GetParam())),
              {}, true);
}

TEST_P(EveryPolicyTest, CountsAreExact) {
  ExpectHolds(ScaleOf(absl::StrCat("op: OP_COUNT where: 'it >= 1 && it != 2' ", GetParam())), {}, true);
}

TEST_P(EveryPolicyTest, LargestAndSmallestAreExact) {
  if (std::string(GetParam()).find("may_miss") != std::string::npos) return;  // Nothing may be answered: refused.
  ExpectHolds(ScaleOf(absl::StrCat("op: OP_MAX ", GetParam())), {}, true);
  ExpectHolds(ScaleOf(absl::StrCat("op: OP_MIN ", GetParam())), {{"a", "2"}}, true);
}

TEST_P(EveryPolicyTest, MeansAreExact) {
  ExpectHolds(ScaleOf(absl::StrCat("op: OP_MEAN ", GetParam())), {{"c", "refused"}}, true);
  ExpectHolds(ScaleOf(absl::StrCat("op: OP_MEAN ", GetParam())), {}, true);
}

TEST_P(EveryPolicyTest, ProratedSumsAreExact) {
  ExpectHolds(ScaleOf(absl::StrCat("op: OP_SUM ", WithFill(GetParam(), "fill: FILL_PRORATE"))), {}, true);
  ExpectHolds(ScaleOf(absl::StrCat("op: OP_COUNT where: 'it > 0' ", WithFill(GetParam(), "fill: FILL_PRORATE"))), {},
              true);
}

TEST_P(EveryPolicyTest, FilledInAggregatesAreExact) {
  const std::string policy = WithFill(GetParam(), "fill: FILL_VALUE value: '1/2'");
  ExpectHolds(ScaleOf(absl::StrCat("op: OP_SUM ", policy)), {}, true);
  ExpectHolds(ScaleOf(absl::StrCat("op: OP_MEAN ", policy)), {}, true);
  ExpectHolds(ScaleOf(absl::StrCat("op: OP_COUNT where: 'it < 1' ", policy)), {}, true);
  ExpectHolds(ScaleOf(absl::StrCat("op: OP_MAX ", policy)), {}, true);
  ExpectHolds(ScaleOf(absl::StrCat("op: OP_MIN ", policy)), {}, true);
}

TEST_P(EveryPolicyTest, UnequalWeightsAreExact) {
  const std::string weights = "weights { key: 'a' value: '3' } weights { key: 'n' value: '1/2' } ";
  ExpectHolds(ScaleOf(absl::StrCat("op: OP_MEAN ", weights, GetParam())), {}, true);
  ExpectHolds(ScaleOf(absl::StrCat("op: OP_SUM ", weights, WithFill(GetParam(), "fill: FILL_PRORATE"))), {}, true);
}

INSTANTIATE_TEST_SUITE_P(Policies, EveryPolicyTest, testing::ValuesIn(kPolicies));

TEST(PossibleTest, NothingAnsweredAtAllMayStillScore) {
  ExpectHolds(ScaleOf("op: OP_SUM missing { at_least: 0 }"), {}, true);
  ExpectHolds(ScaleOf("op: OP_COUNT where: 'it > 0' missing { at_least: 0 }"), {{"a", "na"}}, true);
}

TEST(PossibleTest, RoundingKeepsTheEnds) {
  for (const std::string mode : {"MODE_HALF_UP", "MODE_HALF_EVEN"}) {
    ExpectHolds(absl::StrCat(kItems, "scales { id: 'total' aggregate { op: OP_MEAN missing { at_least: 2 } ", kOfAll,
                             "} rounding { digits: 1 mode: ", mode, " } }"),
                {}, true);
  }
}

TEST(PossibleTest, HiddenItemsLeaveOrCountAsTheirValue) {
  for (const std::string hidden : {"", "hidden_value: '5'"}) {
    ExpectHolds(absl::StrCat(R"pb(
                               items { id: "a" single_choice: "steps" }
                               items { id: "b" single_choice: "steps" show_when: "a >= 2")pb",
                             hidden, R"pb(
                  }
                  items { id: "c" single_choice: "steps" show_when: "has(b) && b == 1" }
                               scales { id: "sum" aggregate { op: OP_SUM of: "a" of: "b" of: "c" } }
                               scales { id: "mean" aggregate { op: OP_MEAN of: "b" of: "c" missing { at_least: 1 } } }
                               scales { id: "one" formula: "has(b) ? b : -1" }
                             )pb"),
                {});
  }
}

TEST(PossibleTest, AnAnswerCountsOnlyWhereItsItemMayStillBeShown) {
  const std::string quiz = R"pb(
    items { id: "a" single_choice: "steps" }
    items { id: "b" single_choice: "steps" show_when: "a >= 2" hidden_value: "0" }
    scales {
      id: "b_only"
      aggregate { op: OP_SUM of: "b" }
    }
  )pb";
  ExpectHolds(quiz, {{"b", "3"}});
  const auto program = CompileText(quiz);
  const ReachableRange range = PossibleFrom(*program, InputOf(*program, {{"b", "3"}})).scales[0].range;
  EXPECT_EQ(range.low, Rational(0));
  EXPECT_EQ(range.high, Rational(3));
  EXPECT_TRUE(range.may_be_unscored);
}

TEST(PossibleTest, MultipleChoicesReachEverySum) {
  const std::string quiz = R"pb(
    items {
      id: "d"
      multiple_choice { option_set: "devices" sum_values: true }
      reverse: true
    }
    scales {
      id: "sum"
      aggregate { op: OP_SUM of: "d" }
    }
    scales { id: "aided" formula: "'aid' in d && !('none' in d) ? 1 : 0" }
  )pb";
  ExpectHolds(quiz, {});
  ExpectHolds(quiz, {{"d", "aid,none"}}, true);
}

TEST(PossibleTest, GatesHold) {
  const std::string scales =
      absl::StrCat("scales { id: 'sum' aggregate { op: OP_SUM missing { at_least: 0 }", kOfAll, "} }",
                   "scales { id: 'mean' aggregate { op: OP_MEAN missing { at_least: 2 }", kOfAll, "} }",
                   "scales { id: 'given' formula: 'has(a) ? a : 9' }",
                   "decisions { id: 'done' rules { when: 'has(sum)' outcome: 'yes' } otherwise: 'no' }");
  ExpectHolds(absl::StrCat(kItems, "gate { need { at_least: 3 } }", scales), {});
  ExpectHolds(absl::StrCat(kItems, "gate { need { at_least_share: '3/4' may_miss: 'a' } }", scales), {});
  ExpectHolds(absl::StrCat(kItems, "gate { need { all {} may_miss: 'n' } }", scales), {});
}

TEST(PossibleTest, AGateThatNeedsEveryItemNarrowsTheScalesBehindIt) {
  const auto program = CompileText(R"pb(
    items {
      id: "n"
      number { min: "1" max: "4" }
    }
    items {
      id: "m"
      number { min: "1" max: "4" }
    }
    gate { need { all {} } }
    scales {
      id: "sum"
      aggregate {
        op: OP_SUM
        of: "n"
        of: "m"
        missing { at_least: 0 }
      }
    }
  )pb");
  const ReachableRange range = PossibleForAll(*program).scales[0].range;
  EXPECT_EQ(range.low, Rational(2));
  EXPECT_EQ(range.high, Rational(8));
  EXPECT_TRUE(range.exact);
  EXPECT_TRUE(range.may_be_unscored);
}

TEST(PossibleTest, AGateThatNoOrderOfAnswersPassesLeavesNothingScored) {
  // Where a is answered b is shown and its answer means missing; where it is not, a is missing itself.
  ExpectHolds(R"pb(
                items { id: "a" single_choice: "steps" }
                items { id: "b" single_choice: "steps" show_when: "has(a)" }
                gate { need { all {} } }
                scales {
                  id: "only"
                  aggregate { op: OP_SUM of: "b" }
                }
                scales {
                  id: "sum"
                  aggregate {
                    op: OP_SUM
                    of: "a"
                    missing { fill: FILL_VALUE value: "2" }
                  }
                }
              )pb",
              {{"b", "refused"}});
}

TEST(PossibleTest, FormulasHold) {
  for (const std::string formula :
       {"a * n - b", "max(a, n) * min(b, 2)", "a / (b + 1)", "n == 0 ? 9 : a / n", "n > 0 ? a / n : -1",
        "n != 0 && a / n > 1 ? 1 : 0", "has(a) && has(b) ? a - b : 0", "a >= 2 || b >= 2 ? a : n", "-a * a + n * n",
        "!(a < 2) ? a - 2 : 2 - a", "total > 3 ? total : 3", "band(total) == 'high' ? 1 : 0", "lookup('norms', a + b)",
        "(a > 1 ? a : b) * 2", "pick == 'low' ? 1 : 2", "pick in ['low', 'UNDECIDED'] ? 1 : 2"}) {
    ExpectHolds(absl::StrCat(kItems, R"pb(
                               tables {
                                 id: "norms"
                                 rows { from: "0" to: "3" value: "10" }
                                 rows { from: "3" value: "7" }
                                 rows { from: "4" to: "6" value: "5/2" }
                                 outside: OUTSIDE_NOT_SCORED
                               }
                               decisions {
                                 id: "pick"
                                 rules { when: "a + b <= 2" outcome: "low" }
                                 otherwise: "high"
                               }
                               scales {
                                 id: "total"
                                 aggregate {
                                   op: OP_SUM
                                   of: "a"
                                   of: "b"
                                   of: "n"
                                   missing { at_least: 2 }
                                 }
                                 band_sets {
                                   id: "set"
                                   bands { id: "low" }
                                   bands {
                                     id: "high"
                                     from: "2"
                                     ranges { id: "lower" }
                                     ranges { id: "upper" from: "3" }
                                   }
                                 }
                               }
                               scales { id: "result" formula: ")pb",
                             formula, "\" }"),
                {});
  }
}

TEST(PossibleTest, BandsAreDecidedOnceEveryValueLiesInOne) {
  const std::string quiz = R"pb(
    items { id: "a" single_choice: "steps" }
    items { id: "b" single_choice: "steps" }
    scales {
      id: "total"
      aggregate {
        op: OP_SUM
        of: "a"
        of: "b"
        missing { at_least: 0 }
      }
      band_sets {
        id: "open"
        bands { id: "low" }
        bands {
          id: "high"
          from: "3"
          ranges { id: "lower" }
          ranges { id: "upper" from: "5" }
        }
      }
      band_sets {
        id: "closed"
        upper_closed: true
        bands { id: "low" }
        bands { id: "high" from: "3" }
      }
    }
    decisions {
      id: "done"
      rules { when: "total >= 3" outcome: "yes" }
      otherwise: "no"
    }
  )pb";
  const auto program = CompileText(quiz);
  const Possibility possible = PossibleFrom(*program, InputOf(*program, {{"a", "3"}}));
  EXPECT_EQ(possible.scales[0].places[0].decided, 1u);
  EXPECT_EQ(possible.scales[0].places[0].decided_range, kNone);
  EXPECT_EQ(possible.scales[0].places[1].decided, kNone);
  ASSERT_EQ(possible.outcomes[0].size(), 1u);
  EXPECT_EQ(program->codes[possible.outcomes[0][0]], "yes");
  ExpectHolds(quiz, {{"a", "3"}}, true);
  ExpectHolds(quiz, {});
}

}  // namespace
}  // namespace ladder::quiz
