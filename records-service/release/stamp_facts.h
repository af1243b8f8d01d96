// File: stamp_facts.h
//
// Adds to an assessment, before it is written, what a release will count of it. Pure.

#ifndef LADDER_RECORDS_SERVICE_RELEASE_STAMP_FACTS_H_
#define LADDER_RECORDS_SERVICE_RELEASE_STAMP_FACTS_H_

#include <cstdint>

#include "absl/time/time.h"
#include "ladder/quiz/v1/result.pb.h"
#include "libs/quiz/input.h"
#include "libs/quiz/program.h"
#include "records-service/store/rows.h"

namespace ladder::records::release {

// `input` and `result` are what `program` made of the row's submission; `first_of_series` is the first version of the
// program's series. What is recorded more than `longest_wait` after the time that it is about is late. Does nothing
// where the quiz has no ladder: it is not counted. REQUIRES: quiz and times of the row are set.
void StampFacts(const quiz::Program& program, std::int64_t first_of_series, const quiz::Input& input,
                const quiz::v1::QuizResult& result, absl::Duration longest_wait, AssessmentRow& row);

}  // namespace ladder::records::release

#endif  // LADDER_RECORDS_SERVICE_RELEASE_STAMP_FACTS_H_
