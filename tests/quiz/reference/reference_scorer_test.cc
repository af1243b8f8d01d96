#include "tests/quiz/reference/reference_scorer.h"

#include <google/protobuf/text_format.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "tests/quiz/reference/exact.h"
#include "tests/quiz/reference/expression_evaluator.h"

namespace ladder::quiz::reference {
namespace {

constexpr char kFrequency[] = R"(
    option_sets {
      id: "frequency"
      options { id: "o0" value: "0" }
      options { id: "o1" value: "1" }
      options { id: "o2" value: "2" }
      options { id: "o3" value: "3" }
      options { id: "skip" meaning: MEANING_MISSING }
      options { id: "na" meaning: MEANING_NOT_APPLICABLE }
    }
  )";

// q1 to q<count>, each a choice of the frequencies.
std::string Items(int count) {
  std::string text;
  for (int i = 1; i <= count; ++i) absl::StrAppend(&text, "items { id: 'q", i, "' single_choice: 'frequency' }\n");
  return text;
}

std::string Members(int count) {
  std::string text;
  for (int i = 1; i <= count; ++i) absl::StrAppend(&text, "of: 'q", i, "' ");
  return text;
}

v1::QuizDefinition Parse(const std::string& text) {
  v1::QuizDefinition definition;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(absl::StrCat(kFrequency, text), &definition)) << text;
  return definition;
}

// Options of q1, q2, ...; an empty one is no answer.
Outcome ScoreOptions(const v1::QuizDefinition& definition, const std::vector<std::string>& options,
                     const Context& context = {}) {
  Answers answers;
  for (std::size_t i = 0; i < options.size(); ++i) {
    if (options[i].empty()) continue;
    v1::Answer& answer = *answers.Add();
    answer.set_item(absl::StrCat("q", i + 1));
    answer.set_option(options[i]);
  }
  return ReferenceScorer(definition).Score(answers, context);
}

v1::Rounding Digits(int digits, v1::Rounding::Mode mode) {
  v1::Rounding rounding;
  rounding.set_digits(digits);
  rounding.set_mode(mode);
  return rounding;
}

TEST(ExactTest, RoundsTiesAwayFromZeroOrToTheEvenDigit) {
  EXPECT_EQ(RoundExact(mpq_class(5, 2), Digits(0, v1::Rounding::MODE_HALF_UP)), 3);
  EXPECT_EQ(RoundExact(mpq_class(-5, 2), Digits(0, v1::Rounding::MODE_UNSPECIFIED)), -3);
  EXPECT_EQ(RoundExact(mpq_class(5, 2), Digits(0, v1::Rounding::MODE_HALF_EVEN)), 2);
  EXPECT_EQ(RoundExact(mpq_class(-7, 2), Digits(0, v1::Rounding::MODE_HALF_EVEN)), -4);
  EXPECT_EQ(RoundExact(mpq_class(2, 3), Digits(2, v1::Rounding::MODE_HALF_EVEN)), mpq_class(67, 100));
}

TEST(ExactTest, ReadsDecimalsAndRatios) {
  EXPECT_EQ(ParseExact("-1.25"), mpq_class(-5, 4));
  EXPECT_EQ(ParseExact("10/4"), mpq_class(5, 2));
  EXPECT_EQ(ParseExact("-0.5"), mpq_class(-1, 2));
}

// The nine items of the PHQ-9 (Kroenke, Spitzer, Williams 2001), summed; 10 and more is moderate.
constexpr char kPhq9[] = R"(
  items { id: "q10" single_choice: "frequency" required_when: "total > 0" }
  scales {
    id: "total"
    aggregate { op: OP_SUM of: ["q1", "q2", "q3", "q4", "q5", "q6", "q7", "q8", "q9"] }
    band_sets {
      id: "severity"
      bands { id: "minimal" }
      bands { id: "mild" from: "5" }
      bands { id: "moderate" from: "10" }
    }
  }
  decisions {
    id: "major"
    rules { when: "q1 >= 2 || q2 >= 2" outcome: "core" }
    otherwise: "none"
  }
  alerts { id: "harm" when: "q9 >= 1" }
  guidance { id: "care" when: "band(total) == 'moderate'" }
)";

