#include "libs/quiz/render.h"

#include <gmock/gmock.h>
#include <google/protobuf/text_format.h>
#include <google/protobuf/util/message_differencer.h>
#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "tests/quiz/everything_quiz.h"

namespace ladder::quiz {
namespace {

using ::testing::ElementsAre;

v1::QuizResult Render(const Program& program, const Words& answers, const Words& context = {},
                      absl::string_view locale = "en") {
  const Input input = InputOf(program, answers, context);
  Result result;
  Score(program, input, result);
  v1::QuizResult message;
  RenderResult(program, input, result, locale, message);
  return message;
}

// A message equals its text; the difference is the failure's message.
template <typename Message>
std::string DifferenceFrom(const std::string& text, const Message& actual) {
  Message expected;
  if (!google::protobuf::TextFormat::ParseFromString(text, &expected)) return "the expected text does not parse";
  std::string difference;
  google::protobuf::util::MessageDifferencer differencer;
  differencer.ReportDifferencesToString(&difference);
  return differencer.Compare(expected, actual) ? "" : difference;
}

// Rungs low, middle (lower, and upper from 4.5) and high, from 3 and 6.
constexpr char kLadder[] = R"pb(
  items { id: "a" single_choice: "steps" }
  items {
    id: "n"
    number { min: "0" max: "10" step: "0.1" }
    optional: true
  }
  context {
    id: "sex"
    codes { code: "female" code: "male" }
  }
  scales {
    id: "position"
    title {
      by_locale { key: "en" value: "Position" }
      by_locale { key: "de" value: "Lage" }
    }
    aggregate {
      op: OP_SUM
      of: "a"
      of: "n"
      missing { at_least: 1 }
    }
    band_sets {
      id: "rungs"
      when: "sex == 'male' || !has(sex)"
      bands {
        id: "low"
        title { by_locale { key: "en" value: "Low" } }
      }
      bands {
        id: "middle"
        from: "3"
        title {
          by_locale { key: "en" value: "Middle" }
          by_locale { key: "de" value: "Mitte" }
        }
        ranges {
          id: "lower"
          title { by_locale { key: "en" value: "Lower part" } }
        }
        ranges {
          id: "upper"
          from: "9/2"
          title { by_locale { key: "en" value: "Upper part" } }
        }
      }
      bands {
        id: "high"
        from: "6"
        title { by_locale { key: "en" value: "High" } }
      }
    }
  }
  ladder { scale: "position" band_set: "rungs" }
)pb";

TEST(RenderValueTest, DigitsAreThoseDeclaredElseAsManyAsAreExactUpToSix) {
  const auto decimal = [](absl::string_view number, const Scale& scale) {
    return RenderValue(*Rational::Parse(number), scale).decimal();
  };
  Scale plain;
  EXPECT_EQ(decimal("7", plain), "7");
  EXPECT_EQ(decimal("15/2", plain), "7.5");
  EXPECT_EQ(decimal("-0.123456", plain), "-0.123456");
  EXPECT_EQ(decimal("0.1234567", plain), "0.1235");
  EXPECT_EQ(decimal("281/6", plain), "46.8333");
  Scale rounded;
  rounded.rounding = {.digits = 2, .mode = RoundingMode::kHalfUp};
  EXPECT_EQ(decimal("15/2", rounded), "7.50");
  Scale shown = rounded;
  shown.shown = {.digits = 0, .mode = RoundingMode::kHalfEven};
  EXPECT_EQ(decimal("13/2", shown), "6");
  EXPECT_EQ(decimal("15/2", shown), "8");
  const v1::Value value = RenderValue(*Rational::Parse("-30/4"), shown);
  EXPECT_EQ(value.exact().numerator() + "/" + value.exact().denominator(), "-15/2") << "exact, whatever is shown";
}

TEST(RenderValueTest, ANumberIsShownAlsoIfItsRoundedValueNeedsMoreThan256Bits) {
  Scale scale;
  scale.shown = {.digits = 18, .mode = RoundingMode::kHalfUp};
  const v1::Value value = RenderValue(Rational::PowerOfTwo(250) / Rational(3), scale);
  EXPECT_EQ(value.decimal(),
            "603083798111021851164432213586916186735781170133544604372174916707880883541.333333333333333333");
  EXPECT_EQ(*ExactOf(value), Rational::PowerOfTwo(250) / Rational(3));
}

TEST(RenderValueTest, WhatIsOutOfRangeIsNoNumber) {
  Scale scale;
  scale.rounding = {.digits = 2, .mode = RoundingMode::kHalfUp};
  for (const v1::Value& value : {RenderNumber(Rational::OutOfRange()), RenderValue(Rational::OutOfRange(), scale),
                                 RenderBeside(Rational::OutOfRange(), scale)}) {
    EXPECT_EQ(value.decimal(), "");
    EXPECT_FALSE(value.has_exact());
    EXPECT_EQ(ExactOf(value), std::nullopt);
  }
}

TEST(RenderTest, TheStageTellsThePlaceAndBothBoundaries) {
  const auto program = CompileText(kLadder);
  EXPECT_EQ(DifferenceFrom(R"pb(
                             scale: "position"
                             stage: "middle"
                             title: "Middle"
                             rung: 2
                             rungs: 3
                             range: "lower"
                             range_title: "Lower part"
                             bounce_point {
                               decimal: "3.2"
                               exact { numerator: "16" denominator: "5" }
                             }
                             below {
                               at {
                                 decimal: "3"
                                 exact { numerator: "3" denominator: "1" }
                               }
                               distance {
                                 decimal: "0.2"
                                 exact { numerator: "1" denominator: "5" }
                               }
                               band: "low"
                             }
                             above {
                               at {
                                 decimal: "4.5"
                                 exact { numerator: "9" denominator: "2" }
                               }
                               distance {
                                 decimal: "1.3"
                                 exact { numerator: "13" denominator: "10" }
                               }
                               band: "middle"
                               range: "upper"
                             }
                           )pb",
                           Render(*program, {{"a", "3"}, {"n", "0.2"}}).stage()),
            "");
}

