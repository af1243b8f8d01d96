// File: rescoring.h
//
// Scores a stored assessment again.

#ifndef LADDER_RECORDS_SERVICE_RESCORING_H_
#define LADDER_RECORDS_SERVICE_RESCORING_H_

#include <optional>
#include <vector>

#include "ladder/quiz/v1/result.pb.h"
#include "ladder/records/v1/assessment_service.pb.h"
#include "libs/quiz/input.h"
#include "libs/quiz/program.h"

namespace ladder::records {

// The result without explanations, in the program's default locale. Nothing where the program does not take the
// submission: then `violations` says why.
std::optional<quiz::v1::QuizResult> Rescore(const quiz::Program& program, const v1::Submission& submission,
                                            std::vector<quiz::InputViolation>& violations);

// What was scored, of a result: alerts, stage, scales, bands, decisions and guidance by their ids and exact numbers.
// Without texts, explanations and what may still become of the scores.
quiz::v1::QuizResult ScoresOf(const quiz::v1::QuizResult& result);

}  // namespace ladder::records

#endif  // LADDER_RECORDS_SERVICE_RESCORING_H_
