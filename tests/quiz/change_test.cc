#include "libs/quiz/change.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>

#include "tests/quiz/quiz_fixture.h"

namespace ladder::quiz {
namespace {

using Verdict = ReliableChange::Verdict;

Rational Number(absl::string_view text) { return *Rational::Parse(text); }

ReliableChange Between(absl::string_view earlier, absl::string_view later, absl::string_view sd,
                       absl::string_view reliability,
                       v1::Scale::Direction direction = v1::Scale::DIRECTION_HIGHER_IS_BETTER) {
  const std::optional<ReliableChange> change =
      ChangeBetween(Number(earlier), Number(later), Number(sd), Number(reliability), direction);
  EXPECT_TRUE(change.has_value());
  return change.value_or(ReliableChange());
}

// Jacobson and Truax 1991, J Consult Clin Psychol 59(1):12-19, the worked example of page 14.
TEST(ChangeTest, TheWorkedExampleOfTheMethodsAuthorsComesOut) {
  const ReliableChange change = Between("32.5", "47.5", "7.5", "0.8");
  EXPECT_EQ(change.difference, Number("15"));
  EXPECT_EQ(change.standard_error_of_difference, "4.7434");
  EXPECT_EQ(change.reliable_change_index, "3.1623");
  EXPECT_EQ(change.verdict, Verdict::kReliablyBetter);
  EXPECT_EQ(StandardErrorOfMeasurement(Number("7.5"), Number("0.8")), "3.3541");
}

// CORE-10: Connell and Barkham 2007, clinical mean 19.7, sd 7.7, general mean 4.7, sd 4.8, alpha 0.90.
TEST(ChangeTest, AFallOnAScaleWhereLowerIsBetterIsBetter) {
  const ReliableChange change = Between("22", "9", "7.7", "0.9", v1::Scale::DIRECTION_LOWER_IS_BETTER);
  EXPECT_EQ(change.standard_error_of_difference, "3.4435");
  EXPECT_EQ(change.reliable_change_index, "-3.7752");
  EXPECT_EQ(change.verdict, Verdict::kReliablyBetter);
  EXPECT_EQ(Between("9", "22", "7.7", "0.9", v1::Scale::DIRECTION_LOWER_IS_BETTER).verdict, Verdict::kReliablyWorse);
}

TEST(ChangeTest, AChangeHasToExceedTheThresholdNotOnlyToReachIt) {
  // sd 5 and reliability 1/2 give a standard error of difference of exactly 5, so 9.8 points are 1.96 exactly.
  EXPECT_EQ(Between("0", "9.8", "5", "1/2").verdict, Verdict::kNoReliableChange);
  EXPECT_EQ(Between("0", "9.8", "5", "1/2").reliable_change_index, "1.9600");
  const ReliableChange beyond = Between("0", "9.800000000000000001", "5", "1/2");
  EXPECT_EQ(beyond.verdict, Verdict::kReliablyBetter);
  EXPECT_EQ(beyond.reliable_change_index, "1.9600") << "what is shown is rounded, the verdict is exact";
  EXPECT_EQ(Between("9.8", "0", "5", "1/2").verdict, Verdict::kNoReliableChange);
  EXPECT_EQ(Between("9.800000000000000001", "0", "5", "1/2").verdict, Verdict::kReliablyWorse);
}

TEST(ChangeTest, TheThresholdIsOnePointNineSixAndNotTheNormalQuantile) {
  // 1.96 standard errors are 9.2971 points here; 1.959964 of them would be 9.2969.
  EXPECT_EQ(Between("0", "9.2970", "7.5", "0.8").verdict, Verdict::kNoReliableChange);
  EXPECT_EQ(Between("0", "9.2971", "7.5", "0.8").verdict, Verdict::kReliablyBetter);
  EXPECT_EQ(Between("0", "6.7493", "7.7", "0.9").verdict, Verdict::kNoReliableChange);
  EXPECT_EQ(Between("0", "6.7494", "7.7", "0.9").verdict, Verdict::kReliablyBetter);
}

TEST(ChangeTest, NoDirectionIsGuessed) {
  EXPECT_EQ(Between("0", "20", "5", "1/2", v1::Scale::DIRECTION_UNSPECIFIED).verdict, Verdict::kReliableChange);
  EXPECT_EQ(Between("0", "1", "5", "1/2", v1::Scale::DIRECTION_UNSPECIFIED).verdict, Verdict::kNoReliableChange);
}

TEST(ChangeTest, RootsAreRoundedHalfUpExactly) {
  const auto root = [](absl::string_view sd) { return StandardErrorOfMeasurement(Number(sd), Rational(0)); };
  EXPECT_EQ(root("1.23455"), "1.2346");
  EXPECT_EQ(root("1.23445"), "1.2345");
  EXPECT_EQ(root("1.2344499999999999999999999999999999999"), "1.2344");
  EXPECT_EQ(root("0.00005"), "0.0001");
  EXPECT_EQ(root("0.0000499999"), "0.0000");
  EXPECT_EQ(root("2/3"), "0.6667");
  EXPECT_EQ(root("1000000000000000000000000000000"), "1000000000000000000000000000000.0000");
  EXPECT_EQ(StandardErrorOfMeasurement(Rational(1), Number("1/2")), "0.7071");
}

TEST(ChangeTest, AnIndexThatIsShownAsZeroHasNoSign) {
  EXPECT_EQ(Between("1", "0.9999999", "10", "1/2").reliable_change_index, "0.0000");
  EXPECT_EQ(Between("1", "1", "10", "1/2").reliable_change_index, "0.0000");
  EXPECT_EQ(Between("1", "0.9995", "5", "1/2").reliable_change_index, "-0.0001");
}

constexpr char kQuiz[] = R"pb(
  items { id: "a" single_choice: "steps" }
  context {
    id: "sex"
    codes { code: "female" code: "male" }
  }
  scales { id: "total" formula: "a" }
  scales { id: "other" formula: "a" }
  norms { scale: "total" when: "sex == 'male'" sd: "6" reliability: "0.8" source: "Men" }
  norms { scale: "total" when: "sex == 'female'" cut_off: "2" source: "No deviation" }
  norms { scale: "total" sd: "7" reliability: "0.8" source: "All" }
)pb";

TEST(FindNormsTest, TheFirstThatHoldsIsUsedAndWithoutItsFiguresNothingIsClaimed) {
  const auto program = CompileText(kQuiz);
  const auto sd = [&](Index scale, const Words& context) -> std::string {
    const Norms* norms = FindNorms(*program, scale, InputOf(*program, {}, context));
    return norms == nullptr ? "none" : norms->sd->ToString();
  };
  EXPECT_EQ(sd(0, {{"sex", "male"}}), "6");
  EXPECT_EQ(sd(0, {{"sex", "female"}}), "none") << "figures of another study are not borrowed";
  EXPECT_EQ(sd(0, {}), "7") << "without context no condition on it holds";
  EXPECT_EQ(sd(1, {{"sex", "male"}}), "none");
}

TEST(CutOffTest, APublishedCutOffComesBeforeCriterionC) {
  Norms norms;
  EXPECT_FALSE(CutOffOf(norms).has_value());
  norms.clinical_mean = Number("19.7");
  norms.clinical_sd = Number("7.7");
  norms.functional_mean = Number("4.7");
  EXPECT_FALSE(CutOffOf(norms).has_value());
  norms.functional_sd = Number("4.8");
  EXPECT_EQ(CutOffOf(norms)->value, Number("10.46")) << "CORE-10";
  EXPECT_EQ(CutOffOf(norms)->criterion, CutOff::Criterion::kC);
  norms.cut_off = Number("11");
  EXPECT_EQ(CutOffOf(norms)->value, Number("11"));
  EXPECT_EQ(CutOffOf(norms)->criterion, CutOff::Criterion::kPublished);
}

TEST(CutOffTest, FiguresThatGiveNoNumberOf256BitsGiveNoCutOff) {
  Norms norms;
  norms.clinical_mean = Number("0." + std::string(58, '7'));
  norms.clinical_sd = Number("0." + std::string(57, '3') + "1");
  norms.functional_mean = Number("0." + std::string(56, '9') + "7");
  norms.functional_sd = Number("0." + std::string(55, '1') + "3");
  EXPECT_FALSE(CutOffOf(norms).has_value());
}

TEST(ChangeTest, NumbersThatNoQuizScoresGiveNothing) {
  const auto between = [](const Rational& earlier, const Rational& later, const Rational& sd,
                          const Rational& reliability) {
    return ChangeBetween(earlier, later, sd, reliability, v1::Scale::DIRECTION_HIGHER_IS_BETTER).has_value();
  };
  const Rational sd = 2;
  const Rational reliability = Number("0.8");
  const Rational most = Rational::PowerOfTwo(255) + (Rational::PowerOfTwo(255) - Rational(1));
  const Rational least = Rational(1) / (Rational::PowerOfTwo(255) - Rational(19));
  const Rational near = Rational(1) / (Rational::PowerOfTwo(255) - Rational(31));
  EXPECT_TRUE(between(0, most, sd, reliability)) << "squares may need more bits than a score has";
  EXPECT_TRUE(between(0, most, least, reliability));
  EXPECT_TRUE(between(near, near, sd, reliability));
  EXPECT_FALSE(between(near, least, sd, reliability));
  EXPECT_FALSE(between(-most, most, sd, reliability));
  EXPECT_FALSE(between(Rational::OutOfRange(), 1, sd, reliability));
  EXPECT_FALSE(between(1, Rational::OutOfRange(), sd, reliability));
  EXPECT_FALSE(between(1, 2, Rational::OutOfRange(), reliability));
  EXPECT_FALSE(between(1, 2, sd, Rational::OutOfRange()));
  EXPECT_FALSE(between(1, 2, 0, reliability));
  EXPECT_FALSE(between(1, 2, -sd, reliability));
  EXPECT_FALSE(between(1, 2, sd, 1));
  EXPECT_FALSE(between(1, 2, sd, -reliability));
  EXPECT_EQ(StandardErrorOfMeasurement(0, reliability), "");
  EXPECT_EQ(StandardErrorOfMeasurement(sd, 1), "");
}

// The change from one score to another under a cut-off of 50, with errors that make every point reliable.
ClinicalSignificance Significance(absl::string_view earlier, absl::string_view later,
                                  v1::Scale::Direction direction = v1::Scale::DIRECTION_HIGHER_IS_BETTER) {
  const ReliableChange::Verdict reliable = Between(earlier, later, "0.01", "0.5", direction).verdict;
  return SignificanceOf(Number(earlier), Number(later), reliable, CutOff{CutOff::Criterion::kPublished, Number("50")},
                        direction);
}

using Meaning = ClinicalSignificance::Verdict;

TEST(SignificanceTest, RecoveredIsReliablyBetterAndStrictlyPastTheCutOff) {
  EXPECT_EQ(Significance("40", "50.000000000000000001").verdict, Meaning::kRecovered);
  EXPECT_EQ(Significance("40", "50").verdict, Meaning::kImproved) << "on the cut-off is on the clinical side";
  EXPECT_EQ(Significance("50", "60").verdict, Meaning::kRecovered) << "from the cut-off as well";
  EXPECT_EQ(Significance("40", "49").verdict, Meaning::kImproved);
  constexpr auto kLower = v1::Scale::DIRECTION_LOWER_IS_BETTER;
  EXPECT_EQ(Significance("60", "49.999999999999999999", kLower).verdict, Meaning::kRecovered);
  EXPECT_EQ(Significance("60", "50", kLower).verdict, Meaning::kImproved);
  EXPECT_EQ(Significance("50", "40", kLower).verdict, Meaning::kRecovered);
}

TEST(SignificanceTest, WhoWasFunctionalAlreadyHasNothingToRecoverFrom) {
  const ClinicalSignificance significance = Significance("51", "60");
  EXPECT_EQ(significance.verdict, Meaning::kImproved);
  EXPECT_EQ(significance.earlier_is_functional, true);
  EXPECT_EQ(significance.later_is_functional, true);
}

TEST(SignificanceTest, WorseIsWorseOnEitherSide) {
  for (const auto& [earlier, later] : {std::pair("60", "40"), std::pair("60", "55"), std::pair("40", "30")}) {
    EXPECT_EQ(Significance(earlier, later).verdict, Meaning::kDeteriorated) << earlier << " to " << later;
  }
  EXPECT_EQ(Significance("60", "40").later_is_functional, false);
}

TEST(SignificanceTest, PassingTheCutOffWithoutAReliableChangeIsNoChange) {
  // sd 5 and reliability 1/2: 9.8 points are 1.96 standard errors exactly, which is not enough.
  const ReliableChange::Verdict reliable = Between("45", "54.8", "5", "1/2").verdict;
  const ClinicalSignificance significance =
      SignificanceOf(Number("45"), Number("54.8"), reliable, CutOff{CutOff::Criterion::kC, Number("50")},
                     v1::Scale::DIRECTION_HIGHER_IS_BETTER);
  EXPECT_EQ(significance.verdict, Meaning::kUnchanged);
  EXPECT_EQ(significance.earlier_is_functional, false);
  EXPECT_EQ(significance.later_is_functional, true);
}

TEST(SignificanceTest, WithoutACutOffNobodyHasRecovered) {
  const auto verdict = [](absl::string_view earlier, absl::string_view later) {
    const ReliableChange::Verdict reliable = Between(earlier, later, "5", "1/2").verdict;
    const ClinicalSignificance significance =
        SignificanceOf(Number(earlier), Number(later), reliable, std::nullopt, v1::Scale::DIRECTION_HIGHER_IS_BETTER);
    EXPECT_FALSE(significance.earlier_is_functional.has_value() || significance.later_is_functional.has_value());
    return significance.verdict;
  };
  EXPECT_EQ(verdict("0", "90"), Meaning::kImproved);
  EXPECT_EQ(verdict("0", "1"), Meaning::kUnchanged);
  EXPECT_EQ(verdict("90", "0"), Meaning::kDeteriorated);
}

TEST(SignificanceTest, WithoutADirectionAReliableChangeIsNotAssessable) {
  const ClinicalSignificance significance = Significance("40", "60", v1::Scale::DIRECTION_UNSPECIFIED);
  EXPECT_EQ(significance.verdict, Meaning::kNotAssessable);
  EXPECT_FALSE(significance.earlier_is_functional.has_value());
  EXPECT_EQ(Significance("40", "40", v1::Scale::DIRECTION_UNSPECIFIED).verdict, Meaning::kUnchanged);
}

}  // namespace
}  // namespace ladder::quiz
