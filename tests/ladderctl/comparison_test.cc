#include "tools/ladderctl/comparison.h"

#include <gmock/gmock.h>
#include <google/protobuf/text_format.h>
#include <gtest/gtest.h>

#include <sstream>

#include "absl/strings/str_cat.h"
#include "tests/testing/proto_matchers.h"
#include "tools/ladderctl/quiz_compare.h"

namespace ladder::ctl {
namespace {

using ::ladder::testing::EqualsProto;
using records::v1::VersionComparison;
using ::testing::ContainsRegex;
using ::testing::HasSubstr;

VersionComparison Page(const std::string& text) {
  VersionComparison page;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &page)) << text;
  return page;
}

std::string Points(const std::string& name, const std::string& points) {
  return absl::StrCat(name, " { decimal: '", points, "' exact { numerator: '", points, "' denominator: '1' } }");
}

TEST(AddPageTest, EverythingIsAddedUpAndTheLargestDifferencesAreKept) {
  VersionComparison sum;
  AddPage(Page(absl::StrCat(R"pb(
                              under: "quizzes/mood/draft"
                              digest: "d"
                              compared: 3
                              refused: 2
                              unusable: 1
                              refusals { field: "f" description: "a" assessments: 2 example: "x" }
                              stage_changes: 1
                              range_changes: 1
                              guidance_changes: 2
                              stages { from: "low" to: "low" from_rung: 1 to_rung: 1 assessments: 2 }
                              stages { from: "high" to: "low" from_rung: 2 to_rung: 1 assessments: 1 }
                              alerts { alert: "z" raised: 1 cleared: 2 now_undecided: 3 }
                              stage_change_examples: "x"
                              next_page_token: "t"
                            )pb",
                            "scales { scale: 's' compared: 3 differing: 2 not_assessable: 1 ",
                            Points("largest_rise", "3"), "}")),
          sum);
  AddPage(Page(absl::StrCat(R"pb(
                              under: "quizzes/mood/draft"
                              digest: "d"
                              compared: 4
                              refused: 2
                              unusable: 1
                              refusals { field: "f" description: "a" assessments: 1 example: "y" }
                              refusals { field: "f" description: "b" assessments: 1 example: "y" }
                              stage_changes: 4
                              guidance_changes: 1
                              stages { from: "low" to: "low" from_rung: 1 to_rung: 1 assessments: 1 }
                              stages { from: "low" to: "high" from_rung: 1 to_rung: 2 assessments: 3 }
                              alerts { alert: "a" raised: 1 }
                              alerts { alert: "z" raised: 1 }
                              stage_change_examples: "y"
                            )pb",
                            "scales { scale: 's' compared: 4 differing: 1 newly_scored: 1 no_longer_scored: 2 "
                            "not_assessable: 1 ",
                            Points("largest_rise", "2"), Points("largest_fall", "-5"), "} scales { scale: 'new' }")),
          sum);
  EXPECT_THAT(sum, EqualsProto(absl::StrCat(
                       R"pb(
                         under: "quizzes/mood/draft"
                         digest: "d"
                         compared: 7
                         refused: 4
                         unusable: 2
                         refusals { field: "f" description: "a" assessments: 3 example: "x" }
                         refusals { field: "f" description: "b" assessments: 1 example: "y" }
                         stage_changes: 5
                         range_changes: 1
                         guidance_changes: 3
                         stages { from: "low" to: "low" from_rung: 1 to_rung: 1 assessments: 3 }
                         stages { from: "low" to: "high" from_rung: 1 to_rung: 2 assessments: 3 }
                         stages { from: "high" to: "low" from_rung: 2 to_rung: 1 assessments: 1 }
                         alerts { alert: "a" raised: 1 }
                         alerts { alert: "z" raised: 2 cleared: 2 now_undecided: 3 }
                         stage_change_examples: "x"
                         stage_change_examples: "y"
                       )pb",
                       "scales { scale: 's' compared: 7 differing: 3 newly_scored: 1 no_longer_scored: 2 "
                       "not_assessable: 2 ",
                       Points("largest_rise", "3"), Points("largest_fall", "-5"), "} scales { scale: 'new' }")));
}

TEST(AddPageTest, ExamplesAndReasonsStayAsManyAsAPageHas) {
  VersionComparison page;
  for (int i = 0; i < 8; ++i) page.add_refusals()->set_description(absl::StrCat("reason ", i));
  for (int i = 0; i < 15; ++i) page.add_stage_change_examples(absl::StrCat("a-", i));
  VersionComparison sum;
  AddPage(page, sum);
  for (auto& refusal : *page.mutable_refusals()) refusal.set_description("other " + refusal.description());
  AddPage(page, sum);
  EXPECT_EQ(sum.refusals_size(), 10);
  EXPECT_EQ(sum.stage_change_examples_size(), 20);
}

TEST(PrintComparisonTest, SaysWhatWouldChange) {
  std::istringstream in;
  std::ostringstream out;
  std::ostringstream err;
  PrintComparison(
      Page(absl::StrCat(R"pb(
                          under: "quizzes/mood/draft"
                          digest: "0123456789abcdef"
                          compared: 9
                          refused: 1
                          unusable: 3
                          refusals { field: "answers[0].number" description: "too many" assessments: 1 }
                          stage_changes: 4
                          stages { to: "low" assessments: 4 }
                          alerts { alert: "harm" raised: 1 cleared: 2 now_undecided: 3 }
                          stage_change_examples: "clinics/north/clients/c/assessments/1"
                        )pb",
                        "scales { scale: 'mood' compared: 8 differing: 5 ", Points("largest_fall", "-5"), "}")),
      {in, out, err, 100, false});
  const std::string printed = out.str();
  EXPECT_THAT(printed, HasSubstr("Under quizzes/mood/draft (0123456789ab): 9 compared, 1 not accepted"));
  EXPECT_THAT(printed, ContainsRegex("another stage: +4"));
  EXPECT_THAT(printed, ContainsRegex("cannot be read: +3"));
  EXPECT_THAT(printed, ContainsRegex("1 +too many +answers.0..number"));
  EXPECT_THAT(printed, ContainsRegex(".no stage. +low +4"));
  EXPECT_THAT(printed, ContainsRegex("mood +8 +5 +-5 +0 +0"));
  EXPECT_THAT(printed, ContainsRegex("harm +1 +2 +3"));
  EXPECT_THAT(printed, HasSubstr("clinics/north/clients/c/assessments/1"));
}

TEST(CompareCommandTest, TimesAreDaysOrRfc3339) {
  EXPECT_EQ(CheckTime("2026-01-31"), "");
  EXPECT_EQ(CheckTime("2026-01-31T09:00:00+02:00"), "");
  for (const char* text : {"", "yesterday", "2026-02-30", "31.01.2026"}) EXPECT_NE(CheckTime(text), "") << text;
}

TEST(CompareCommandTest, AWrongCommandLineIsRefusedBeforeAnyCall) {
  const auto exit_code = [](std::vector<std::string> arguments) {
    std::istringstream in;
    std::ostringstream out;
    std::ostringstream err;
    return RunLadderctl(std::move(arguments), {in, out, err, 100, false});
  };
  EXPECT_EQ(exit_code({"quiz", "compare", "mood"}), kUsage) << "a clinic is needed";
  EXPECT_EQ(exit_code({"quiz", "compare", "mood", "--clinic", "north", "--from", "soon"}), kUsage);
  EXPECT_EQ(exit_code({"quiz", "compare", "mood", "--clinic", "north", "--at-most", "0"}), kUsage);
}

}  // namespace
}  // namespace ladder::ctl
