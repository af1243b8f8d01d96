#include "records-service/earlier_request.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "libs/chassis/errors.h"
#include "records-service/assessments.h"
#include "records-service/submission.h"

namespace ladder::records {
namespace {

absl::Status ReusedRequestId(absl::string_view request_id) {
  return AlreadyExists(kRequestIdReused,
                       absl::StrCat("request_id '", request_id, "' was used in this clinic with another submission"));
}

}  // namespace

absl::Status ErasedError(absl::string_view request_id) {
  return FailedPrecondition(kErased, absl::StrCat("what request_id '", request_id,
                                                  "' records was removed, or is older than the erasure of its client"));
}

absl::Status SetAsideError(absl::string_view request_id) {
  return FailedPrecondition(
      kSetAside, absl::StrCat("what request_id '", request_id,
                              "' recorded could not be used and was set aside; record it under another request_id"));
}

absl::StatusOr<v1::Assessment> EarlierRequest::AnswerTo(const v1::Submission& submission) {
  const std::string bytes = StableBytes(submission);
  // The order of what is in it does not change the size of a submission, so that most others are told without a look
  // into the row.
  if (bytes.size() != row_.submission.size()) return ReusedRequestId(row_.request_id);
  if (!assessment_.has_value()) assessment_ = ReadRow(row_, RowReader::kReplay, *unusable_);
  const absl::StatusOr<v1::Assessment>& assessment = *assessment_;
  if (!assessment.ok()) return assessment.status();
  if (bytes != row_.submission && !SameSubmission(assessment->submission(), submission)) {
    return ReusedRequestId(row_.request_id);
  }
  return assessment;
}

}  // namespace ladder::records
