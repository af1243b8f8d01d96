#include "tools/ladderctl/analytics_text.h"

#include <gmock/gmock.h>
#include <google/protobuf/text_format.h>
#include <gtest/gtest.h>

namespace ladder::ctl {
namespace {

using records::v1::QueryTrendRequest;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

template <typename Message>
Message Parse(const std::string& text) {
  Message message;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &message)) << text;
  return message;
}

constexpr char kCoverage[] = R"pb(
  clients: 1200
  assessments: 3000
  cohorts: 2
  other_clients: 7
  positions: "clinics/north/releases/2"
  covered_until { seconds: 1790000100 })pb";

records::v1::StageDistribution Distribution(const std::string& more_coverage = "") {
  return Parse<records::v1::StageDistribution>("coverage {" + std::string(kCoverage) + more_coverage + R"pb(
    }
    cells {
                                                   stage: "low"
                                                   title: "Low, really"
                                                   range: "upper"
                                                   clients { count { decimal: "1000.4" } standard_deviation: "4.5000" }
                                                 }
                                                 cells {
                                                   stage: "high"
                                                   title: "High"
                                                   clients { count { decimal: "-7" } standard_deviation: "4.5000" }
                                                 }
                                                 cells { clients { count { decimal: "206.6" } standard_deviation: "4.5000" } })pb");
}

TEST(DistributionTextTest, DrawsEachCellWithItsUncertaintyAndSaysWhatItCovers) {
  EXPECT_EQ(DistributionText(Distribution(), {.width = 60}),
            "Stage         Clients    ±  Share\n"
            "-----------  --------  ---  -----  -------------------------\n"
            "Low, really     1,000  ± 9   83 %  ████████████████████████▌\n"
            "High         under 10  ± 9         ·\n"
            "Not scored        207  ± 9   17 %  ████▉·\n"
            "\n"
            "1,200 clients (each once in every cohort) with 3,000\n"
            "assessments in 2 cohorts, covered until 2026-09-21 14:15\n"
            "UTC.\n"
            "The log as far as clinics/north/releases/2.\n"
            "±: two standard deviations of the noise. \"under 10\": too\n"
            "small to tell from none, below 10 or below ±.\n");
}

TEST(DistributionTextTest, NeverShowsTheNumberOfASmallFigure) {
  EXPECT_THAT(DistributionText(Distribution(), {}), Not(HasSubstr("-7")));
}

TEST(DistributionTextTest, AddsAColumnForEachDimension) {
  EXPECT_THAT(
      DistributionText(Distribution(), {.by = {"range"}}),
      AllOf(HasSubstr("Stage        range  "), HasSubstr("Low, really  upper  "), HasSubstr("High         none")));
}

TEST(DistributionTextTest, NamesTheSizeOfOtherBesideACampaignAndMarksWhatIsWide) {
  const std::string text = DistributionText(Distribution(" wide: true"), {.width = 200, .of_campaign = true});
  EXPECT_THAT(text, AllOf(HasSubstr("too small to stand alone (-other): 7 clients."), HasSubstr("Wide: some cohorts")));
  EXPECT_THAT(DistributionText(Distribution(), {.width = 200}),
              AllOf(Not(HasSubstr("-other")), Not(HasSubstr("Wide"))));
}

TEST(DistributionTextTest, SaysThatNothingWasReleasedYet) {
  EXPECT_THAT(DistributionText({}, {}), HasSubstr("No cohort was released yet of what was asked for."));
}

TEST(DistributionCsvTest, HoldsWhatWasAnsweredSignedAndUnrounded) {
  EXPECT_EQ(DistributionCsv(Distribution(), {.by = {"range"}}),
            "stage,title,range,clients,standard_deviation\r\n"
            "low,\"Low, really\",upper,1000.4,4.5000\r\n"
            "high,High,,-7,4.5000\r\n"
            ",,,206.6,4.5000\r\n");
}

TEST(ChangeTextTest, NamesEachChange) {
  const auto answer = Parse<records::v1::ChangeDistribution>(R"pb(
    coverage { clients: 200 cohorts: 1 }
    cells {
      change: CHANGE_RELIABLY_BETTER
      clients {
        count { decimal: "60" }
        standard_deviation: "10"
      }
    }
    cells {
      change: CHANGE_FIRST
      clients {
        count { decimal: "100" }
        standard_deviation: "10"
      }
    })pb");
  EXPECT_THAT(ChangeText(answer, {.width = 60}),
              HasSubstr("Reliably better                  60  ± 20   30 %  ███▍···\n"
                        "Counted for the first time      100  ± 20   50 %  ██████▋···\n"));
  EXPECT_EQ(ChangeCsv(answer),
            "change,clients,standard_deviation\r\nCHANGE_RELIABLY_BETTER,60,10\r\nCHANGE_FIRST,100,10\r\n");
}

TEST(FlowTextTest, NamesTheStageBeforeOnceForAllThatFollow) {
  const auto answer = Parse<records::v1::StageFlow>(R"pb(
    coverage { clients: 200 cohorts: 1 }
    cells {
      from_stage: "low"
      to_stage: "low"
      clients {
        count { decimal: "40" }
        standard_deviation: "1"
      }
    }
    cells {
      from_stage: "low"
      to_stage: "high"
      clients {
        count { decimal: "20" }
        standard_deviation: "1"
      }
    }
    cells {
      from_stage: "high"
      clients {
        count { decimal: "3" }
        standard_deviation: "1"
      }
    })pb");
  EXPECT_THAT(FlowText(answer, {.width = 60}), HasSubstr("low   low               40  ± 2   20 %  "));
  EXPECT_THAT(FlowText(answer, {.width = 60}), HasSubstr("\n      high              20  ± 2   10 %  "));
  EXPECT_THAT(FlowText(answer, {.width = 60}), HasSubstr("\nhigh  not scored  under 10  ± 2         "));
  EXPECT_EQ(FlowCsv(answer),
            "from_stage,to_stage,clients,standard_deviation\r\nlow,low,40,1\r\nlow,high,20,1\r\nhigh,,3,1\r\n");
}