class Phq9Test : public testing::Test {
 protected:
  const v1::QuizDefinition definition_ = Parse(absl::StrCat(Items(9), kPhq9));
};

TEST_F(Phq9Test, SumsNineItemsAndFindsTheBand) {
  const Outcome outcome = ScoreOptions(definition_, {"o2", "o1", "o3", "o0", "o1", "o1", "o1", "o0", "o1", "o0"});
  EXPECT_EQ(outcome.scales[0].value, "10");
  EXPECT_EQ(outcome.scales[0].places[0].band, "moderate");
  EXPECT_EQ(outcome.decisions[0], "core");
  EXPECT_EQ(outcome.alerts[0], "harm RAISED");
  EXPECT_EQ(outcome.guidance, "care");
  EXPECT_TRUE(outcome.complete);
}

TEST_F(Phq9Test, AsksForTheLastItemOnlyWhereTheTotalIsOverZero) {
  const std::vector<std::string> zeros(9, "o0");
  EXPECT_TRUE(ScoreOptions(definition_, zeros).complete);
  std::vector<std::string> one = zeros;
  one[3] = "o1";
  EXPECT_EQ(ScoreOptions(definition_, one).missing_required, std::vector<std::string>{"q10"});
}

TEST_F(Phq9Test, IsNotScoredWithAnItemMissingAndItsAlertIsUndecided) {
  const Outcome outcome = ScoreOptions(definition_, {"o0", "o0", "o1", "o0", "o1", "o1", "o1", "o0", "skip"});
  EXPECT_EQ(outcome.scales[0].reason, "TOO_FEW_ANSWERED");
  EXPECT_EQ(outcome.scales[0].subject, "total");
  EXPECT_EQ(outcome.scales[0].missing, "8 of 9, 9 needed");
  EXPECT_EQ(outcome.scales[0].places[0].state, "NOT_SCORED");
  EXPECT_EQ(outcome.alerts[0], "harm UNDECIDED");
  EXPECT_EQ(outcome.guidance, "UNDECIDED");
  EXPECT_EQ(outcome.decisions[0], "none");
  EXPECT_EQ(outcome.missing_required, std::vector<std::string>{"q9"});
}

TEST(MissingPolicyTest, ProratesTheSumOfThoseAnsweredAndRounds) {
  // The SDQ's subscales: at least three of five items, prorated and rounded. (2 + 1 + 2) * 5 / 3 = 25/3.
  const v1::QuizDefinition definition =
      Parse(absl::StrCat(Items(5), "scales { id: 'sdq' rounding {} aggregate { op: OP_SUM ", Members(5),
                         " missing { at_least: 3 fill: FILL_PRORATE } } }"));
  const Outcome outcome = ScoreOptions(definition, {"o2", "o1", "o2"});
  EXPECT_EQ(outcome.scales[0].raw, "25/3");
  EXPECT_EQ(outcome.scales[0].value, "8");
  EXPECT_EQ(ScoreOptions(definition, {"o2", "o1"}).scales[0].reason, "TOO_FEW_ANSWERED");
  // One item leaves: (2 + 1 + 2) * 4 / 3 = 20/3.
  EXPECT_EQ(ScoreOptions(definition, {"o2", "o1", "o2", "na"}).scales[0].raw, "20/3");
}

TEST(MissingPolicyTest, HalfOfSevenIsFour) {
  const v1::QuizDefinition definition = Parse(absl::StrCat(Items(7), "scales { id: 'mean' aggregate { op: OP_MEAN ",
                                                           Members(7), " missing { at_least_share: '1/2' } } }"));
  EXPECT_EQ(ScoreOptions(definition, {"o3", "o1", "o1", "o0"}).scales[0].value, "5/4");
  EXPECT_EQ(ScoreOptions(definition, {"o3", "o1", "o1"}).scales[0].missing, "3 of 7, 4 needed");
}

