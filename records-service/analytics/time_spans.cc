#include "records-service/analytics/time_spans.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <system_error>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"
#include "records-service/store/rows.h"

namespace ladder::records::analytics {
namespace {

// The longest name that IANA has given has 32.
constexpr std::size_t kMaxZoneNameLength = 40;
// In no zone is the next full hour of the clock further away.
constexpr absl::Duration kMaxHour = absl::Hours(4);
constexpr int kMonthsOfQuarter = 3;

// The first day or month of UTC that begins at `time` or after it.
template <typename Civil>
absl::Time Ceiling(absl::Time time) {
  const Civil civil(absl::ToCivilSecond(time, absl::UTCTimeZone()));
  const absl::Time begin = absl::FromCivil(civil, absl::UTCTimeZone());
  return begin == time ? time : absl::FromCivil(civil + 1, absl::UTCTimeZone());
}

template <typename Civil>
absl::Time Floor(absl::Time time) {
  return absl::FromCivil(Civil(absl::ToCivilSecond(time, absl::UTCTimeZone())), absl::UTCTimeZone());
}

// Where the library finds its zones.
bool IsZoneFile(const std::string& name) {
  const char* const configured = std::getenv("TZDIR");
  const std::filesystem::path directory = configured != nullptr ? configured : "/usr/share/zoneinfo";
  std::error_code none;
  return std::filesystem::is_regular_file(directory / name, none);
}

void Append(Grain grain, absl::Time from, absl::Time before, std::vector<SumQuery::Part>& parts) {
  if (from >= before) return;
  const auto last =
      std::find_if(parts.rbegin(), parts.rend(), [grain](const SumQuery::Part& part) { return part.grain == grain; });
  if (last != parts.rend() && last->before == from) {
    last->before = before;
  } else {
    parts.push_back({grain, from, before});
  }
}

void AppendDaysAndTicks(absl::Time from, absl::Time before, std::vector<SumQuery::Part>& parts) {
  const absl::Time first = Ceiling<absl::CivilDay>(from);
  const absl::Time last = Floor<absl::CivilDay>(before);
  if (first >= last) return Append(Grain::kTick, from, before, parts);
  Append(Grain::kTick, from, first, parts);
  Append(Grain::kDay, first, last, parts);
  Append(Grain::kTick, last, before, parts);
}

std::string Show(absl::Time time, const absl::TimeZone& zone) {
  return absl::FormatTime(absl::RFC3339_sec, time, zone);
}

std::string NameOf(v1::QueryTrendRequest::Bucket bucket) {
  constexpr absl::string_view kPrefix = "BUCKET_";
  return absl::AsciiStrToLower(v1::QueryTrendRequest::Bucket_Name(bucket).substr(kPrefix.size()));
}

// The day with which the day's, week's, ... bucket begins.
absl::CivilDay FirstDay(v1::QueryTrendRequest::Bucket bucket, absl::CivilDay day) {
  switch (bucket) {
    case v1::QueryTrendRequest::BUCKET_WEEK:
      return absl::PrevWeekday(day + 1, absl::Weekday::monday);
    case v1::QueryTrendRequest::BUCKET_MONTH:
      return absl::CivilDay(absl::CivilMonth(day));
    case v1::QueryTrendRequest::BUCKET_QUARTER:
      return absl::CivilDay(absl::CivilMonth(day) - (day.month() - 1) % kMonthsOfQuarter);
    case v1::QueryTrendRequest::BUCKET_YEAR:
      return absl::CivilDay(absl::CivilYear(day));
    default:
      return day;
  }
}

// The day with which the next bucket begins. REQUIRES: `first` begins one.
absl::CivilDay NextFirstDay(v1::QueryTrendRequest::Bucket bucket, absl::CivilDay first) {
  constexpr int kDaysOfWeek = 7;
  switch (bucket) {
    case v1::QueryTrendRequest::BUCKET_WEEK:
      return first + kDaysOfWeek;
    case v1::QueryTrendRequest::BUCKET_MONTH:
      return absl::CivilDay(absl::CivilMonth(first) + 1);
    case v1::QueryTrendRequest::BUCKET_QUARTER:
      return absl::CivilDay(absl::CivilMonth(first) + kMonthsOfQuarter);
    case v1::QueryTrendRequest::BUCKET_YEAR:
      return absl::CivilDay(absl::CivilYear(first) + 1);
    default:
      return first + 1;
  }
}

// Where the clock shows a full hour.
bool ShowsFullHour(absl::Time time, const absl::TimeZone& zone) {
  const absl::CivilSecond shown = absl::ToCivilSecond(time, zone);
  return shown.minute() == 0 && shown.second() == 0;
}

// Steps from tick to tick, so that it finds every way in which a zone may shift its clock. Where no tick near begins an
// hour, it returns a time at which the clock shows one, which then begins no tick.
absl::Time FullHour(const Division& division, absl::Time from, absl::Duration step) {
  for (absl::Time time = from; absl::AbsDuration(time - from) <= kMaxHour; time += step) {
    if (ShowsFullHour(time, division.zone)) return time;
  }
  return absl::FromCivil(absl::CivilHour(absl::ToCivilSecond(from, division.zone)), division.zone);
}

// The begin of the last bucket that begins at `time` or before. FromCivil takes a midnight that comes twice for the
// first one, and one that is left out for the moment of the leap.
absl::Time BeginOfBucket(const Division& division, absl::Time time) {
  if (division.bucket == v1::QueryTrendRequest::BUCKET_TICK) return time;
  if (division.bucket == v1::QueryTrendRequest::BUCKET_HOUR) return FullHour(division, time, -division.tick);
  absl::CivilDay first = FirstDay(division.bucket, absl::ToCivilDay(time, division.zone));
  while (true) {
    const absl::CivilDay next = NextFirstDay(division.bucket, first);
    if (absl::FromCivil(next, division.zone) > time) return absl::FromCivil(first, division.zone);
    first = next;
  }
}

// REQUIRES: `begin` begins a bucket.
absl::Time NextBucket(const Division& division, absl::Time begin) {
  if (division.bucket == v1::QueryTrendRequest::BUCKET_TICK) return begin + division.tick;
  if (division.bucket == v1::QueryTrendRequest::BUCKET_HOUR) {
    return FullHour(division, begin + division.tick, division.tick);
  }
  absl::CivilDay first = FirstDay(division.bucket, absl::ToCivilDay(begin, division.zone));
  while (true) {
    first = NextFirstDay(division.bucket, first);
    const absl::Time next = absl::FromCivil(first, division.zone);
    if (next > begin) return next;
  }
}

bool CheckTick(const Division& division, absl::Time bound, RequestCheck& check) {
  if (BeginsTick(bound, division.tick)) return true;
  check.Fault("time_zone", absl::StrCat("in ", division.zone.name(), " a ", NameOf(division.bucket), " begins at ",
                                        Show(bound, absl::UTCTimeZone()), ", which begins no tick of ",
                                        absl::FormatDuration(division.tick), ": take another zone, or BUCKET_TICK"));
  return false;
}

bool CheckBound(const Division& division, absl::string_view field, absl::Time time, RequestCheck& check) {
  const absl::Time begin = BeginOfBucket(division, time);
  if (!CheckTick(division, begin, check)) return false;
  if (begin == time) return true;
  check.Fault(field, absl::StrCat(Show(time, division.zone), " begins no ", NameOf(division.bucket), " in ",
                                  division.zone.name(), ": the nearest are ", Show(begin, division.zone), " and ",
                                  Show(NextBucket(division, begin), division.zone)));
  return false;
}

}  // namespace

void AppendSpans(absl::Time from, absl::Time before, std::vector<SumQuery::Part>& parts) {
  from = std::max(from, EarliestTime());
  before = std::min(before, LatestTime());
  if (from >= before) return;
  const absl::Time first = Ceiling<absl::CivilMonth>(from);
  const absl::Time last = Floor<absl::CivilMonth>(before);
  if (first >= last) return AppendDaysAndTicks(from, before, parts);
  AppendDaysAndTicks(from, first, parts);
  Append(Grain::kMonth, first, last, parts);
  AppendDaysAndTicks(last, before, parts);
}

bool BeginsTick(absl::Time time, absl::Duration tick) {
  return absl::Floor(time - absl::UnixEpoch(), tick) == time - absl::UnixEpoch();
}

std::optional<absl::TimeZone> FindTimeZone(const std::string& name) {
  if (name.empty()) return absl::UTCTimeZone();
  // The library would also take paths of files and notations of its own.
  const auto allowed = [](char c) { return absl::ascii_isalnum(c) || c == '/' || c == '_' || c == '-' || c == '+'; };
  if (name.size() > kMaxZoneNameLength || !absl::ascii_isupper(name.front())) return std::nullopt;
  if (!std::all_of(name.begin(), name.end(), allowed)) return std::nullopt;
  // The library remembers every name that it was ever asked for, so it is asked only for those that there are.
  if (!IsZoneFile(name)) return std::nullopt;
  absl::TimeZone zone;
  if (!absl::LoadTimeZone(name, &zone)) return std::nullopt;
  return zone;
}

std::vector<absl::Time> BucketBounds(const Division& division, absl::Time from, absl::Time before,
                                     std::size_t max_buckets, RequestCheck& check) {
  // Both are told where both are wrong.
  const bool from_fits = CheckBound(division, "selection.from", from, check);
  if (!CheckBound(division, "selection.before", before, check) || !from_fits) return {};
  std::vector<absl::Time> bounds = {from};
  while (bounds.back() < before && bounds.size() <= max_buckets + 1) {
    bounds.push_back(NextBucket(division, bounds.back()));
    if (!CheckTick(division, bounds.back(), check)) return {};
  }
  return bounds;
}

}  // namespace ladder::records::analytics
