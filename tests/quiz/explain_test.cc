#include <gmock/gmock.h>
#include <google/protobuf/text_format.h>
#include <google/protobuf/util/message_differencer.h>
#include <gtest/gtest.h>

#include <random>
#include <string>

#include "libs/quiz/render.h"
#include "tests/quiz/everything_quiz.h"

namespace ladder::quiz {
namespace {

using ::testing::ElementsAre;

v1::QuizResult Explain(const Program& program, const Words& answers, const Words& context = {}) {
  const Input input = InputOf(program, answers, context);
  Result result;
  Score(program, input, result);
  v1::QuizResult message;
  RenderExplanations(program, input, result, message);
  return message;
}

std::string DifferenceFrom(const std::string& text, const v1::Explanation& actual) {
  v1::Explanation expected;
  if (!google::protobuf::TextFormat::ParseFromString(text, &expected)) return "the expected text does not parse";
  std::string difference;
  google::protobuf::util::MessageDifferencer differencer;
  differencer.ReportDifferencesToString(&difference);
  return differencer.Compare(expected, actual) ? "" : difference;
}

Rational Exact(const v1::Value& value) {
  return *Rational::Parse(value.exact().numerator()) / *Rational::Parse(value.exact().denominator());
}

constexpr char kItems[] = R"pb(
  items { id: "a" single_choice: "steps" }
  items { id: "b" single_choice: "steps" reverse: true }
  items { id: "c" single_choice: "steps" show_when: "a > 0" }
  items {
    id: "d"
    multiple_choice { option_set: "devices" sum_values: true }
  }
  items {
    id: "n"
    number { min: "0" max: "10" step: "0.5" }
  }
  context {
    id: "sex"
    codes { code: "female" code: "male" }
  }
  context {
    id: "age"
    number { min: "0" max: "120" }
  }
)pb";

std::shared_ptr<const Program> WithScales(const std::string& scales) { return CompileText(kItems + scales); }

TEST(ExplainTest, ASumTellsWhatEachMemberGaveAndEachStep) {
  const auto program = WithScales(R"pb(
    scales {
      id: "total"
      aggregate {
        op: OP_SUM
        of: "a"
        of: "b"
        of: "c"
        of: "d"
        of: "n"
        weights { key: "b" value: "0.5" }
        missing { at_least: 2 fill: FILL_PRORATE }
      }
      rounding { digits: 1 }
    }
  )pb");
  EXPECT_EQ(DifferenceFrom(R"pb(
                             scale: "total"
                             contributions {
                               member: "a"
                               state: STATE_COUNTED
                               answer: "0"
                               value {
                                 decimal: "0"
                                 exact { numerator: "0" denominator: "1" }
                               }
                               contribution {
                                 decimal: "0"
                                 exact { numerator: "0" denominator: "1" }
                               }
                             }
                             contributions {
                               member: "b"
                               state: STATE_COUNTED
                               answer: "2"
                               value {
                                 decimal: "1"
                                 exact { numerator: "1" denominator: "1" }
                               }
                               weight {
                                 decimal: "0.5"
                                 exact { numerator: "1" denominator: "2" }
                               }
                               contribution {
                                 decimal: "0.5"
                                 exact { numerator: "1" denominator: "2" }
                               }
                             }
                             contributions { member: "c" state: STATE_LEFT }
                             contributions {
                               member: "d"
                               state: STATE_COUNTED
                               answer: "aid, help"
                               value {
                                 decimal: "3"
                                 exact { numerator: "3" denominator: "1" }
                               }
                               contribution {
                                 decimal: "3"
                                 exact { numerator: "3" denominator: "1" }
                               }
                             }
                             contributions { member: "n" state: STATE_MISSING }
                             steps {
                               name: "sum"
                               value {
                                 decimal: "3.5"
                                 exact { numerator: "7" denominator: "2" }
                               }
                             }
                             steps {
                               name: "prorate"
                               value {
                                 decimal: "4.9"
                                 exact { numerator: "49" denominator: "10" }
                               }
                             }
                             steps {
                               name: "round"
                               value {
                                 decimal: "4.9"
                                 exact { numerator: "49" denominator: "10" }
                               }
                             }
                           )pb",
                           Explain(*program, {{"a", "0"}, {"b", "2"}, {"c", "3"}, {"d", "help,aid"}}).explanations(0)),
            "");
}

