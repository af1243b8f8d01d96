// File: assessments.h
//
// What AssessmentService does with assessments, without gRPC. Progress is in progress.h.
//
// Thread-safe. Create answers later; every other method waits for the store, so call it on a thread that may wait.

#ifndef LADDER_RECORDS_SERVICE_ASSESSMENTS_H_
#define LADDER_RECORDS_SERVICE_ASSESSMENTS_H_

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "ladder/records/v1/assessment_service.pb.h"
#include "libs/chassis/clock.h"
#include "libs/chassis/random.h"
#include "records-service/ids.h"
#include "records-service/store/store.h"
#include "records-service/writer.h"

namespace ladder::records {

// The reason of ALREADY_EXISTS where a request_id comes with another submission.
inline constexpr char kRequestIdReused[] = "REQUEST_ID_REUSED";

// The reason of FAILED_PRECONDITION where an assessment was removed, or its client erased since.
inline constexpr char kErased[] = "ERASED";

// A row as it travels. INTERNAL where its bytes hold no messages.
absl::StatusOr<v1::Assessment> ToAssessment(const AssessmentRow& row);

class Assessments {
 public:
  using Outcome = absl::StatusOr<v1::CreateAssessmentResponse>;

  // All of these have to outlive it.
  Assessments(AssessmentStore& store, Writer& writer, const Clock& clock, RandomSource& random);

  // Calls `done` exactly once, when the outcome is durable, on the writer's thread or at once.
  void Create(v1::CreateAssessmentRequest request, std::function<void(Outcome)> done);
  // Likewise; each request has its own outcome. The status is for a batch that cannot be one.
  void CreateBatch(v1::BatchCreateAssessmentsRequest request,
                   std::function<void(absl::StatusOr<std::vector<Outcome>>)> done);

  absl::StatusOr<v1::Assessment> FindRecorded(const v1::FindRecordedRequest& request);
  absl::StatusOr<v1::Assessment> Get(const v1::GetAssessmentRequest& request);
  absl::StatusOr<v1::ListAssessmentsResponse> List(const v1::ListAssessmentsRequest& request);

 private:
  struct Pending;

  // Prepares one request: a row to write, or why there is none.
  absl::StatusOr<AssessmentRow> RowFor(const v1::CreateAssessmentRequest& request, absl::string_view path);
  void WriteAll(std::unique_ptr<Pending> pending, std::function<void(std::vector<Outcome>)> done);

  AssessmentStore& store_;
  Writer& writer_;
  const Clock& clock_;
  IdMaker ids_;
};

}  // namespace ladder::records

#endif  // LADDER_RECORDS_SERVICE_ASSESSMENTS_H_