TEST(RenderTest, TheBottomHasNothingBelowAndTheTopNothingAbove) {
  const auto program = CompileText(kLadder);
  const v1::Stage bottom = Render(*program, {{"a", "0"}}).stage();
  EXPECT_EQ(bottom.rung(), 1u);
  EXPECT_FALSE(bottom.has_below());
  EXPECT_EQ(bottom.above().band(), "middle");
  EXPECT_EQ(bottom.above().range(), "lower");
  const v1::Stage top = Render(*program, {{"n", "6"}}).stage();
  EXPECT_EQ(top.rung(), 3u);
  EXPECT_FALSE(top.has_above());
  EXPECT_EQ(top.below().band(), "middle");
  EXPECT_EQ(top.below().range(), "upper");
  EXPECT_EQ(top.below().distance().decimal(), "0") << "a place on its lower boundary";
  Scale whole;
  whole.rounding = Rounding{0, RoundingMode::kHalfUp};
  EXPECT_EQ(RenderBeside(Rational::Ratio(3, 2), whole).decimal(), "1.5") << "a boundary between the scale's values";
  EXPECT_EQ(RenderBeside(Rational(2), whole).decimal(), "2");
  EXPECT_EQ(RenderBeside(Rational::Ratio(140, 3), whole).decimal(), "47");
}

TEST(RenderTest, InAnUpperClosedSetAPlaceOnABoundaryLiesBelowIt) {
  const auto program = CompileText(absl::StrCat(kLadder, R"pb(scales {
                                                                id: "closed"
                                                                formula: "a"
                                                                band_sets {
                                                                  id: "s"
                                                                  upper_closed: true
                                                                  bands {
                                                                    id: "few"
                                                                    title { by_locale { key: "en" value: "Few" } }
                                                                  }
                                                                  bands {
                                                                    id: "many"
                                                                    from: "2"
                                                                    title { by_locale { key: "en" value: "Many" } }
                                                                  }
                                                                }
                                                              })pb"));
  Program closed = *program;
  closed.ladder = Ladder{.scale = 1, .band_set = 0};
  const v1::Stage stage = Render(closed, {{"a", "2"}}).stage();
  EXPECT_EQ(stage.stage(), "few");
  EXPECT_FALSE(stage.has_below());
  EXPECT_EQ(stage.above().distance().decimal(), "0");
  EXPECT_EQ(stage.above().band(), "many");
}

TEST(RenderTest, AStageThatIsMissingSaysWhyAndKeepsTheBouncePointWhereThereIsOne) {
  const auto program = CompileText(kLadder);
  EXPECT_EQ(DifferenceFrom(R"pb(
                             scale: "position"
                             rungs: 3
                             not_scored { reason: REASON_TOO_FEW_ANSWERED subject: "position" }
                           )pb",
                           Render(*program, {}).stage()),
            "");
  EXPECT_EQ(DifferenceFrom(R"pb(
                             scale: "position"
                             rungs: 3
                             bounce_point {
                               decimal: "3"
                               exact { numerator: "3" denominator: "1" }
                             }
                           )pb",
                           Render(*program, {{"a", "3"}}, {{"sex", "female"}}).stage()),
            "");
}

