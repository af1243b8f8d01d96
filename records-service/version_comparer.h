// File: version_comparer.h
//
// QuizService.CompareVersions, without gRPC: a clinic's stored assessments of a quiz, scored again under another
// version or the draft, and what that would change. Names assessments and counts without noise: for those who may read
// the rows, never for analysts.
//
// A call has bounded work: at most 10,000 assessments, and some 100,000 rows looked at to find them. Where it ends
// before the rows do it says where to go on.
//
// Thread-safe. Compare waits for the store, compiles and scores: call it on a thread that may be busy for seconds.

#ifndef LADDER_RECORDS_SERVICE_VERSION_COMPARER_H_
#define LADDER_RECORDS_SERVICE_VERSION_COMPARER_H_

#include <cstdint>
#include <memory>
#include <stop_token>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "ladder/records/v1/quiz_service.pb.h"
#include "libs/quiz/program.h"
#include "records-service/comparison_summary.h"
#include "records-service/program_cache.h"
#include "records-service/store/store.h"
#include "records-service/unusable_rows.h"

namespace ladder::records {

class VersionComparer {
 public:
  // All of these have to outlive it.
  VersionComparer(QuizStore& quizzes, AssessmentStore& assessments, ProgramCache& programs, UnusableRows& unusable)
      : quizzes_(quizzes), assessments_(assessments), programs_(programs), unusable_(unusable) {}

  // CANCELLED soon after `stop` is requested.
  absl::StatusOr<v1::VersionComparison> Compare(const v1::CompareVersionsRequest& request, std::stop_token stop);

 private:
  // A request that was checked.
  struct Question {
    QuizAssessmentQuery query;
    absl::Time from = absl::InfinitePast();
    absl::Time before = absl::InfiniteFuture();
    std::int64_t page_size = 0;
  };

  // What scores again.
  absl::StatusOr<CompiledVersion> FindUnder(const std::string& name, const std::stop_token& stop);
  // Gives where to go on; empty where all rows were looked at.
  absl::StatusOr<std::string> Read(Question question, const quiz::Program& under, const std::stop_token& stop,
                                   ComparisonSummary& summary);
  // Scores a stored assessment again and adds the difference.
  void AddRow(const AssessmentRow& row, const quiz::Program& under, ComparisonSummary& summary);

  QuizStore& quizzes_;
  AssessmentStore& assessments_;
  ProgramCache& programs_;
  UnusableRows& unusable_;
};

}  // namespace ladder::records

#endif  // LADDER_RECORDS_SERVICE_VERSION_COMPARER_H_