TEST(ExplainTest, AMemberThatWasFilledSaysSo) {
  const auto program = WithScales(R"pb(
    scales {
      id: "mean"
      aggregate {
        op: OP_MEAN
        of: "a"
        of: "n"
        missing { at_least: 1 fill: FILL_VALUE value: "5" }
      }
    }
  )pb");
  EXPECT_EQ(DifferenceFrom(R"pb(
                             scale: "mean"
                             contributions {
                               member: "a"
                               state: STATE_FILLED
                               answer: "refused"
                               value {
                                 decimal: "5"
                                 exact { numerator: "5" denominator: "1" }
                               }
                               contribution {
                                 decimal: "5"
                                 exact { numerator: "5" denominator: "1" }
                               }
                             }
                             contributions {
                               member: "n"
                               state: STATE_COUNTED
                               answer: "2.5"
                               value {
                                 decimal: "2.5"
                                 exact { numerator: "5" denominator: "2" }
                               }
                               contribution {
                                 decimal: "2.5"
                                 exact { numerator: "5" denominator: "2" }
                               }
                             }
                             steps {
                               name: "sum"
                               value {
                                 decimal: "7.5"
                                 exact { numerator: "15" denominator: "2" }
                               }
                             }
                             steps {
                               name: "mean"
                               value {
                                 decimal: "3.75"
                                 exact { numerator: "15" denominator: "4" }
                               }
                             }
                           )pb",
                           Explain(*program, {{"a", "refused"}, {"n", "2.5"}}).explanations(0)),
            "");
}

TEST(ExplainTest, AScaleThatIsNotScoredHasNoStepsAndNoContributions) {
  const auto program = WithScales(R"pb(scales {
                                         id: "total"
                                         aggregate { op: OP_SUM of: "a" of: "n" }
                                       })pb");
  EXPECT_EQ(DifferenceFrom(R"pb(
                             scale: "total"
                             contributions {
                               member: "a"
                               state: STATE_COUNTED
                               answer: "2"
                               value {
                                 decimal: "2"
                                 exact { numerator: "2" denominator: "1" }
                               }
                             }
                             contributions { member: "n" state: STATE_MISSING }
                           )pb",
                           Explain(*program, {{"a", "2"}}).explanations(0)),
            "");
}

TEST(ExplainTest, ACountGivesOneOrNothingAndAnExtremeNothingAtAll) {
  const auto program = WithScales(R"pb(
    scales {
      id: "count"
      aggregate { op: OP_COUNT of: "a" of: "b" where: "it >= 2" }
    }
    scales {
      id: "most"
      aggregate { op: OP_MAX of: "a" of: "b" }
    }
    scales {
      id: "least"
      aggregate { op: OP_MIN of: "a" of: "b" }
    }
  )pb");
  const v1::QuizResult result = Explain(*program, {{"a", "3"}, {"b", "2"}});
  const v1::Explanation& count = result.explanations(0);
  EXPECT_EQ(count.contributions(0).contribution().decimal(), "1");
  EXPECT_EQ(count.contributions(1).contribution().decimal(), "0");
  EXPECT_EQ(count.steps(0).name() + " " + count.steps(0).value().decimal(), "count 1");
  const v1::Explanation& most = result.explanations(1);
  EXPECT_FALSE(most.contributions(0).has_contribution());
  EXPECT_EQ(most.steps(0).name() + " " + most.steps(0).value().decimal(), "max 3");
  EXPECT_EQ(result.explanations(2).steps(0).name() + " " + result.explanations(2).steps(0).value().decimal(), "min 1");
}

