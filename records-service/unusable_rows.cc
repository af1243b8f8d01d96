#include "records-service/unusable_rows.h"

#include "absl/strings/str_cat.h"
#include "libs/chassis/errors.h"
#include "libs/chassis/log.h"

namespace ladder::records {
namespace {

// Rows of which it is remembered that they were logged. More, and all are forgotten.
constexpr std::size_t kMaxLogged = 4096;

constexpr std::array<absl::string_view, 6> kReaderNames = {"assessment", "progress", "comparison",
                                                           "export",     "replay",   "release"};

std::size_t PlaceOf(RowReader reader) { return static_cast<std::size_t>(reader); }

}  // namespace

void UnusableRows::Note(RowReader reader, absl::string_view clinic, absl::string_view id) {
  met_[PlaceOf(reader)].Add();
  {
    MutexLock lock(&mutex_);
    if (logged_.size() >= kMaxLogged) logged_.clear();
    if (!logged_.emplace(clinic, id).second) return;
  }
  Log(LogLevel::kWarning, "row_unusable",
      {{"clinic", clinic}, {"assessment", id}, {"reader", kReaderNames[PlaceOf(reader)]}});
}

void UnusableRows::AddTo(Metrics& metrics) const {
  for (std::size_t i = 0; i < kReaders; ++i) {
    metrics.Add("ladder_records_rows_unusable_total",
                "Stored assessments that could not be used and were left out, each time that one was met.", met_[i],
                {{"reader", std::string(kReaderNames[i])}});
  }
}

absl::Status UnusableError(absl::string_view name) {
  return FailedPrecondition(
      kAssessmentUnusable,
      absl::StrCat("what is stored of ", name, " cannot be read; `ladderctl store repair` sets it aside"),
      {{"assessment", std::string(name)}});
}

bool IsUnusable(const absl::Status& status) { return ReasonOf(status) == kAssessmentUnusable; }

}  // namespace ladder::records