TEST(RenderTest, AScaleTellsItsBandsAndThePolicyWhereMembersWereMissing) {
  const auto program = CompileText(kLadder);
  EXPECT_EQ(DifferenceFrom(
                R"pb(
                  scale: "position"
                  title: "Lage"
                  value {
                    decimal: "3"
                    exact { numerator: "3" denominator: "1" }
                  }
                  bands { band_set: "rungs" band: "middle" title: "Mitte" range: "lower" range_title: "Lower part" }
                  missing { fill: FILL_LEAVE_OUT missing: "n" answered: 1 applicable: 2 needed: 1 }
                )pb",
                Render(*program, {{"a", "3"}}, {}, "de").scales(0)),
            "");
  EXPECT_FALSE(Render(*program, {{"a", "3"}, {"n", "1"}}).scales(0).has_missing());
  EXPECT_FALSE(Render(*program, {{"a", "na"}, {"n", "1"}}).scales(0).has_missing())
      << "it has left, so it is not missing";
}

TEST(RenderTest, AScaleThatIsNotScoredTellsWhyAndFillsNothing) {
  const auto program = CompileText(kLadder);
  EXPECT_EQ(DifferenceFrom(R"pb(
                             scale: "position"
                             title: "Position"
                             not_scored { reason: REASON_TOO_FEW_ANSWERED subject: "position" }
                             bands { band_set: "rungs" no_band: NO_BAND_NOT_SCORED }
                             missing { missing: "a" missing: "n" applicable: 2 needed: 1 }
                           )pb",
                           Render(*program, {}).scales(0)),
            "");
}

TEST(RenderTest, AlertsComeRaisedFirstThenUndecidedEachInTheDefinitionsOrder) {
  const auto program = CompileText(kEverythingQuiz);
  const v1::QuizResult result = Render(*program, {{"a", "3"}, {"b", "0"}});
  EXPECT_EQ(
      DifferenceFrom(
          R"pb(
            alerts { alert: "harm" state: STATE_RAISED severity: SEVERITY_URGENT professional_text: "Ask today." }
            alerts { alert: "high" item: "b" state: STATE_RAISED severity: SEVERITY_NOTICE professional_text: "Ask." }
            alerts {
              alert: "high"
              item: "c"
              state: STATE_UNDECIDED
              severity: SEVERITY_NOTICE
              professional_text: "Ask."
            }
          )pb",
          [&] {
            v1::QuizResult alerts;
            *alerts.mutable_alerts() = result.alerts();
            return alerts;
          }()),
      "");
}

TEST(RenderTest, GuidanceComesInTheLocaleWithTheNotice) {
  const auto program = CompileText(kEverythingQuiz);
  const Words highest = {{"a", "3"}, {"b", "0"}, {"c", "3"}, {"d", "aid,help"}};
  EXPECT_EQ(DifferenceFrom(R"pb(
                             guidance: "first"
                             modality: "talk"
                             modality_title: "Reden"
                             professional_text: "Reden Sie."
                             client_text: "You may talk."
                             notice: "Decision support, not a diagnosis."
                           )pb",
                           Render(*program, highest, {}, "de").guidance()),
            "");
  EXPECT_FALSE(Render(*CompileText(kLadder), {}).has_guidance());
}

TEST(RenderTest, OpenGuidanceNamesNoneAndTheNoticeIsTheQuizsOwn) {
  const auto program = CompileText(R"pb(
    items { id: "a" single_choice: "steps" }
    modalities {
      id: "talk"
      title { by_locale { key: "en" value: "Talking" } }
    }
    guidance { id: "first" when: "a > 1" modality: "talk" }
    notice { by_locale { key: "en" value: "Only support." } }
  )pb");
  EXPECT_EQ(DifferenceFrom("undecided: true notice: 'Only support.'", Render(*program, {}).guidance()), "");
  EXPECT_EQ(DifferenceFrom("notice: 'Only support.'", Render(*program, {{"a", "0"}}).guidance()), "");
}

