// File: unusable_rows.h
//
// Stored assessments that this program cannot use: whoever meets one leaves it out and says so here. A release of
// before recorded results without a look at them; `ladderctl store verify` finds such rows, `store repair` sets them
// aside.
//
//   UnusableRows unusable;
//   unusable.Note(RowReader::kProgress, row.clinic, row.id);
//
// Thread-safe.

#ifndef LADDER_RECORDS_SERVICE_UNUSABLE_ROWS_H_
#define LADDER_RECORDS_SERVICE_UNUSABLE_ROWS_H_

#include <array>
#include <cstddef>
#include <set>
#include <string>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "libs/chassis/measure.h"
#include "libs/chassis/metrics.h"
#include "libs/chassis/mutex.h"

namespace ladder::records {

// The reason of FAILED_PRECONDITION where a stored assessment cannot be used.
inline constexpr char kAssessmentUnusable[] = "ASSESSMENT_UNUSABLE";

// Who met the row.
enum class RowReader {
  kAssessment,  // A read of assessments themselves.
  kProgress,
  kComparison,
  kExport,
  kReplay,  // Of a request_id.
  kRelease,
};

class UnusableRows {
 public:
  // Counts each time, and logs each row once, as far as it is remembered: never what it holds.
  void Note(RowReader reader, absl::string_view clinic, absl::string_view id);

  // Shows what it counts.
  void AddTo(Metrics& metrics) const;

 private:
  static constexpr std::size_t kReaders = 6;

  std::array<Counter, kReaders> met_;
  Mutex mutex_;
  std::set<std::pair<std::string, std::string>> logged_ ABSL_GUARDED_BY(mutex_);  // Clinic and id.
};

// FAILED_PRECONDITION, kAssessmentUnusable. `name` is that of the assessment.
absl::Status UnusableError(absl::string_view name);
bool IsUnusable(const absl::Status& status);

}  // namespace ladder::records

#endif  // LADDER_RECORDS_SERVICE_UNUSABLE_ROWS_H_
