// File: score_changes.h
//
// What changed between two assessments of one person, scale by scale, and why where that cannot be said.

#ifndef LADDER_RECORDS_SERVICE_SCORE_CHANGES_H_
#define LADDER_RECORDS_SERVICE_SCORE_CHANGES_H_

#include "ladder/records/v1/assessment_service.pb.h"
#include "libs/quiz/program.h"

namespace ladder::records {

// The two points that are compared.
struct Comparison {
  v1::ScaleChange::Span span;
  const v1::ProgressPoint& from;
  const v1::ProgressPoint& to;
  bool comparable;  // As the definition says.
};

// Adds one change for each shown scale that has norms. `program` is the version that scored `to`, whose submission
// decides which norms hold.
void AddChanges(const quiz::Program& program, const v1::Submission& submission, const Comparison& comparison,
                v1::Progress& progress);

}  // namespace ladder::records

#endif  // LADDER_RECORDS_SERVICE_SCORE_CHANGES_H_
