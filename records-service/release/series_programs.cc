#include "records-service/release/series_programs.h"

#include <algorithm>
#include <limits>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "libs/chassis/errors.h"
#include "records-service/release/series.h"

namespace ladder::records::release {
namespace {

constexpr std::size_t kVersionsAtATime = 100;

}  // namespace

absl::StatusOr<std::int64_t> SeriesPrograms::FirstOf(const std::string& quiz, std::int64_t version) {
  {
    MutexLock lock(&mutex_);
    const auto known = firsts_.find({quiz, version});
    if (known != firsts_.end()) return known->second;
  }
  std::int64_t first = version;
  // Each turn goes to a lower version.
  while (true) {
    const auto program = programs_.Get(quiz, first);
    if (!program.ok()) return program.status();
    const absl::StatusOr<std::int64_t> continued = ContinuedVersion(first, (*program)->definition);
    if (!continued.ok()) return continued.status();
    if (*continued == 0) break;
    first = *continued;
  }
  MutexLock lock(&mutex_);
  firsts_[{quiz, version}] = first;
  return first;
}

absl::StatusOr<std::vector<std::shared_ptr<const quiz::Program>>> SeriesPrograms::VersionsOf(const std::string& quiz,
                                                                                             std::int64_t first) {
  std::vector<std::shared_ptr<const quiz::Program>> versions;
  std::int64_t before = std::numeric_limits<std::int64_t>::max();
  while (true) {
    const absl::StatusOr<std::vector<VersionRow>> page = quizzes_.ListVersions(quiz, before, kVersionsAtATime);
    if (!page.ok()) return page.status();
    for (const VersionRow& row : *page) {
      const absl::StatusOr<std::int64_t> first_of_row = FirstOf(quiz, row.number);
      if (!first_of_row.ok()) return first_of_row.status();
      if (*first_of_row != first) continue;
      auto program = programs_.Get(quiz, row.number);
      if (!program.ok()) return program.status();
      versions.push_back(*std::move(program));
    }
    if (page->size() < kVersionsAtATime) break;
    before = page->back().number;
  }
  if (versions.empty()) return NotFound("series", SeriesText(quiz, first));
  std::reverse(versions.begin(), versions.end());
  return versions;
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
