// File: earlier_request.h
//
// What a request_id recorded before, and what that says to those who send it again.
//
//   EarlierRequest earlier(std::move(row));
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

namespace ladder::records {

// FAILED_PRECONDITION, kErased.
absl::Status ErasedError(absl::string_view request_id);

// Not thread-safe.
class EarlierRequest {
 public:
  explicit EarlierRequest(AssessmentRow row) : row_(std::move(row)) {}

  // The assessment where `submission` has the same content; else ALREADY_EXISTS, kRequestIdReused. Costs no more than
  // the submission is large, however large the row is.
  absl::StatusOr<v1::Assessment> AnswerTo(const v1::Submission& submission);

  std::size_t bytes() const { return row_.submission.size() + row_.result.size(); }

 private:
  AssessmentRow row_;
  std::optional<absl::StatusOr<v1::Assessment>> assessment_;  // Of the row, once it was needed.
};

}  // namespace ladder::records

#endif  // LADDER_RECORDS_SERVICE_EARLIER_REQUEST_H_