records::v1::StageTrend Trend() {
  return Parse<records::v1::StageTrend>(R"pb(
    coverage { clients: 300 cohorts: 2 }
    buckets {
      begin { seconds: 1788220800 }
      end { seconds: 1790812800 }
      clients: 100
      cells {
        stage: "low"
        title: "Low"
        clients {
          count { decimal: "50" }
          standard_deviation: "2"
        }
      }
      cells {
        clients {
          count { decimal: "50" }
          standard_deviation: "2"
        }
      }
    }
    buckets {
      begin { seconds: 1790812800 }
      end { seconds: 1793491200 }
      clients: 200
      wide: true
      cells {
        stage: "low"
        title: "Low"
        clients {
          count { decimal: "150" }
          standard_deviation: "2"
        }
      }
      cells {
        clients {
          count { decimal: "50" }
          standard_deviation: "2"
        }
      }
    })pb");
}

TEST(TrendTextTest, PutsTheBucketsOfAStageBelowEachOther) {
  EXPECT_THAT(TrendText(Trend(), {.width = 60, .bucket = QueryTrendRequest::BUCKET_MONTH}),
              HasSubstr("Low         2026-09            50  ± 4   50 %  "));
  const std::string text = TrendText(Trend(), {.width = 60});
  EXPECT_THAT(text, HasSubstr("\n            2026-10 wide      150  ± 4   75 %  "));
  EXPECT_THAT(text, HasSubstr("\nNot scored  2026-09            50  ± 4   50 %  "));
}

TEST(TrendTextTest, LabelsBucketsInTheTimeZoneThatWasAskedFor) {
  absl::TimeZone berlin;
  ASSERT_TRUE(absl::LoadTimeZone("Europe/Berlin", &berlin));
  EXPECT_THAT(TrendText(Trend(), {.zone = berlin, .bucket = QueryTrendRequest::BUCKET_HOUR}),
              HasSubstr("2026-09-01 02:00"));
}

TEST(TrendCsvTest, HasOneLineForEachCellOfEachBucket) {
  EXPECT_THAT(TrendCsv(Trend(), {}),
              AllOf(HasSubstr("begin,end,bucket_clients,wide,stage,title,clients,standard_deviation\r\n"
                              "2026-09-01T00:00:00+00:00,2026-10-01T00:00:00+00:00,100,false,low,Low,50,2\r\n"),
                    HasSubstr("2026-10-01T00:00:00+00:00,2026-11-01T00:00:00+00:00,200,true,,,50,2\r\n")));
}

TEST(PrivacyTextTest, PrintsBudgetsThePromiseAndHowCohortsLook) {
  const auto policy = Parse<records::v1::ReleasePolicy>(R"pb(
    budgets { stage: "3/5" detail: "3/10" change: "0.3" flow: "1/4" }
    total: "2"
    tick { seconds: 900 }
    target_cohort: 200
    min_cohort: 10
    longest_wait { seconds: 2592000 }
    promise: "Nobody is found."
    not_promised: "Who took part.")pb");
  const std::string text = PrivacyText(policy, 100);
  EXPECT_THAT(text, AllOf(HasSubstr("Promised\nNobody is found.\n"), HasSubstr("Not promised\nWho took part.\n")));
  // Standard deviations 4.69, 9.42 and 11.30, doubled.
  EXPECT_THAT(text, HasSubstr("Stage                      3/5     once    ± 10"));
  EXPECT_THAT(text, HasSubstr("Reliable change            0.3     twice   ± 19"));
  EXPECT_THAT(text, HasSubstr("Flow between stages        1/4     twice   ± 23"));
  // 0.2 / 0.8 times e squared are odds of 1.85.
  EXPECT_THAT(text, HasSubstr("In all E = 2: who thinks an outcome 20 % likely can be brought to 65 % at most."));
  EXPECT_THAT(text, HasSubstr("Cohorts close every 15m with 200 clients, after 720h with 10."));
  EXPECT_THAT(text, HasSubstr("10      2            Stage                      under 10  ± 10"));
  EXPECT_THAT(text, HasSubstr("200     40           Stage                      40        ± 10"));
  EXPECT_THAT(text, HasSubstr("2,000   400          Stage                      400       ± 10"));
}

TEST(EntryTextTest, TellsWhereTheEntryStandsAndWhatItCovers) {
  const auto entry = Parse<records::v1::ReleaseEntry>(R"pb(
    name: "clinics/north/releases/4"
    series: "quizzes/q/series/1"
    window_begin { seconds: 1788220800 }
    window_end { seconds: 1788221700 }
    clients: 1)pb");
  EXPECT_EQ(EntryText(entry),
            "clinics/north/releases/4  quizzes/q/series/1  no campaign  2026-09-01 00:00 UTC to 2026-09-01 00:15 UTC  "
            "1 client");
}

}  // namespace
}  // namespace ladder::ctl
