// File: check_request.h
//
// What can be checked of a request before its quiz is known. Violations carry the exact path in the request.

#ifndef LADDER_SCORING_SERVICE_CHECK_REQUEST_H_
#define LADDER_SCORING_SERVICE_CHECK_REQUEST_H_

#include <string>
#include <vector>

#include "absl/time/time.h"
#include "ladder/scoring/v1/scoring_service.pb.h"
#include "libs/chassis/errors.h"
#include "libs/quiz/resource_names.h"

namespace ladder::scoring {

// How far ahead of our clock `record.assessed_at` may be.
inline constexpr absl::Duration kMaxClockSkew = absl::Minutes(5);

// Records takes no earlier `record.assessed_at`.
inline constexpr int kEarliestYear = 1900;

// The name in the field `quiz`; where it is none, a violation is appended and the result says nothing.
quiz::QuizName CheckQuizName(const std::string& quiz, std::vector<FieldViolation>& violations);

// Appends what is wrong with `record`.
void CheckRecordOptions(const v1::RecordOptions& record, absl::Time now, std::vector<FieldViolation>& violations);

}  // namespace ladder::scoring

#endif  // LADDER_SCORING_SERVICE_CHECK_REQUEST_H_