TEST(MissingPolicyTest, AnAggregateThatAllHaveLeftIsNotScored) {
  const v1::QuizDefinition definition = Parse(
      absl::StrCat(Items(2), "scales { id: 'sum' aggregate { op: OP_SUM ", Members(2), " missing { at_least: 0 } } }"));
  EXPECT_EQ(ScoreOptions(definition, {"na", "na"}).scales[0].reason, "NONE_APPLICABLE");
  EXPECT_EQ(ScoreOptions(definition, {"na", ""}).scales[0].value, "0");
}

TEST(MissingPolicyTest, CarriesUpWhyAMemberIsNotScored) {
  const v1::QuizDefinition definition = Parse(absl::StrCat(Items(2), R"(
    scales { id: "single" formula: "q1 + q2" }
    scales {
      id: "sum"
      aggregate { op: OP_SUM of: "q1" of: "single" }
    }
  )"));
  const Outcome outcome = ScoreOptions(definition, {"o1", ""});
  EXPECT_EQ(outcome.scales[1].reason, "NO_VALUE");
  EXPECT_EQ(outcome.scales[1].subject, "q2");
}

TEST(MissingPolicyTest, CountsWithAValueInPlaceOfTheMissing) {
  const v1::QuizDefinition definition =
      Parse(absl::StrCat(Items(3), "scales { id: 'count' aggregate { op: OP_COUNT where: 'it >= 2' ", Members(3),
                         " missing { at_least: 1 fill: FILL_VALUE value: '2' } } }"));
  EXPECT_EQ(ScoreOptions(definition, {"o1", "o3", ""}).scales[0].value, "2");
}

TEST(HiddenTest, AHiddenItemCountsAsItsHiddenValue) {
  // The K10 asks its third item only where the second was above "none of the time"; else it counts as 1.
  const v1::QuizDefinition definition = Parse(R"(
    option_sets {
      id: "time"
      options { id: "none" value: "1" }
      options { id: "all" value: "5" }
    }
    items { id: "q1" single_choice: "time" }
    items { id: "q2" single_choice: "time" show_when: "q1 > 1" hidden_value: "1" }
    scales {
      id: "k10"
      aggregate { op: OP_SUM of: "q1" of: "q2" }
    }
  )");
  EXPECT_EQ(ScoreOptions(definition, {"none"}).scales[0].value, "2");
  EXPECT_TRUE(ScoreOptions(definition, {"none"}).complete);
  EXPECT_EQ(ScoreOptions(definition, {"none", "all"}).scales[0].value, "2");
  EXPECT_EQ(ScoreOptions(definition, {"all", "all"}).scales[0].value, "10");
  const Outcome open = ScoreOptions(definition, {"", "all"});
  EXPECT_EQ(open.items, (std::vector<std::string>{"MISSING", "UNDECIDED"}));
  EXPECT_EQ(open.scales[0].reason, "TOO_FEW_ANSWERED");
}

TEST(FormulaTest, DoublesAsTheDass21Does) {
  const v1::QuizDefinition definition =
      Parse(absl::StrCat(Items(7), "scales { id: 'raw' internal: true aggregate { op: OP_SUM ", Members(7),
                         " } } scales { id: 'doubled' formula: '2 * raw' }"));
  EXPECT_EQ(ScoreOptions(definition, {"o1", "o1", "o1", "o1", "o1", "o3", "o3"}).scales[1].value, "22");
}

TEST(FormulaTest, ReadsReversedItemsTablesAndContext) {
  const v1::QuizDefinition definition = Parse(R"(
    items { id: "q1" single_choice: "frequency" reverse: true }
    context {
      id: "sex"
      codes { code: "f" code: "m" }
    }
    tables {
      id: "norm"
      rows { from: "0" to: "2" value: "1.5" }
      rows { from: "3" value: "7" }
      outside: OUTSIDE_NOT_SCORED
    }
    scales { id: "t" formula: "lookup('norm', q1) + (has(sex) && sex == 'f' ? 1 : 0) " }
  )");
  Context female;
  female["sex"] = "f";
  EXPECT_EQ(ScoreOptions(definition, {"o3"}, female).scales[0].value, "5/2");
  EXPECT_EQ(ScoreOptions(definition, {"o0"}).scales[0].value, "7");
  EXPECT_EQ(ScoreOptions(definition, {"o1"}).scales[0].reason, "NOT_IN_TABLE");
  EXPECT_EQ(ScoreOptions(definition, {"o1"}).scales[0].subject, "norm");
}

TEST(GateTest, AFailedGateLeavesNoScaleScoredAndAlertsJudged) {
  const v1::QuizDefinition definition = Parse(absl::StrCat(Items(2), R"(
    gate { need { at_least: 2 } }
    scales { id: "one" formula: "q1" }
    alerts { id: "each" when: "it > 0" for_each: "q1" for_each: "q2" }
  )"));
  const Outcome outcome = ScoreOptions(definition, {"o2", ""});
  EXPECT_TRUE(outcome.gate_failed);
  EXPECT_EQ(outcome.scales[0].reason, "GATE");
  EXPECT_EQ(outcome.alerts, (std::vector<std::string>{"each/q1 RAISED", "each/q2 UNDECIDED"}));
}

TEST(BandTest, UpperClosedBandsTakeTheirUpperBound) {
  const v1::QuizDefinition definition = Parse(absl::StrCat(Items(1), R"(
    scales {
      id: "s"
      formula: "q1"
      band_sets {
        id: "up"
        upper_closed: true
        bands { id: "low" }
        bands {
          id: "high"
          from: "1"
          ranges { id: "a" }
          ranges { id: "b" from: "2" }
        }
      }
    }
  )"));
  EXPECT_EQ(ScoreOptions(definition, {"o1"}).scales[0].places[0].band, "low");
  EXPECT_EQ(ScoreOptions(definition, {"o2"}).scales[0].places[0].range, "a");
  EXPECT_EQ(ScoreOptions(definition, {"o3"}).scales[0].places[0].range, "b");
}

// Names that have one value, one hole, and nothing else.
class FewNames : public Names {
 public:
  Value Read(const std::string& id) override {
    return id == "one" ? Value(mpq_class(1)) : Value(NoValue{"NO_VALUE", id});
  }
  bool Has(const std::string& id) override { return id == "one"; }
  Value Lookup(const std::string& table, const mpq_class&) override { return NoValue{"NOT_IN_TABLE", table}; }
  Value BandOf(const std::string&, const std::string&) override { return std::string("high"); }
  Value RangeOf(const std::string&, const std::string&) override { return std::string("upper"); }
  Value Chosen(const std::string& option, const std::string&) override { return option == "x"; }
};

TEST(ExpressionEvaluatorTest, EvaluatesByThePrecedenceOfTheGrammar) {
  FewNames names;
  EXPECT_EQ(Evaluate("1 + 2 * 3 - 4 / 8", names, nullptr), Value(mpq_class(13, 2)));
  EXPECT_EQ(Evaluate("-one - -1 == 0 && !(2 < 1)", names, nullptr), Value(true));
  EXPECT_EQ(Evaluate("max(1, min(5, 3), 2)", names, nullptr), Value(mpq_class(3)));
  EXPECT_EQ(Evaluate("band(s) in ['low', \"high\"] && 'x' in q", names, nullptr), Value(true));
  EXPECT_EQ(Evaluate("false || true && false ? 1 : 2 > 1 ? 3 : 4", names, nullptr), Value(mpq_class(3)));
}

TEST(ExpressionEvaluatorTest, NoValueSpreadsUnlessItDoesNotMatter) {
  FewNames names;
  const Value hole = NoValue{"NO_VALUE", "hole"};
  EXPECT_EQ(Evaluate("one + hole * other", names, nullptr), hole);
  EXPECT_EQ(Evaluate("hole > 1 && false", names, nullptr), Value(false));
  EXPECT_EQ(Evaluate("true || hole > 1", names, nullptr), Value(true));
  EXPECT_EQ(Evaluate("hole > 1 || false", names, nullptr), hole);
  EXPECT_EQ(Evaluate("has(hole) ? hole : one", names, nullptr), Value(mpq_class(1)));
  EXPECT_EQ(Evaluate("hole > 1 ? 1 : 2", names, nullptr), hole);
}

}  // namespace
}  // namespace ladder::quiz::reference
