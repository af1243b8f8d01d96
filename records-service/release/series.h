// File: series.h
//
// Series: the versions of a quiz whose figures are counted together, as their definitions declare. A series is named by
// its first version. A version that is comparable with none begins one; else it continues the series of the highest
// version that it is comparable with, which is the one that is running.

#ifndef LADDER_RECORDS_SERVICE_RELEASE_SERIES_H_
#define LADDER_RECORDS_SERVICE_RELEASE_SERIES_H_

#include <cstdint>
#include <map>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "ladder/quiz/v1/definition.pb.h"

namespace ladder::records::release {

// The version whose series version `number` continues; 0 where it begins one. INTERNAL where `comparable_with` names
// anything but versions before it, which publishing refuses.
absl::StatusOr<std::int64_t> ContinuedVersion(std::int64_t number, const quiz::v1::QuizDefinition& definition);

struct PublishedVersion {
  std::int64_t number = 0;
  const quiz::v1::QuizDefinition* definition = nullptr;  // Not null; not owned.
};

// From each version to the first version of its series. `versions` are all of a quiz, oldest first. INTERNAL where one
// is missing.
absl::StatusOr<std::map<std::int64_t, std::int64_t>> SeriesOf(absl::Span<const PublishedVersion> versions);

// How a store names a series: "{quiz}/{first version}".
std::string SeriesText(absl::string_view quiz, std::int64_t first);
// The quiz and the first version. INTERNAL where it is no such text.
absl::StatusOr<std::pair<std::string, std::int64_t>> ParseSeriesText(absl::string_view text);

}  // namespace ladder::records::release

#endif  // LADDER_RECORDS_SERVICE_RELEASE_SERIES_H_
