#include "records-service/release/series.h"

#include <algorithm>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "libs/chassis/errors.h"

namespace ladder::records::release {

absl::StatusOr<std::int64_t> ContinuedVersion(std::int64_t number, const quiz::v1::QuizDefinition& definition) {
  std::int64_t highest = 0;
  for (const std::string& text : definition.comparable_with()) {
    std::int64_t comparable = 0;
    if (!absl::SimpleAtoi(text, &comparable) || comparable < 1 || comparable >= number) {
      return Internal(absl::StrCat(definition.id(), " version ", number, " is comparable with '", text,
                                   "', which is no version before it"));
    }
    highest = std::max(highest, comparable);
  }
  return highest;
}

absl::StatusOr<std::map<std::int64_t, std::int64_t>> SeriesOf(absl::Span<const PublishedVersion> versions) {
  std::map<std::int64_t, std::int64_t> series;
  for (const PublishedVersion& version : versions) {
    const absl::StatusOr<std::int64_t> continued = ContinuedVersion(version.number, *version.definition);
    if (!continued.ok()) return continued.status();
    const auto running = series.find(*continued);
    if (*continued != 0 && running == series.end()) {
      return Internal(absl::StrCat(version.definition->id(), " lacks version ", *continued));
    }
    series[version.number] = *continued == 0 ? version.number : running->second;
  }
  return series;
}

std::string SeriesText(absl::string_view quiz, std::int64_t first) { return absl::StrCat(quiz, "/", first); }

absl::StatusOr<std::pair<std::string, std::int64_t>> ParseSeriesText(absl::string_view text) {
  const std::pair<std::string, std::string> parts = absl::StrSplit(text, absl::MaxSplits('/', 1));
  std::int64_t first = 0;
  if (parts.first.empty() || !absl::SimpleAtoi(parts.second, &first) || first < 1) {
    return Internal(absl::StrCat("'", text, "' names no series"));
  }
  return std::pair(parts.first, first);
}

}  // namespace ladder::records::release
