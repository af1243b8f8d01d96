// File: load_rows.h
//
// Assessments as platforms send them, for benches: scored once by libs/quiz from the worked examples of a shipped quiz.

#ifndef LADDER_TESTS_BENCH_LOAD_ROWS_H_
#define LADDER_TESTS_BENCH_LOAD_ROWS_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "ladder/quiz/v1/definition.pb.h"
#include "ladder/records/v1/assessment_service.pb.h"

namespace ladder::records {

// The Ladder of Healing. Ends the process where it cannot be read: benches run in the project's folder.
quiz::v1::QuizDefinition LadderOfHealing();

// One request for each worked example of the quiz, as version 1, without request_id and parent.
std::vector<v1::CreateAssessmentRequest> RequestsOfExamples(const quiz::v1::QuizDefinition& definition);

}  // namespace ladder::records

#endif  // LADDER_TESTS_BENCH_LOAD_ROWS_H_
