// File: assessments.h
//
// What AssessmentService reads of assessments, without gRPC. They are created in assessment_creator.h; progress is in
// progress.h.
//
// Thread-safe. Every method waits for the store, so call it on a thread that may wait.

#ifndef LADDER_RECORDS_SERVICE_ASSESSMENTS_H_
#define LADDER_RECORDS_SERVICE_ASSESSMENTS_H_

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "ladder/records/v1/assessment_service.pb.h"
#include "libs/chassis/clock.h"
#include "records-service/store/store.h"
#include "records-service/unusable_rows.h"

namespace ladder::records {

// The reason of ALREADY_EXISTS where a request_id comes with another submission.
inline constexpr char kRequestIdReused[] = "REQUEST_ID_REUSED";

// The reason of FAILED_PRECONDITION where an assessment was removed, or its client erased since.
inline constexpr char kErased[] = "ERASED";

// The reason of FAILED_PRECONDITION where an assessment was set aside (docs/backup.md).
inline constexpr char kSetAside[] = "SET_ASIDE";

// A row as it travels. FAILED_PRECONDITION, kAssessmentUnusable, where its bytes hold no messages.
absl::StatusOr<v1::Assessment> ToAssessment(const AssessmentRow& row);
// The same, and an unusable row is noted.
absl::StatusOr<v1::Assessment> ReadRow(const AssessmentRow& row, RowReader reader, UnusableRows& unusable);

// Why a request_id may not be recorded again, of which AssessmentStore::WasErased is true: kSetAside or kErased.
absl::Status RefusedRequest(AssessmentStore& store, absl::string_view clinic, absl::string_view request_id);

class Assessments {
 public:
  // All of these have to outlive it.
  Assessments(AssessmentStore& store, const Clock& clock, UnusableRows& unusable)
      : store_(store), clock_(clock), unusable_(unusable) {}

  absl::StatusOr<v1::Assessment> FindRecorded(const v1::FindRecordedRequest& request);
  absl::StatusOr<v1::Assessment> Get(const v1::GetAssessmentRequest& request);
  absl::StatusOr<v1::ListAssessmentsResponse> List(const v1::ListAssessmentsRequest& request);

 private:
  AssessmentStore& store_;
  const Clock& clock_;
  UnusableRows& unusable_;
};

}  // namespace ladder::records

#endif  // LADDER_RECORDS_SERVICE_ASSESSMENTS_H_
