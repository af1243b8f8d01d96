// File: time_spans.h
//
// From a range of time to the spans for which the store keeps sums, and to the buckets of a trend.
//
//   SumQuery query;
//   AppendSpans(from, before, query.parts);  // Whole months, whole days beside them, ticks at the edges.
//
// Everything here is pure.

#ifndef LADDER_RECORDS_SERVICE_ANALYTICS_TIME_SPANS_H_
#define LADDER_RECORDS_SERVICE_ANALYTICS_TIME_SPANS_H_

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "ladder/records/v1/analytics_service.pb.h"
#include "records-service/request_check.h"
#include "records-service/store/release_rows.h"

namespace ladder::records::analytics {

// Appends the fewest spans of UTC that cover [from, before) exactly. A span joins the last one of its grain where it
// goes on from it, so days after days are one query. What no store can hold is left out. REQUIRES: both begin a tick;
// ranges are appended in order.
void AppendSpans(absl::Time from, absl::Time before, std::vector<SumQuery::Part>& parts);

// Whether a tick begins at `time`.
bool BeginsTick(absl::Time time, absl::Duration tick);

// The IANA zone of this name; UTC for an empty one; nothing where there is none.
std::optional<absl::TimeZone> FindTimeZone(const std::string& name);

// How the time of a trend is divided.
struct Division {
  v1::QueryTrendRequest::Bucket bucket = v1::QueryTrendRequest::BUCKET_UNSPECIFIED;
  absl::TimeZone zone;
  absl::Duration tick;
};

// The bounds of the buckets of [from, before), ascending: bucket i is [bounds[i], bounds[i + 1]). In summer and winter
// time days have 23 or 25 hours; an hour that the clock shows twice is two buckets; a day that a zone leaves out is
// none. Faults of `check` name selection.from and selection.before where they begin no bucket, with the nearest times
// that do, and time_zone where its buckets begin no tick. Stops after `max_buckets` + 1. REQUIRES: from < before, both
// begin a tick; `bucket` is one that can be asked for.
std::vector<absl::Time> BucketBounds(const Division& division, absl::Time from, absl::Time before,
                                     std::size_t max_buckets, RequestCheck& check);

}  // namespace ladder::records::analytics

#endif  // LADDER_RECORDS_SERVICE_ANALYTICS_TIME_SPANS_H_
