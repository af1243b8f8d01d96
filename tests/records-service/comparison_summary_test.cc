// What differs between results, added up without a store.

#include "records-service/comparison_summary.h"

#include <gmock/gmock.h>
#include <google/protobuf/text_format.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "tests/testing/proto_matchers.h"

namespace ladder::records {
namespace {

using ::ladder::testing::EqualsProto;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

quiz::v1::QuizResult Result(const std::string& text) {
  quiz::v1::QuizResult result;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &result)) << text;
  return result;
}

class ComparisonSummaryTest : public ::testing::Test {
 protected:
  ComparisonSummaryTest() {
    program_.scales.resize(3);
    program_.scales[0].id = "position";
    program_.scales[1].id = "hidden";
    program_.scales[1].internal = true;
    program_.scales[2].id = "awareness";
  }
  // Adds an assessment with these two results.
  void Add(const std::string& before, const std::string& after) {
    summary_.Add(absl::StrCat("a-", ++added_), Result(before), Result(after));
  }
  v1::VersionComparison Filled() {
    v1::VersionComparison filled;
    summary_.Fill(filled);
    return filled;
  }

  quiz::Program program_;
  ComparisonSummary summary_{program_};
  int added_ = 0;
};

std::string Position(const std::string& numerator, const std::string& denominator = "1") {
  return absl::StrCat("scales { scale: 'position' value { exact { numerator: '", numerator, "' denominator: '",
                      denominator, "' } } }");
}

TEST_F(ComparisonSummaryTest, NothingAddedIsNothingButTheScales) {
  EXPECT_THAT(Filled(), EqualsProto(std::string("scales { scale: 'position' } scales { scale: 'awareness' }")));
}

TEST_F(ComparisonSummaryTest, StagesAreCountedFromWhereToWhereInTheLaddersOrder) {
  const std::string low = "stage { stage: 'z_low' rung: 1 range: 'lower' }";
  const std::string low_upper = "stage { stage: 'z_low' rung: 1 range: 'upper' }";
  const std::string high = "stage { stage: 'a_high' rung: 2 }";
  Add(high, low);
  Add(low, low);
  Add(low, high);
  Add(low, low_upper);
  Add("stage {}", high);
  Add(high, "");
  const v1::VersionComparison filled = Filled();
  EXPECT_EQ(filled.compared(), 6);
  EXPECT_EQ(filled.stage_changes(), 4);
  EXPECT_EQ(filled.range_changes(), 1);
  EXPECT_THAT(filled.stage_change_examples(), ElementsAre("a-1", "a-3", "a-5", "a-6"));
  EXPECT_THAT(
      filled.stages(),
      ElementsAre(EqualsProto(std::string("to: 'a_high' assessments: 1 to_rung: 2")),
                  EqualsProto(std::string("from: 'z_low' to: 'z_low' assessments: 2 from_rung: 1 to_rung: 1")),
                  EqualsProto(std::string("from: 'z_low' to: 'a_high' assessments: 1 from_rung: 1 to_rung: 2")),
                  EqualsProto(std::string("from: 'a_high' assessments: 1 from_rung: 2")),
                  EqualsProto(std::string("from: 'a_high' to: 'z_low' assessments: 1 from_rung: 2 to_rung: 1"))));
}

TEST_F(ComparisonSummaryTest, AtMostTwentyExamplesAreNamed) {
  for (int i = 0; i < 25; ++i) Add("stage { stage: 'low' rung: 1 }", "stage { stage: 'high' rung: 2 }");
  EXPECT_THAT(Filled().stage_change_examples(), SizeIs(20));
  EXPECT_EQ(Filled().stage_changes(), 25);
}

TEST_F(ComparisonSummaryTest, ScoresAreComparedExactlyAndTheLargestDifferencesKept) {
  Add(Position("1", "3"), Position("333333", "1000000"));
  Add(Position("10"), Position("20", "2"));
  Add(Position("10"), Position("12"));
  Add(Position("10"), Position("27", "2"));
  Add(Position("10"), Position("4"));
  Add(Position("10"), Position("9"));
  const v1::VersionComparison filled = Filled();
  EXPECT_EQ(filled.scales(0).compared(), 6);
  EXPECT_EQ(filled.scales(0).differing(), 5) << "also where the decimals shown would be the same";
  EXPECT_EQ(filled.scales(0).largest_rise().decimal(), "3.5");
  EXPECT_EQ(filled.scales(0).largest_fall().decimal(), "-6");
}

