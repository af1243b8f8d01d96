// File: records_assessments.h
//
// What scoring asks the records service about assessments, without a type of gRPC.

#ifndef LADDER_SCORING_SERVICE_RECORDS_ASSESSMENTS_H_
#define LADDER_SCORING_SERVICE_RECORDS_ASSESSMENTS_H_

#include <functional>
#include <vector>

#include "absl/status/statusor.h"
#include "ladder/records/v1/assessment_service.pb.h"
#include "libs/chassis/trace.h"

namespace ladder::scoring {

// Thread-safe. Every callback runs exactly once, within a deadline of the implementation's own (2 s), perhaps before
// the call returns; it must not block. Records that cannot be reached in time are UNAVAILABLE with RetryInfo: the
// outcome is then unknown, and the same request_id again settles it.
class RecordsAssessments {
 public:
  using Outcome = absl::StatusOr<records::v1::CreateAssessmentResponse>;
  // One outcome for each request, in order; or why the batch has none.
  using BatchDone = std::function<void(absl::StatusOr<std::vector<Outcome>>)>;
  using FindDone = std::function<void(absl::StatusOr<records::v1::Assessment>)>;

  virtual ~RecordsAssessments() = default;

  // For the calls of these traces, as far as they belong to any.
  virtual void BatchCreate(records::v1::BatchCreateAssessmentsRequest request, const std::vector<TraceContext>& traces,
                           BatchDone done) = 0;
  // NOT_FOUND where the request_id recorded nothing, ALREADY_EXISTS where the submission differs.
  virtual void FindRecorded(records::v1::FindRecordedRequest request, const TraceContext& trace, FindDone done) = 0;
};

}  // namespace ladder::scoring

#endif  // LADDER_SCORING_SERVICE_RECORDS_ASSESSMENTS_H_
