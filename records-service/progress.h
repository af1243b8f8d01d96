// File: progress.h
//
// A client's way over one quiz: the points in time, which of them may be compared, what changed, and the stages passed.
//
// Thread-safe. Get waits for the store and may compile.

#ifndef LADDER_RECORDS_SERVICE_PROGRESS_H_
#define LADDER_RECORDS_SERVICE_PROGRESS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "ladder/records/v1/assessment_service.pb.h"
#include "records-service/program_cache.h"
#include "records-service/store/store.h"
#include "records-service/unusable_rows.h"

namespace ladder::records {

class ProgressReader {
 public:
  // All of these have to outlive it.
  ProgressReader(QuizStore& quizzes, AssessmentStore& assessments, ProgramCache& programs, UnusableRows& unusable)
      : quizzes_(quizzes), assessments_(assessments), programs_(programs), unusable_(unusable) {}

  absl::StatusOr<v1::Progress> Get(const v1::GetProgressRequest& request);

 private:
  // A point and what is needed of its row.
  struct Point {
    v1::ProgressPoint message;
    std::int64_t version = 0;
  };
  struct Way {
    std::vector<Point> points;          // Oldest first.
    v1::Submission newest_submission;   // Of the last point.
    std::vector<std::string> unusable;  // Names of assessments that are no points, as they cannot be read.
  };

  absl::StatusOr<Way> Read(AssessmentQuery query);
  absl::StatusOr<bool> AreComparable(const std::string& quiz, std::int64_t a, std::int64_t b);
  absl::Status AddPoints(const std::string& quiz, const std::string& locale, Way& way, v1::Progress& progress);
  // REQUIRES: the points were added. `latest` is the version that the rungs are of; 0: none is published.
  absl::Status AddStages(const std::string& quiz, std::int64_t latest, const Way& way, v1::Progress& progress);
  absl::Status AddAllChanges(const std::string& quiz, const Way& way, v1::Progress& progress);

  QuizStore& quizzes_;
  AssessmentStore& assessments_;
  ProgramCache& programs_;
  UnusableRows& unusable_;
};

}  // namespace ladder::records

#endif  // LADDER_RECORDS_SERVICE_PROGRESS_H_