// What a caller handed in before results were checked as a whole lies in stores.
TEST_F(ComparisonSummaryTest, ADifferenceAtTheEndOfWhatNumbersHoldIsToldWithTheScalesDigits) {
  program_.scales[0].rounding = quiz::Rounding{18, quiz::RoundingMode::kHalfUp};
  Add(Position("0"), Position(std::string(77, '9'), "7"));
  EXPECT_EQ(Filled().scales(0).largest_rise().decimal(),
            "14285714285714285714285714285714285714285714285714285714285714285714285714285.571428571428571429");
}

TEST_F(ComparisonSummaryTest, ScoresWhoseDifferenceNoNumberHoldsDifferAndAreNotAssessable) {
  const std::string most = "115792089237316195423570985008687907853269984665640564039457584007913129639935";
  Add(Position("-" + most), Position(most));
  Add(Position("1", std::string(76, '9')), Position("1", std::string(75, '7') + "3"));
  Add(Position("1e3"), Position("3"));
  Add(Position("1", "0"), Position("3"));
  Add("scales { scale: 'position' value { decimal: '3' } }", Position("3"));
  Add(Position("1"), Position("3"));
  EXPECT_THAT(Filled().scales(0), EqualsProto(std::string("scale: 'position' compared: 6 differing: 6 "
                                                          "not_assessable: 5 largest_rise { decimal: '2' "
                                                          "exact { numerator: '2' denominator: '1' } }")));
}

TEST_F(ComparisonSummaryTest, ScalesThatOnlyOneVersionScoresAreToldAsSuch) {
  Add(Position("1"), "scales { scale: 'position' not_scored { reason: REASON_GATE } }");
  Add("scales { scale: 'position' not_scored { reason: REASON_GATE } }", Position("1"));
  Add("scales { scale: 'gone' value { exact { numerator: '1' denominator: '1' } } }", "");
  const v1::VersionComparison filled = Filled();
  ASSERT_EQ(filled.scales_size(), 3);
  EXPECT_THAT(filled.scales(0), EqualsProto(std::string("scale: 'position' newly_scored: 1 no_longer_scored: 1")));
  EXPECT_THAT(filled.scales(2), EqualsProto(std::string("scale: 'gone' no_longer_scored: 1")));
}

TEST_F(ComparisonSummaryTest, AnAlertThatBecomesUndecidedIsNotCleared) {
  const auto alert = [](const std::string& item, const std::string& state) {
    return absl::StrCat("alerts { alert: 'harm' item: '", item, "' state: STATE_", state, " }");
  };
  Add(alert("q1", "RAISED"), "");
  Add(alert("q1", "RAISED"), alert("q1", "UNDECIDED"));
  Add(alert("q1", "RAISED"), alert("q1", "RAISED") + alert("q2", "RAISED"));
  Add(alert("q1", "UNDECIDED"), alert("q1", "RAISED"));
  Add(alert("q1", "UNDECIDED"), "");
  EXPECT_THAT(Filled().alerts(),
              ElementsAre(EqualsProto(std::string("alert: 'harm' raised: 2 cleared: 1 now_undecided: 1"))));
}

TEST_F(ComparisonSummaryTest, GuidanceIsComparedByItsIdWhateverItsText) {
  Add("guidance { guidance: 'rest' professional_text: 'Rest' }", "guidance { guidance: 'rest' }");
  Add("guidance { guidance: 'rest' }", "guidance { guidance: 'walk' }");
  Add("guidance { guidance: 'rest' }", "");
  Add("", "guidance { guidance: 'rest' }");
  EXPECT_EQ(Filled().guidance_changes(), 3);
}

TEST_F(ComparisonSummaryTest, ReasonsOfRefusalAreCountedAndTheFirstTenKept) {
  for (int i = 0; i < 12; ++i) {
    summary_.AddRefusal(absl::StrCat("a-", i), {absl::StrCat("answers[", i, "].option"), "is none"});
  }
  summary_.AddRefusal("a-12", {"answers[1].option", "is none"});
  const v1::VersionComparison filled = Filled();
  EXPECT_EQ(filled.refused(), 13);
  EXPECT_EQ(filled.compared(), 0);
  EXPECT_EQ(summary_.assessments(), 13);
  ASSERT_EQ(filled.refusals_size(), 10);
  EXPECT_THAT(filled.refusals(1), EqualsProto(std::string("field: 'answers[1].option' description: 'is none' "
                                                          "assessments: 2 example: 'a-1'")));
  EXPECT_THAT(filled.stage_change_examples(), IsEmpty());
}

}  // namespace
}  // namespace ladder::records
