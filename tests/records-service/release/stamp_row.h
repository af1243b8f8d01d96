// File: stamp_row.h
//
// Stamps rows as recording does, for tests and benches that write to a store themselves.
//
//   ASSERT_OK(StampRow(programs, series, longest_wait, row));
//   store.CreateAssessments({row});

#ifndef LADDER_TESTS_RECORDS_SERVICE_RELEASE_STAMP_ROW_H_
#define LADDER_TESTS_RECORDS_SERVICE_RELEASE_STAMP_ROW_H_

#include <optional>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "ladder/records/v1/assessment_service.pb.h"
#include "libs/quiz/input.h"
#include "records-service/program_cache.h"
#include "records-service/release/series_programs.h"
#include "records-service/release/stamp_facts.h"

namespace ladder::records::release {

// Adds what a release will count of a row, whose submission and result are set.
inline absl::Status StampRow(ProgramCache& programs, SeriesPrograms& series, absl::Duration longest_wait,
                             AssessmentRow& row) {
  const auto program = programs.Get(row.quiz, row.version);
  if (!program.ok()) return program.status();
  const absl::StatusOr<std::int64_t> first = series.FirstOf(row.quiz, row.version);
  if (!first.ok()) return first.status();
  v1::Submission submission;
  quiz::v1::QuizResult result;
  if (!submission.ParseFromString(row.submission) || !result.ParseFromString(row.result)) {
    return absl::InternalError("the row's bytes hold no messages");
  }
  std::vector<quiz::InputViolation> violations;
  const std::optional<quiz::Input> input =
      quiz::CheckInput(**program, submission.answers(), submission.context(), violations);
  if (!input.has_value()) return absl::InvalidArgumentError(violations.front().description);
  StampFacts(**program, *first, *input, result, longest_wait, row);
  return absl::OkStatus();
}

}  // namespace ladder::records::release

#endif  // LADDER_TESTS_RECORDS_SERVICE_RELEASE_STAMP_ROW_H_