TEST(ExplainTest, AFormulaTellsItsTextAndEachNameThatItReadsOnce) {
  const auto program = WithScales(R"pb(
    scales {
      id: "half"
      formula: "a / 2"
      internal: true
      shown { digits: 2 }
    }
    decisions {
      id: "verdict"
      rules { when: "a > 1" outcome: "yes" }
      otherwise: "no"
    }
    scales { id: "total" formula: "half + half * n + (sex == 'male' && verdict == 'yes' && has(age) ? 1 : 0)" }
  )pb");
  EXPECT_EQ(DifferenceFrom(R"pb(
                             scale: "total"
                             formula: "half + half * n + (sex == 'male' && verdict == 'yes' && has(age) ? 1 : 0)"
                             contributions {
                               member: "half"
                               state: STATE_COUNTED
                               answer: "1.50"
                               value {
                                 decimal: "1.50"
                                 exact { numerator: "3" denominator: "2" }
                               }
                             }
                             contributions {
                               member: "n"
                               state: STATE_COUNTED
                               answer: "2"
                               value {
                                 decimal: "2"
                                 exact { numerator: "2" denominator: "1" }
                               }
                             }
                             contributions { member: "sex" state: STATE_COUNTED answer: "male" }
                             contributions { member: "verdict" state: STATE_COUNTED answer: "yes" }
                             contributions { member: "age" state: STATE_MISSING }
                             steps {
                               name: "formula"
                               value {
                                 decimal: "4.5"
                                 exact { numerator: "9" denominator: "2" }
                               }
                             }
                           )pb",
                           Explain(*program, {{"a", "3"}, {"n", "2"}}, {{"sex", "male"}}).explanations(1)),
            "");
}

TEST(ExplainTest, ScalesComeInTheOrderOfEvaluationInternalOnesIncluded) {
  const auto program = WithScales(R"pb(
    scales { id: "last" formula: "first + 1" }
    scales { id: "first" internal: true formula: "a" }
  )pb");
  const v1::QuizResult result = Explain(*program, {});
  std::vector<std::string> order;
  for (const v1::Explanation& explanation : result.explanations()) order.push_back(explanation.scale());
  EXPECT_THAT(order, ElementsAre("first", "last"));
}

TEST(ExplainTest, AnAnswerToAnItemThatIsNotShownIsNotRepeated) {
  const auto program = WithScales(R"pb(scales { id: "total" formula: "has(c) ? c : 0" })pb");
  EXPECT_EQ(Explain(*program, {{"a", "0"}, {"c", "3"}}).explanations(0).contributions(0).answer(), "");
  EXPECT_EQ(Explain(*program, {{"a", "1"}, {"c", "3"}}).explanations(0).contributions(0).answer(), "3");
}

// The steps of an aggregate follow from what its members gave.
void ExpectAddsUp(const v1::Explanation& explanation, const Scale& scale, const ScaleScore& score) {
  Rational sum;
  Rational weights;
  for (const v1::Contribution& contribution : explanation.contributions()) {
    if (!contribution.has_contribution()) continue;
    sum += Exact(contribution.contribution());
    weights += contribution.has_weight() ? Exact(contribution.weight()) : Rational(1);
  }
  ASSERT_GT(explanation.steps_size(), 0);
  const Aggregate& aggregate = std::get<Aggregate>(scale.rule);
  if (aggregate.op != v1::Aggregate::OP_MAX && aggregate.op != v1::Aggregate::OP_MIN) {
    EXPECT_EQ(Exact(explanation.steps(0).value()), sum);
  }
  if (aggregate.op == v1::Aggregate::OP_MEAN) {
    EXPECT_EQ(explanation.steps(1).name(), "mean");
    EXPECT_EQ(Exact(explanation.steps(1).value()), sum / weights);
  }
  EXPECT_EQ(Exact(explanation.steps(explanation.steps_size() - 1).value()), score.value);
}

TEST(ExplainTest, ContributionsAddUpToTheScaleWhateverWasAnswered) {
  const auto program = CompileText(kEverythingQuiz);
  std::mt19937 random(5);
  int checked = 0;
  for (int round = 0; round < 500; ++round) {
    SCOPED_TRACE(round);
    const Words answers = RandomAnswers(random);
    const Words context = RandomContext(random);
    const Result result = ScoreOf(*program, answers, context);
    const v1::QuizResult explained = Explain(*program, answers, context);
    for (const v1::Explanation& explanation : explained.explanations()) {
      const Index scale = program->names.at(explanation.scale()).index;
      if (!result.scales[scale].scored) {
        EXPECT_EQ(explanation.steps_size(), 0);
      } else if (std::holds_alternative<Aggregate>(program->scales[scale].rule)) {
        ExpectAddsUp(explanation, program->scales[scale], result.scales[scale]);
        ++checked;
      }
    }
  }
  EXPECT_GT(checked, 500) << "too few scales were scored for the sums to mean something";
}

}  // namespace
}  // namespace ladder::quiz
