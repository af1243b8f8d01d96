// File: assessment_check.h
//
// What a request to create an assessment says, checked as far as this needs no quiz. The quiz's part is in
// result_check.h.

#ifndef LADDER_RECORDS_SERVICE_ASSESSMENT_CHECK_H_
#define LADDER_RECORDS_SERVICE_ASSESSMENT_CHECK_H_

#include "absl/time/time.h"
#include "ladder/records/v1/assessment_service.pb.h"
#include "libs/quiz/resource_names.h"
#include "records-service/request_check.h"

namespace ladder::records {

struct CheckedNames {
  quiz::ClientName client;
  quiz::QuizName scored;   // The version that scored.
  absl::Time assess_time;  // As sent, else `now`.
};

// Fields in which `check` found a fault are empty.
CheckedNames CheckNames(const v1::CreateAssessmentRequest& request, absl::Time now, RequestCheck& check);

}  // namespace ladder::records

#endif  // LADDER_RECORDS_SERVICE_ASSESSMENT_CHECK_H_
