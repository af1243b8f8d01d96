#include "tools/ladderctl/print_progress.h"

#include <gmock/gmock.h>
#include <google/protobuf/text_format.h>
#include <gtest/gtest.h>

#include <sstream>

namespace ladder::ctl {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::string Printed(const std::string& text) {
  records::v1::Progress progress;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &progress));
  std::istringstream in;
  std::ostringstream out;
  std::ostringstream err;
  PrintProgress(progress, {in, out, err, 100, false});
  EXPECT_EQ(err.str(), "");
  return out.str();
}

constexpr char kChange[] = R"pb(
  changes {
    scale: "position"
    span: SPAN_SINCE_FIRST
    difference { decimal: "-9" }
    reliable_change_index: "-4.0249"
    verdict: VERDICT_RELIABLY_BETTER
    clinical_significance: CLINICAL_SIGNIFICANCE_RECOVERED
    cut_off { decimal: "10.46" }
    criterion: CRITERION_C
    from_side: SIDE_CLINICAL
    to_side: SIDE_FUNCTIONAL
  }
  changes {
    scale: "position"
    span: SPAN_SINCE_PREVIOUS
    verdict: VERDICT_RELIABLY_BETTER
    clinical_significance: CLINICAL_SIGNIFICANCE_IMPROVED
    significance_why: "the norms give no cut-off"
  }
  changes {
    scale: "awareness"
    span: SPAN_SINCE_FIRST
    verdict: VERDICT_RELIABLY_BETTER
    clinical_significance: CLINICAL_SIGNIFICANCE_IMPROVED
    cut_off { decimal: "8" }
    criterion: CRITERION_PUBLISHED_CUT_OFF
    from_side: SIDE_FUNCTIONAL
    to_side: SIDE_FUNCTIONAL
  }
)pb";

TEST(PrintProgressTest, AChangeIsPrintedWithItsCutOffAndWhatItMeans) {
  const std::string printed = Printed(kChange);
  EXPECT_THAT(printed,
              ::testing::ContainsRegex("position +the first +-9 +-4.0249 +reliably better +10.46 .C. +recovered"));
  EXPECT_THAT(printed, HasSubstr("improved (the norms give no cut-off)"));
  EXPECT_THAT(printed, ::testing::ContainsRegex("reliably better +8 +improved, functional before"));
}

TEST(PrintProgressTest, AssessmentsThatCannotBeReadAreNamed) {
  EXPECT_THAT(Printed("unusable: 'clinics/north/clients/c-1/assessments/1'"),
              HasSubstr("Cannot be read: clinics/north/clients/c-1/assessments/1"));
}

TEST(PrintProgressTest, WhyAChangeIsNotAssessableIsSaidOnce) {
  const std::string printed = Printed(R"pb(
    changes {
      scale: "position"
      verdict: VERDICT_NOT_ASSESSABLE
      why: "no norms hold"
      clinical_significance: CLINICAL_SIGNIFICANCE_NOT_ASSESSABLE
      significance_why: "no norms hold"
    }
  )pb");
  EXPECT_THAT(printed, HasSubstr("not assessable: no norms hold"));
  EXPECT_THAT(printed, Not(HasSubstr("(no norms hold)")));
}

TEST(PrintProgressTest, ThePathAndTheTimeOnEachRungArePrinted) {
  const std::string printed = Printed(R"pb(
    path {
      stage: "heavy"
      title: "Heavy"
      rung: 2
      start_time { seconds: 1700000000 }
      end_time { seconds: 1700950000 }
      assessments: 3
    }
    path {
      start_time { seconds: 1700950000 }
      end_time { seconds: 1700950000 }
      assessments: 1
    }
    rung_times {
      stage: "light"
      title: "Light"
      time {}
      comparable: true
    }
    rung_times {
      stage: "heavy"
      title: "Heavy"
      time { seconds: 950400 }
      assessments: 3
      comparable: true
    }
    rung_times {
      time { seconds: 3599 }
      assessments: 1
    }
  )pb");
  EXPECT_THAT(printed, ::testing::ContainsRegex("2023-11-14 +2023-11-25 +Heavy +3 *\n"));
  EXPECT_THAT(printed,
              ::testing::ContainsRegex("2023-11-25 +2023-11-25 +.no stage. +1 +not comparable with the one before"));
  EXPECT_THAT(printed, ::testing::ContainsRegex("Light +0 d 0 h +0"));
  EXPECT_THAT(printed, ::testing::ContainsRegex("Heavy +11 d 0 h +3"));
  EXPECT_THAT(printed, ::testing::ContainsRegex(".no stage. +0 d 0 h +1 +under versions that are not comparable"));
}

}  // namespace
}  // namespace ladder::ctl
