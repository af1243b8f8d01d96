#include "records-service/retention/retention_options.h"

#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "libs/quiz/resource_names.h"

namespace ladder::records::retention {

absl::StatusOr<std::map<std::string, absl::Duration, std::less<>>> ParseRetentions(absl::string_view text) {
  std::map<std::string, absl::Duration, std::less<>> retentions;
  if (text.empty()) return retentions;
  for (const absl::string_view part : absl::StrSplit(text, ',')) {
    const std::vector<absl::string_view> sides = absl::StrSplit(part, '=');
    std::int64_t days = 0;
    if (sides.size() != 2 || !quiz::IsPlatformId(sides[0]) || !absl::SimpleAtoi(sides[1], &days)) {
      return absl::InvalidArgumentError(absl::StrCat("'", part, "' is not {clinic}={days}"));
    }
    if (days < 0 || days > kMostDays) {
      return absl::InvalidArgumentError(absl::StrCat("'", part, "': days are from 0 to ", kMostDays));
    }
    if (!retentions.emplace(sides[0], Days(days)).second) {
      return absl::InvalidArgumentError(absl::StrCat("'", sides[0], "' is there twice"));
    }
  }
  return retentions;
}

}  // namespace ladder::records::retention
