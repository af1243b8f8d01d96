#include "records-service/release/series_programs.h"

#include <algorithm>
#include <limits>

#include "absl/strings/str_cat.h"
#include "libs/chassis/errors.h"
#include "libs/quiz/resource_names.h"

namespace ladder::records::release {
namespace {

constexpr std::size_t kVersionsAtATime = 100;

}  // namespace

absl::StatusOr<std::int64_t> SeriesPrograms::FirstOf(const std::string& quiz, std::int64_t version) {
  std::vector<std::int64_t> passed;
  std::int64_t first = version;
  // Each turn goes to a lower version.
  while (true) {
    if (const std::optional<std::int64_t> known = KnownFirstOf(quiz, first)) {
      first = *known;
      break;
    }
    passed.push_back(first);
    const absl::StatusOr<std::int64_t> continued = ContinuedBy(quiz, first);
    if (!continued.ok()) return continued.status();
    if (*continued == 0) break;
    first = *continued;
  }
  MutexLock lock(&mutex_);
  for (const std::int64_t number : passed) firsts_[{quiz, number}] = first;
  return first;
}

absl::StatusOr<std::int64_t> SeriesPrograms::ContinuedBy(const std::string& quiz, std::int64_t version) {
  if (const std::optional<CompiledVersion> compiled = programs_.Find(quiz, version)) {
    return ContinuedVersion(version, compiled->program->definition);
  }
  // Not compiled: a series may have hundreds of versions, and nothing but this is asked of them.
  const auto row = quizzes_.FindVersion(quiz, version, QuizStore::Content::kWhole);
  if (!row.ok()) return row.status();
  const std::string name = quiz::QuizName{quiz, version}.ToString();
  if (!row->has_value()) return NotFound("quiz version", name);
  quiz::v1::QuizDefinition definition;
  if (!definition.ParseFromString((*row)->definition)) return Internal(absl::StrCat(name, " is damaged"));
  return ContinuedVersion(version, definition);
}

std::optional<std::int64_t> SeriesPrograms::KnownFirstOf(const std::string& quiz, std::int64_t version) {
  MutexLock lock(&mutex_);
  const auto known = firsts_.find({quiz, version});
  if (known == firsts_.end()) return std::nullopt;
  return known->second;
}

absl::StatusOr<std::vector<std::shared_ptr<const quiz::Program>>> SeriesPrograms::VersionsOf(const std::string& quiz,
                                                                                             std::int64_t first) {
  std::vector<std::shared_ptr<const quiz::Program>> versions;
  absl::Status refusal;
  std::int64_t before = std::numeric_limits<std::int64_t>::max();
  while (true) {
    const absl::StatusOr<std::vector<VersionRow>> page = quizzes_.ListVersions(quiz, before, kVersionsAtATime);
    if (!page.ok()) return page.status();
    for (const VersionRow& row : *page) {
      const absl::StatusOr<std::int64_t> first_of_row = FirstOf(quiz, row.number);
      if (!first_of_row.ok()) return first_of_row.status();
      if (*first_of_row != first) continue;
      auto program = programs_.Get(quiz, row.number);
      if (ReasonOf(program.status()) == kQuizBeyondLimits) {
        refusal = program.status();
        continue;
      }
      if (!program.ok()) return program.status();
      versions.push_back(*std::move(program));
    }
    if (page->size() < kVersionsAtATime) break;
    before = page->back().number;
  }
  if (versions.empty() && !refusal.ok()) return refusal;
  if (versions.empty()) return NotFound("series", SeriesText(quiz, first));
  std::reverse(versions.begin(), versions.end());
  return versions;
}

}  // namespace ladder::records::release
