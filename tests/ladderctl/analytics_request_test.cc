#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "libs/chassis/timestamp.h"
#include "tools/ladderctl/analytics.h"

namespace ladder::ctl {
namespace {

using records::v1::QueryTrendRequest;
using ::testing::HasSubstr;

constexpr char kSeries[] = "quizzes/q/series/1";
// A Thursday, 13:37 UTC.
const absl::Time kNow = absl::FromCivil(absl::CivilSecond(2026, 11, 26, 13, 37, 21), absl::UTCTimeZone());

std::string Text(const google::protobuf::Timestamp& timestamp, absl::TimeZone zone = absl::UTCTimeZone()) {
  return absl::FormatTime("%Y-%m-%d %H:%M", *FromTimestamp(timestamp, "time"), zone);
}

TEST(SelectionOfTest, AsksForEverythingByDefault) {
  const auto selection = SelectionOf({}, kSeries, absl::UTCTimeZone());
  ASSERT_TRUE(selection.ok());
  EXPECT_EQ(selection->parent(), "clinics/-");
  EXPECT_EQ(selection->series(), kSeries);
  EXPECT_FALSE(selection->has_campaign());
  EXPECT_FALSE(selection->has_from());
  EXPECT_FALSE(selection->has_before());
}

TEST(SelectionOfTest, TellsNoCampaignFromAllCampaigns) {
  AnalyticsCommand command;
  command.campaign = "";
  const auto selection = SelectionOf(command, kSeries, absl::UTCTimeZone());
  ASSERT_TRUE(selection.ok());
  EXPECT_TRUE(selection->has_campaign());
  EXPECT_EQ(selection->campaign(), "");
}

TEST(SelectionOfTest, ReadsDaysAndTimesInTheTimeZone) {
  AnalyticsCommand command;
  command.time_zone = "Europe/Berlin";
  command.from = "2026-07-01";
  command.before = "2026-12-01T13:15";
  const auto selection = SelectionOf(command, kSeries, *ZoneOf(command));
  ASSERT_TRUE(selection.ok()) << selection.status();
  EXPECT_EQ(Text(selection->from()), "2026-06-30 22:00");
  EXPECT_EQ(Text(selection->before()), "2026-12-01 12:15");
}

TEST(SelectionOfTest, NamesTheOptionThatIsNoTime) {
  AnalyticsCommand command;
  command.from = "yesterday";
  EXPECT_THAT(SelectionOf(command, kSeries, absl::UTCTimeZone()).status().message(), HasSubstr("--from: 'yesterday'"));
  command.from = "";
  command.before = "2026-13-01";
  EXPECT_THAT(SelectionOf(command, kSeries, absl::UTCTimeZone()).status().message(), HasSubstr("--before"));
  command.time_zone = "Europe/Nowhere";
  EXPECT_THAT(ZoneOf(command).status().message(), HasSubstr("--time-zone: there is no zone 'Europe/Nowhere'"));
}

struct DefaultSpan {
  TrendBucketSize bucket;
  const char* from;
  const char* before;
};

void PrintTo(const DefaultSpan& span, std::ostream* out) { *out << span.from << " to " << span.before; }

class TrendSpanTest : public ::testing::TestWithParam<DefaultSpan> {};

std::string NameOf(const ::testing::TestParamInfo<DefaultSpan>& info) {
  return QueryTrendRequest::Bucket_Name(info.param.bucket);
}

TEST_P(TrendSpanTest, CoversTwelveBucketsWithTheOneUnderWay) {
  AnalyticsCommand command;
  command.bucket = GetParam().bucket;
  const auto request = TrendRequestOf(command, kSeries, absl::UTCTimeZone(), kNow);
  ASSERT_TRUE(request.ok()) << request.status();
  EXPECT_EQ(Text(request->selection().from()), GetParam().from);
  EXPECT_EQ(Text(request->selection().before()), GetParam().before);
}

INSTANTIATE_TEST_SUITE_P(
    Buckets, TrendSpanTest,
    ::testing::Values(DefaultSpan{QueryTrendRequest::BUCKET_TICK, "2026-11-26 10:45", "2026-11-26 13:45"},
                      DefaultSpan{QueryTrendRequest::BUCKET_HOUR, "2026-11-26 02:00", "2026-11-26 14:00"},
                      DefaultSpan{QueryTrendRequest::BUCKET_DAY, "2026-11-15 00:00", "2026-11-27 00:00"},
                      DefaultSpan{QueryTrendRequest::BUCKET_WEEK, "2026-09-07 00:00", "2026-11-30 00:00"},
                      DefaultSpan{QueryTrendRequest::BUCKET_MONTH, "2025-12-01 00:00", "2026-12-01 00:00"},
                      DefaultSpan{QueryTrendRequest::BUCKET_QUARTER, "2024-01-01 00:00", "2027-01-01 00:00"},
                      DefaultSpan{QueryTrendRequest::BUCKET_YEAR, "2015-01-01 00:00", "2027-01-01 00:00"}),
    &NameOf);

TEST(TrendRequestOfTest, BeginsBucketsInTheTimeZoneAcrossSummerTime) {
  AnalyticsCommand command;
  command.time_zone = "Europe/Berlin";
  command.bucket = QueryTrendRequest::BUCKET_MONTH;
  command.by = {"sex"};
  const absl::TimeZone zone = *ZoneOf(command);
  const auto request = TrendRequestOf(command, kSeries, zone, kNow);
  ASSERT_TRUE(request.ok());
  EXPECT_EQ(Text(request->selection().from(), zone), "2025-12-01 00:00");
  EXPECT_EQ(Text(request->selection().before()), "2026-11-30 23:00");
  EXPECT_EQ(request->time_zone(), "Europe/Berlin");
  EXPECT_THAT(request->by(), ::testing::ElementsAre("sex"));
}

TEST(TrendRequestOfTest, CountsBackFromAnEndThatIsGiven) {
  AnalyticsCommand command;
  command.before = "2026-07-01";
  const auto request = TrendRequestOf(command, kSeries, absl::UTCTimeZone(), kNow);
  ASSERT_TRUE(request.ok());
  EXPECT_EQ(Text(request->selection().from()), "2025-07-01 00:00");
  EXPECT_EQ(Text(request->selection().before()), "2026-07-01 00:00");
}

}  // namespace
}  // namespace ladder::ctl
