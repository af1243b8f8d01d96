// From ranges to spans and buckets: every tick in exactly one span, and bounds where people's clocks have them.

#include "records-service/analytics/time_spans.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "libs/chassis/errors.h"
#include "records-service/store/rows.h"
#include "tests/records-service/analytics/released_log.h"
#include "tests/testing/status_matchers.h"

namespace ladder::records::analytics {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr absl::Duration kTick = absl::Minutes(15);
constexpr std::size_t kMany = 100'000;

std::string Show(const SumQuery::Part& part) {
  constexpr const char* kGrains[] = {"ticks", "days", "months"};
  return absl::StrCat(kGrains[static_cast<int>(part.grain)], " ",
                      absl::FormatTime("%Y-%m-%dT%H:%M", part.from, absl::UTCTimeZone()), " to ",
                      absl::FormatTime("%Y-%m-%dT%H:%M", part.before, absl::UTCTimeZone()));
}

std::vector<std::string> Spans(absl::string_view from, absl::string_view before) {
  std::vector<SumQuery::Part> parts;
  AppendSpans(TimeOf(from), TimeOf(before), parts);
  std::vector<std::string> shown;
  for (const SumQuery::Part& part : parts) shown.push_back(Show(part));
  return shown;
}

absl::Time EndOfSpan(Grain grain, absl::Time begin) {
  const absl::TimeZone utc = absl::UTCTimeZone();
  if (grain == Grain::kMonth) return absl::FromCivil(absl::ToCivilMonth(begin, utc) + 1, utc);
  return begin + (grain == Grain::kDay ? absl::Hours(24) : kTick);
}

TEST(SpansTest, MonthsInTheMiddleDaysBesideThemTicksAtTheEdges) {
  EXPECT_THAT(Spans("2026-01-30T22:30:00Z", "2026-04-02T00:15:00Z"),
              ElementsAre("ticks 2026-01-30T22:30 to 2026-01-31T00:00", "days 2026-01-31T00:00 to 2026-02-01T00:00",
                          "months 2026-02-01T00:00 to 2026-04-01T00:00", "days 2026-04-01T00:00 to 2026-04-02T00:00",
                          "ticks 2026-04-02T00:00 to 2026-04-02T00:15"));
  EXPECT_THAT(Spans("2025-01-01T00:00:00Z", "2026-01-01T00:00:00Z"),
              ElementsAre("months 2025-01-01T00:00 to 2026-01-01T00:00"));
  EXPECT_THAT(Spans("2026-01-05T10:00:00Z", "2026-01-05T10:15:00Z"),
              ElementsAre("ticks 2026-01-05T10:00 to 2026-01-05T10:15"));
  EXPECT_THAT(Spans("2026-01-05T23:45:00Z", "2026-01-06T00:15:00Z"),
              ElementsAre("ticks 2026-01-05T23:45 to 2026-01-06T00:15"));
}

TEST(SpansTest, WithoutBoundsItIsEveryMonthThatAStoreCanHold) {
  std::vector<SumQuery::Part> parts;
  AppendSpans(absl::InfinitePast(), absl::InfiniteFuture(), parts);
  ASSERT_THAT(parts, SizeIs(1));
  EXPECT_EQ(parts[0].grain, Grain::kMonth);
  EXPECT_EQ(parts[0].from, EarliestTime());
  EXPECT_EQ(parts[0].before, LatestTime());
  parts.clear();
  AppendSpans(TimeOf("0001-01-01T00:00:00Z"), TimeOf("1800-01-01T00:00:00Z"), parts);
  EXPECT_THAT(parts, IsEmpty());
}

TEST(SpansTest, SpansThatGoOnFromEachOtherAreOneQuery) {
  std::vector<SumQuery::Part> parts;
  const absl::Time begin = TimeOf("2026-01-01T00:00:00Z");
  for (int day = 0; day < 10; ++day)
    AppendSpans(begin + day * absl::Hours(24), begin + (day + 1) * absl::Hours(24), parts);
  ASSERT_THAT(parts, SizeIs(1));
  EXPECT_EQ(Show(parts[0]), "days 2026-01-01T00:00 to 2026-01-11T00:00");
}

TEST(SpansTest, EveryTickIsCoveredOnceByTheFewestSpans) {
  std::mt19937_64 random(4);
  const absl::Time epoch = TimeOf("2025-11-25T00:00:00Z");
  for (int round = 0; round < 300; ++round) {
    const absl::Time from = epoch + kTick * static_cast<std::int64_t>(random() % 4000);
    const absl::Time before = from + kTick * static_cast<std::int64_t>(1 + random() % 12'000);
    std::vector<SumQuery::Part> parts;
    AppendSpans(from, before, parts);
    std::map<absl::Time, absl::Time> spans;  // From begin to end.
    for (const SumQuery::Part& part : parts) {
      for (absl::Time begin = part.from; begin < part.before; begin = EndOfSpan(part.grain, begin)) {
        ASSERT_EQ(BeginOfSpan(part.grain, begin), begin) << Show(part);
        ASSERT_TRUE(spans.emplace(begin, EndOfSpan(part.grain, begin)).second) << Show(part);
      }
    }
    absl::Time covered = from;
    for (const auto& [begin, end] : spans) {
      ASSERT_EQ(begin, covered);
      // The largest span that begins here and fits is the best: larger ones are made of whole smaller ones.
      absl::Time largest = begin + kTick;
      for (const Grain grain : {Grain::kDay, Grain::kMonth}) {
        if (BeginOfSpan(grain, begin) == begin && EndOfSpan(grain, begin) <= before) largest = EndOfSpan(grain, begin);
      }
      ASSERT_EQ(end, largest);
      covered = end;
    }
    ASSERT_EQ(covered, before);
  }
}

TEST(TimeZoneTest, TakesTheNamesOfIanaAndNothingElse) {
  EXPECT_EQ(FindTimeZone("")->name(), "UTC");
  for (const char* name : {"UTC", "Europe/Berlin", "Asia/Kathmandu", "America/St_Johns", "Etc/GMT+5",
                           "America/Argentina/ComodRivadavia"}) {
    EXPECT_TRUE(FindTimeZone(name).has_value()) << name;
  }
  for (const char* name : {"Europe/Atlantis", "localtime", "/etc/passwd", "../zoneinfo/UTC", "Fixed/UTC+05:45:00",
                           "right/UTC", "posix/UTC", "europe/berlin", "Europe/Berlin ", "Europe"}) {
    EXPECT_FALSE(FindTimeZone(name).has_value()) << name;
  }
  EXPECT_FALSE(FindTimeZone(std::string(1000, 'A')).has_value());
}

class BucketsTest : public ::testing::Test {
 protected:
  using Request = v1::QueryTrendRequest;

  std::vector<absl::Time> Bounds(Request::Bucket bucket, const std::string& zone, absl::string_view from,
                                 absl::string_view before, absl::Duration tick = kTick, std::size_t max = kMany) {
    check_.emplace();
    return BucketBounds({bucket, *FindTimeZone(zone), tick}, TimeOf(from), TimeOf(before), max, *check_);
  }
  // In the zone's clock.
  std::vector<std::string> Shown(Request::Bucket bucket, const std::string& zone, absl::string_view from,
                                 absl::string_view before) {
    std::vector<std::string> shown;
    for (const absl::Time bound : Bounds(bucket, zone, from, before)) {
      shown.push_back(absl::FormatTime("%Y-%m-%dT%H:%M%Ez", bound, *FindTimeZone(zone)));
    }
    EXPECT_OK(check_->status());
    return shown;
  }
  std::vector<std::int64_t> Hours(const std::vector<absl::Time>& bounds) {
    std::vector<std::int64_t> hours;
    for (std::size_t i = 0; i + 1 < bounds.size(); ++i) hours.push_back((bounds[i + 1] - bounds[i]) / absl::Hours(1));
    return hours;
  }
  std::vector<FieldViolation> Faults() { return ViolationsOf(check_->status()); }

  std::optional<RequestCheck> check_;
};

TEST_F(BucketsTest, DaysOfBerlinHave23Or25HoursWhereTheClockIsChanged) {
  EXPECT_THAT(
      Hours(Bounds(Request::BUCKET_DAY, "Europe/Berlin", "2026-03-28T00:00:00+01:00", "2026-03-31T00:00:00+02:00")),
      ElementsAre(24, 23, 24));
  EXPECT_THAT(
      Hours(Bounds(Request::BUCKET_DAY, "Europe/Berlin", "2026-10-24T00:00:00+02:00", "2026-10-27T00:00:00+01:00")),
      ElementsAre(24, 25, 24));
}

TEST_F(BucketsTest, AnHourThatComesTwiceIsTwoBucketsAndOneThatIsLeftOutIsNone) {
  EXPECT_THAT(Shown(Request::BUCKET_HOUR, "Europe/Berlin", "2026-10-25T01:00:00+02:00", "2026-10-25T04:00:00+01:00"),
              ElementsAre("2026-10-25T01:00+02:00", "2026-10-25T02:00+02:00", "2026-10-25T02:00+01:00",
                          "2026-10-25T03:00+01:00", "2026-10-25T04:00+01:00"));
  EXPECT_THAT(Shown(Request::BUCKET_HOUR, "Europe/Berlin", "2026-03-29T01:00:00+01:00", "2026-03-29T04:00:00+02:00"),
              ElementsAre("2026-03-29T01:00+01:00", "2026-03-29T03:00+02:00", "2026-03-29T04:00+02:00"));
}

TEST_F(BucketsTest, WhereTheClockMovesByHalfAnHourNoBucketIsShorterThanAnHour) {
  EXPECT_THAT(
      Shown(Request::BUCKET_HOUR, "Australia/Lord_Howe", "2026-04-05T00:00:00+11:00", "2026-04-05T03:00:00+10:30"),
      ElementsAre("2026-04-05T00:00+11:00", "2026-04-05T01:00+11:00", "2026-04-05T02:00+10:30",
                  "2026-04-05T03:00+10:30"));
}

TEST_F(BucketsTest, HoursAndDaysOfKathmanduBeginAtAQuarter) {
  EXPECT_THAT(Shown(Request::BUCKET_DAY, "Asia/Kathmandu", "2026-01-01T00:00:00+05:45", "2026-01-03T00:00:00+05:45"),
              ElementsAre("2026-01-01T00:00+05:45", "2026-01-02T00:00+05:45", "2026-01-03T00:00+05:45"));
  EXPECT_THAT(Shown(Request::BUCKET_HOUR, "Asia/Kathmandu", "2025-12-31T18:15:00Z", "2025-12-31T20:15:00Z"),
              ElementsAre("2026-01-01T00:00+05:45", "2026-01-01T01:00+05:45", "2026-01-01T02:00+05:45"));
}

TEST_F(BucketsTest, ADayThatApiaLeftOutIsNoBucket) {
  EXPECT_THAT(Shown(Request::BUCKET_DAY, "Pacific/Apia", "2011-12-29T00:00:00-10:00", "2012-01-01T00:00:00+14:00"),
              ElementsAre("2011-12-29T00:00-10:00", "2011-12-31T00:00+14:00", "2012-01-01T00:00+14:00"));
  EXPECT_THAT(Shown(Request::BUCKET_HOUR, "Pacific/Apia", "2011-12-29T23:00:00-10:00", "2011-12-31T01:00:00+14:00"),
              ElementsAre("2011-12-29T23:00-10:00", "2011-12-31T00:00+14:00", "2011-12-31T01:00+14:00"));
}

TEST_F(BucketsTest, ADayOfStJohnsBeginsWithTheFirstOfTwoMidnights) {
  // In 2010 the clock went back at 00:01.
  EXPECT_THAT(
      Hours(Bounds(Request::BUCKET_DAY, "America/St_Johns", "2010-11-06T00:00:00-02:30", "2010-11-09T00:00:00-03:30")),
      ElementsAre(24, 25, 24));
  // The second midnight begins no day.
  EXPECT_THAT(Bounds(Request::BUCKET_DAY, "America/St_Johns", "2010-11-07T00:00:00-03:30", "2010-11-09T00:00:00-03:30"),
              IsEmpty());
  ASSERT_THAT(Faults(), SizeIs(1));
  EXPECT_EQ(Faults()[0].field, "selection.from");
  EXPECT_THAT(Faults()[0].description, HasSubstr("2010-11-07T00:00:00-02:30 and 2010-11-08T00:00:00-03:30"));
}

TEST_F(BucketsTest, ADayBeginsLaterWhereMidnightIsLeftOut) {
  EXPECT_THAT(Shown(Request::BUCKET_DAY, "America/Sao_Paulo", "2018-11-03T00:00:00-03:00", "2018-11-05T00:00:00-02:00"),
              ElementsAre("2018-11-03T00:00-03:00", "2018-11-04T01:00-02:00", "2018-11-05T00:00-02:00"));
}

TEST_F(BucketsTest, WeeksBeginOnMondayQuartersInJanuaryAprilJulyAndOctober) {
  EXPECT_THAT(Shown(Request::BUCKET_WEEK, "Europe/Berlin", "2026-03-23T00:00:00+01:00", "2026-04-06T00:00:00+02:00"),
              ElementsAre("2026-03-23T00:00+01:00", "2026-03-30T00:00+02:00", "2026-04-06T00:00+02:00"));
  EXPECT_THAT(Shown(Request::BUCKET_QUARTER, "", "2025-10-01T00:00:00Z", "2026-07-01T00:00:00Z"),
              ElementsAre("2025-10-01T00:00+00:00", "2026-01-01T00:00+00:00", "2026-04-01T00:00+00:00",
                          "2026-07-01T00:00+00:00"));
  EXPECT_THAT(Shown(Request::BUCKET_YEAR, "America/New_York", "2024-01-01T00:00:00-05:00", "2026-01-01T00:00:00-05:00"),
              ElementsAre("2024-01-01T00:00-05:00", "2025-01-01T00:00-05:00", "2026-01-01T00:00-05:00"));
  EXPECT_THAT(Shown(Request::BUCKET_MONTH, "", "2024-02-01T00:00:00Z", "2024-04-01T00:00:00Z"),
              ElementsAre("2024-02-01T00:00+00:00", "2024-03-01T00:00+00:00", "2024-04-01T00:00+00:00"));
  EXPECT_THAT(Shown(Request::BUCKET_TICK, "", "2024-02-01T00:15:00Z", "2024-02-01T00:45:00Z"),
              ElementsAre("2024-02-01T00:15+00:00", "2024-02-01T00:30+00:00", "2024-02-01T00:45+00:00"));
}

TEST_F(BucketsTest, BothEndsHaveToBeginABucketAndTheNearestAreNamed) {
  EXPECT_THAT(Bounds(Request::BUCKET_WEEK, "Europe/Berlin", "2026-03-24T00:00:00+01:00", "2026-04-06T00:15:00+02:00"),
              IsEmpty());
  ASSERT_THAT(Faults(), SizeIs(2));
  EXPECT_EQ(Faults()[0].field, "selection.from");
  EXPECT_EQ(Faults()[0].description,
            "2026-03-24T00:00:00+01:00 begins no week in Europe/Berlin: the nearest are 2026-03-23T00:00:00+01:00 and "
            "2026-03-30T00:00:00+02:00");
  EXPECT_EQ(Faults()[1].field, "selection.before");
}

TEST_F(BucketsTest, AZoneWhoseBucketsBeginNoTickIsRefused) {
  // Ticks of half an hour do not meet Kathmandu's quarters.
  for (const auto bucket : {Request::BUCKET_DAY, Request::BUCKET_HOUR}) {
    EXPECT_THAT(Bounds(bucket, "Asia/Kathmandu", "2025-12-31T18:30:00Z", "2026-01-02T18:30:00Z", absl::Minutes(30)),
                IsEmpty());
    ASSERT_THAT(Faults(), ::testing::Not(IsEmpty()));
    EXPECT_EQ(Faults()[0].field, "time_zone");
    EXPECT_THAT(Faults()[0].description, HasSubstr("no tick of 30m"));
  }
  // Before there were zones, Berlin's clocks were off by 53 minutes and 28 seconds.
  EXPECT_THAT(Bounds(Request::BUCKET_YEAR, "Europe/Berlin", "1880-01-01T00:00:00Z", "1881-01-01T00:00:00Z"), IsEmpty());
  EXPECT_EQ(Faults()[0].field, "time_zone");
}

TEST_F(BucketsTest, StopsSoonAfterTheMostThatMayBe) {
  EXPECT_THAT(Bounds(Request::BUCKET_TICK, "", "0001-01-01T00:00:00Z", "9999-01-01T00:00:00Z", kTick, 100),
              SizeIs(102));
  EXPECT_OK(check_->status());
}

}  // namespace
}  // namespace ladder::records::analytics
