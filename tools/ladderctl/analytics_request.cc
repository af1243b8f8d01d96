// What the options ask for, as requests (analytics.h).

#include <cstddef>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "libs/chassis/timestamp.h"
#include "tools/ladderctl/analytics.h"

namespace ladder::ctl {
namespace {

using records::v1::QueryTrendRequest;
using records::v1::ReleaseSelection;

constexpr int kMonthsInQuarter = 3;
constexpr int kMonthsInYear = 12;
constexpr absl::Duration kTick = absl::Minutes(15);

absl::StatusOr<absl::Time> ReadTime(const std::string& text, const char* option, absl::TimeZone zone) {
  absl::Time time;
  std::string error;
  for (const char* format : {"%Y-%m-%d", "%Y-%m-%dT%H:%M"}) {
    if (absl::ParseTime(format, text, zone, &time, &error)) return time;
  }
  return absl::InvalidArgumentError(
      absl::StrCat(option, ": '", text, "' is neither a day like 2026-05-01 nor a time ", "like 2026-05-01T13:15"));
}

// The begin of the bucket that holds `time`.
absl::Time BucketBegin(absl::Time time, TrendBucketSize bucket, absl::TimeZone zone) {
  const absl::CivilSecond civil = absl::ToCivilSecond(time, zone);
  const auto at = [&](auto begin) { return absl::FromCivil(absl::CivilSecond(begin), zone); };
  switch (bucket) {
    case QueryTrendRequest::BUCKET_TICK:
      return absl::UnixEpoch() + absl::Floor(time - absl::UnixEpoch(), kTick);
    case QueryTrendRequest::BUCKET_HOUR:
      return at(absl::CivilHour(civil));
    case QueryTrendRequest::BUCKET_WEEK:
      return at(absl::PrevWeekday(absl::CivilDay(civil) + 1, absl::Weekday::monday));
    case QueryTrendRequest::BUCKET_MONTH:
      return at(absl::CivilMonth(civil));
    case QueryTrendRequest::BUCKET_QUARTER:
      return at(absl::CivilMonth(civil) - (civil.month() - 1) % kMonthsInQuarter);
    case QueryTrendRequest::BUCKET_YEAR:
      return at(absl::CivilYear(civil));
    default:
      return at(absl::CivilDay(civil));
  }
}

// `count` buckets after `begin`, which begins one.
absl::Time LaterBucket(absl::Time begin, int count, TrendBucketSize bucket, absl::TimeZone zone) {
  constexpr int kDaysInWeek = 7;
  const absl::CivilSecond civil = absl::ToCivilSecond(begin, zone);
  const auto at = [&](auto later) { return absl::FromCivil(absl::CivilSecond(later), zone); };
  switch (bucket) {
    case QueryTrendRequest::BUCKET_TICK:
      return begin + count * kTick;
    case QueryTrendRequest::BUCKET_HOUR:
      return begin + absl::Hours(count);
    case QueryTrendRequest::BUCKET_WEEK:
      return at(absl::CivilDay(civil) + count * kDaysInWeek);
    case QueryTrendRequest::BUCKET_MONTH:
      return at(absl::CivilMonth(civil) + count);
    case QueryTrendRequest::BUCKET_QUARTER:
      return at(absl::CivilMonth(civil) + count * kMonthsInQuarter);
    case QueryTrendRequest::BUCKET_YEAR:
      return at(absl::CivilMonth(civil) + count * kMonthsInYear);
    default:
      return at(absl::CivilDay(civil) + count);
  }
}

}  // namespace

absl::StatusOr<absl::TimeZone> ZoneOf(const AnalyticsCommand& command) {
  absl::TimeZone zone = absl::UTCTimeZone();
  if (!command.time_zone.empty() && !absl::LoadTimeZone(command.time_zone, &zone)) {
    return absl::InvalidArgumentError(
        absl::StrCat("--time-zone: there is no zone '", command.time_zone, "'; one is Europe/Berlin"));
  }
  return zone;
}

absl::StatusOr<ReleaseSelection> SelectionOf(const AnalyticsCommand& command, const std::string& series,
                                             absl::TimeZone zone) {
  ReleaseSelection selection;
  selection.set_parent(absl::StrCat("clinics/", command.clinic));
  selection.set_series(series);
  if (command.campaign.has_value()) selection.set_campaign(*command.campaign);
  if (!command.from.empty()) {
    const absl::StatusOr<absl::Time> from = ReadTime(command.from, "--from", zone);
    if (!from.ok()) return from.status();
    *selection.mutable_from() = ToTimestamp(*from);
  }
  if (!command.before.empty()) {
    const absl::StatusOr<absl::Time> before = ReadTime(command.before, "--before", zone);
    if (!before.ok()) return before.status();
    *selection.mutable_before() = ToTimestamp(*before);
  }
  return selection;
}

absl::StatusOr<QueryTrendRequest> TrendRequestOf(const AnalyticsCommand& command, const std::string& series,
                                                 absl::TimeZone zone, absl::Time now) {
  absl::StatusOr<ReleaseSelection> selection = SelectionOf(command, series, zone);
  if (!selection.ok()) return selection.status();
  if (!selection->has_before()) {
    const absl::Time current = BucketBegin(now, command.bucket, zone);
    *selection->mutable_before() = ToTimestamp(LaterBucket(current, 1, command.bucket, zone));
  }
  if (!selection->has_from()) {
    const absl::StatusOr<absl::Time> before = FromTimestamp(selection->before(), "--before");
    if (!before.ok()) return before.status();
    *selection->mutable_from() = ToTimestamp(LaterBucket(*before, -kDefaultBuckets, command.bucket, zone));
  }
  QueryTrendRequest request;
  *request.mutable_selection() = *std::move(selection);
  request.set_bucket(command.bucket);
  request.set_time_zone(command.time_zone);
  for (const std::string& by : command.by) request.add_by(by);
  return request;
}

}  // namespace ladder::ctl
