// File: assessments.h
//
// What AssessmentService reads of assessments, without gRPC. They are created in assessment_creator.h; progress is in
// progress.h.
//
// Thread-safe. Every method waits for the store, so call it on a thread that may wait.

#ifndef LADDER_RECORDS_SERVICE_ASSESSMENTS_H_
#define LADDER_RECORDS_SERVICE_ASSESSMENTS_H_

#include "absl/status/statusor.h"
#include "ladder/records/v1/assessment_service.pb.h"
#include "libs/chassis/clock.h"
#include "records-service/store/store.h"

namespace ladder::records {

// The reason of ALREADY_EXISTS where a request_id comes with another submission.
inline constexpr char kRequestIdReused[] = "REQUEST_ID_REUSED";

// The reason of FAILED_PRECONDITION where an assessment was removed, or its client erased since.
inline constexpr char kErased[] = "ERASED";

// A row as it travels. INTERNAL where its bytes hold no messages.
absl::StatusOr<v1::Assessment> ToAssessment(const AssessmentRow& row);

class Assessments {
 public:
  // Both have to outlive it.
  Assessments(AssessmentStore& store, const Clock& clock) : store_(store), clock_(clock) {}

  absl::StatusOr<v1::Assessment> FindRecorded(const v1::FindRecordedRequest& request);
  absl::StatusOr<v1::Assessment> Get(const v1::GetAssessmentRequest& request);
  absl::StatusOr<v1::ListAssessmentsResponse> List(const v1::ListAssessmentsRequest& request);

 private:
  AssessmentStore& store_;
  const Clock& clock_;
};

}  // namespace ladder::records

#endif  // LADDER_RECORDS_SERVICE_ASSESSMENTS_H_