TEST(RenderTest, ADecisionTellsItsOutcomeAndItsText) {
  const auto program = CompileText(kEverythingQuiz);
  const Words highest = {{"a", "3"}, {"b", "0"}, {"c", "3"}, {"d", "aid,help"}};
  EXPECT_EQ(DifferenceFrom("decision: 'verdict' title: 'Verdict' outcome: 'yes' outcome_text: 'It is so'",
                           Render(*program, highest).decisions(0)),
            "");
  EXPECT_EQ(
      DifferenceFrom("decision: 'verdict' title: 'Verdict' outcome: 'UNDECIDED'", Render(*program, {}).decisions(0)),
      "");
}

TEST(RenderTest, InternalScalesStayInside) {
  const auto program = CompileText(kEverythingQuiz);
  const v1::QuizResult result = Render(*program, {});
  for (const v1::ScaleResult& scale : result.scales()) EXPECT_NE(scale.scale(), "least");
}

TEST(RenderTest, TheStandardErrorIsToldWhereNormsHoldAndThereIsAScore) {
  const auto program = CompileText(kEverythingQuiz);
  const Words answers = {{"a", "3"}, {"b", "0"}, {"d", "aid"}};
  EXPECT_EQ(Render(*program, answers, {{"sex", "female"}}).scales(0).standard_error(), "3.3541");
  EXPECT_EQ(Render(*program, answers, {{"sex", "male"}}).scales(0).standard_error(), "");
  EXPECT_EQ(Render(*program, {}, {{"sex", "female"}}).scales(0).standard_error(), "");
}

TEST(RenderTest, CompletenessAndIgnoredAnswersAreTold) {
  const auto program = CompileText(kEverythingQuiz);
  const v1::QuizResult hidden = Render(*program, {{"a", "0"}, {"b", "1"}, {"c", "3"}, {"note", "words"}});
  EXPECT_FALSE(hidden.completeness().complete());
  EXPECT_THAT(hidden.completeness().missing_required(), ElementsAre("d", "m", "note"))
      << "3.5 points of 3.5 answered, prorated, are more than the 4 that make m required";
  ASSERT_EQ(hidden.ignored_size(), 2);
  EXPECT_EQ(DifferenceFrom("item: 'c' why: WHY_HIDDEN", hidden.ignored(0)), "");
  EXPECT_EQ(DifferenceFrom("item: 'note' why: WHY_UNDECIDED", hidden.ignored(1)), "");
  EXPECT_TRUE(Render(*program, {{"a", "0"}, {"b", "3"}, {"d", "aid"}}).completeness().complete());
}

TEST(RenderTest, AFailedGateIsTold) {
  const auto program = CompileText(kEverythingQuiz);
  const v1::QuizResult result = Render(*program, {{"n", "1"}});
  EXPECT_TRUE(result.gate_failed());
  EXPECT_EQ(DifferenceFrom("reason: REASON_GATE", result.scales(0).not_scored()), "");
  EXPECT_FALSE(Render(*program, {{"a", "1"}}).gate_failed());
}

TEST(RenderTest, TheSameInputGivesTheSameBytes) {
  const auto program = CompileText(kEverythingQuiz);
  const auto again = CompileText(kEverythingQuiz);
  std::mt19937 random(3);
  for (int round = 0; round < 100; ++round) {
    const Words answers = RandomAnswers(random);
    const Words context = RandomContext(random);
    EXPECT_EQ(Render(*program, answers, context).SerializeAsString(),
              Render(*again, answers, context).SerializeAsString());
  }
}

TEST(RenderTest, FreeTextIsInNoResult) {
  const auto program = CompileText(kEverythingQuiz);
  const Input input = InputOf(*program, {{"d", "help"}, {"note", "nobody knows"}}, {});
  Result result;
  Score(*program, input, result);
  v1::QuizResult message;
  RenderResult(*program, input, result, "en", message);
  RenderExplanations(*program, input, result, message);
  EXPECT_THAT(message.DebugString(), ::testing::Not(::testing::HasSubstr("nobody knows")));
}

TEST(ChooseLocaleTest, TheWholeTagElseItsLanguageElseTheDefault) {
  Program program = *CompileText(kLadder);
  program.locales = {"de", "en", "pt-BR"};
  EXPECT_EQ(ChooseLocale(program, "de"), "de");
  EXPECT_EQ(ChooseLocale(program, "de-AT"), "de");
  EXPECT_EQ(ChooseLocale(program, "DE-at"), "de");
  EXPECT_EQ(ChooseLocale(program, "pt-br"), "pt-BR");
  EXPECT_EQ(ChooseLocale(program, "pt"), "en");
  EXPECT_EQ(ChooseLocale(program, "fr"), "en");
  EXPECT_EQ(ChooseLocale(program, ""), "en");
  EXPECT_EQ(ChooseLocale(program, "-"), "en");
  EXPECT_EQ(ChooseLocale(program, "de" + std::string(4'000'000, '-')), "de");
}

