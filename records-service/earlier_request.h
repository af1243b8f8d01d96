// File: earlier_request.h
//
// What a request_id recorded before, and what that says to those who send it again.
//
//   EarlierRequest earlier(std::move(row), unusable);
//   return earlier.AnswerTo(request.submission());

#ifndef LADDER_RECORDS_SERVICE_EARLIER_REQUEST_H_
#define LADDER_RECORDS_SERVICE_EARLIER_REQUEST_H_

#include <cstddef>
#include <optional>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "ladder/records/v1/assessment_service.pb.h"
#include "records-service/store/rows.h"
#include "records-service/unusable_rows.h"

namespace ladder::records {

// FAILED_PRECONDITION, kErased and kSetAside.
absl::Status ErasedError(absl::string_view request_id);
absl::Status SetAsideError(absl::string_view request_id);

// Not thread-safe.
class EarlierRequest {
 public:
  // `unusable` hears of a row that cannot be read. It has to outlive this.
  EarlierRequest(AssessmentRow row, UnusableRows& unusable) : row_(std::move(row)), unusable_(&unusable) {}

  // The assessment where `submission` has the same content; else ALREADY_EXISTS, kRequestIdReused, or where the row
  // cannot be read FAILED_PRECONDITION, kAssessmentUnusable. Costs no more than
  // the submission is large, however large the row is.
  absl::StatusOr<v1::Assessment> AnswerTo(const v1::Submission& submission);

  std::size_t bytes() const { return row_.submission.size() + row_.result.size(); }

 private:
  AssessmentRow row_;
  UnusableRows* unusable_;
  std::optional<absl::StatusOr<v1::Assessment>> assessment_;  // Of the row, once it was needed.
};

}  // namespace ladder::records

#endif  // LADDER_RECORDS_SERVICE_EARLIER_REQUEST_H_
