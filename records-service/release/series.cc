#include "records-service/release/series.h"

#include <algorithm>
#include <string>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
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

}  // namespace ladder::records::release