TEST(RenderPossibleTest, RangesAndDecidedBandsStandBesideTheScore) {
  const auto program = CompileText(kLadder);
  v1::QuizResult message = Render(*program, {{"a", "3"}});
  Possibility possibility;
  possibility.scales.resize(1);
  ReachableRange& range = possibility.scales[0].range;
  range.can_be_scored = true;
  range.low = 3;
  range.high = 4;
  range.may_be_unscored = true;
  range.exact = true;
  possibility.scales[0].places = {{.may_apply = true, .possible = {1}, .decided = 1, .decided_range = 0}};
  RenderPossible(*program, possibility, message);
  EXPECT_EQ(
      DifferenceFrom(
          R"pb(
            minimum {
              decimal: "3"
              exact { numerator: "3" denominator: "1" }
            }
            maximum {
              decimal: "4"
              exact { numerator: "4" denominator: "1" }
            }
            may_be_unscored: true
            exact: true
            bands { band_set: "rungs" decided: "middle" decided_range: "lower" if_scored: true possible: "middle" }
          )pb",
          message.scales(0).possible()),
      "");
}

TEST(RenderPossibleTest, WhatCannotBeScoredOrCannotApplyIsLeftOut) {
  const auto program = CompileText(kLadder);
  v1::QuizResult message = Render(*program, {});
  Possibility possibility;
  possibility.scales.resize(1);
  possibility.scales[0].range.may_be_unscored = true;
  possibility.scales[0].range.exact = true;
  possibility.scales[0].places.resize(1);
  RenderPossible(*program, possibility, message);
  EXPECT_EQ(DifferenceFrom("may_be_unscored: true exact: true", message.scales(0).possible()), "");
  possibility.scales[0].range.can_be_scored = true;
  possibility.scales[0].places[0].may_apply = false;
  RenderPossible(*program, possibility, message);
  EXPECT_EQ(message.scales(0).possible().bands_size(), 0);
}

TEST(RenderPossibleTest, ADecisionWithASingleOutcomeLeftIsDecided) {
  const auto program = CompileText(kEverythingQuiz);
  v1::QuizResult message = Render(*program, {});
  Possibility possibility;
  possibility.scales.resize(program->scales.size());
  for (std::size_t i = 0; i < program->scales.size(); ++i) {
    possibility.scales[i].places.resize(program->scales[i].band_sets.size());
  }
  possibility.outcomes = {{0, 1}};
  RenderPossible(*program, possibility, message);
  EXPECT_FALSE(message.decisions(0).decided());
  possibility.outcomes = {{1}};
  RenderPossible(*program, possibility, message);
  EXPECT_TRUE(message.decisions(0).decided());
}

TEST(ExactOfTest, ReadsRatiosAndNothingElse) {
  const auto value = [](const std::string& numerator, const std::string& denominator) {
    v1::Value made;
    made.mutable_exact()->set_numerator(numerator);
    made.mutable_exact()->set_denominator(denominator);
    return made;
  };
  EXPECT_EQ(ExactOf(value("-15", "2")), *Rational::Parse("-15/2"));
  EXPECT_EQ(ExactOf(value("010", "1")), Rational(10)) << "not octal";
  EXPECT_NE(ExactOf(value(std::string(77, '9'), "1")), std::nullopt);
  const Rational most = Rational::PowerOfTwo(255) + (Rational::PowerOfTwo(255) - Rational(1));
  EXPECT_EQ(ParseRatio(RenderRatio(most)), most) << "78 digits";
  EXPECT_EQ(ParseRatio(RenderRatio(Rational(1) / -most)), Rational(1) / -most);
  for (const auto& [numerator, denominator] : {std::pair("", "1"), std::pair("1", ""), std::pair("1", "0"),
                                               std::pair("1", "-1"), std::pair("-", "1"), std::pair("0x1", "1")}) {
    EXPECT_EQ(ExactOf(value(numerator, denominator)), std::nullopt) << numerator << "/" << denominator;
  }
  EXPECT_EQ(ExactOf(value(std::string(78, '9'), "1")), std::nullopt);
}

}  // namespace
}  // namespace ladder::quiz
