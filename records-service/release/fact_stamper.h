// File: fact_stamper.h
//
// Stands before a store and adds to each assessment what a release will count of it, found by the version that scored
// it. It sits behind the writer's queue, on a thread that may wait.

#ifndef LADDER_RECORDS_SERVICE_RELEASE_FACT_STAMPER_H_
#define LADDER_RECORDS_SERVICE_RELEASE_FACT_STAMPER_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "records-service/program_cache.h"
#include "records-service/release/series_programs.h"
#include "records-service/store/store.h"

namespace ladder::records::release {

class FactStamper final : public AssessmentStore {
 public:
  // What is recorded more than `longest_wait` after the time that it is about is late. All have to outlive it.
  FactStamper(AssessmentStore& store, ProgramCache& programs, SeriesPrograms& series, absl::Duration longest_wait)
      : store_(store), programs_(programs), series_(series), longest_wait_(longest_wait) {}

  // As the store does. INVALID_ARGUMENT with paths under "submission" or "result" where a row does not belong to the
  // version that it names.
  absl::StatusOr<std::vector<WriteOutcome>> CreateAssessments(absl::Span<const AssessmentRow> rows) override;

  absl::StatusOr<std::optional<AssessmentRow>> FindRequest(absl::string_view clinic,
                                                           absl::string_view request_id) override {
    return store_.FindRequest(clinic, request_id);
  }
  absl::StatusOr<bool> WasErased(absl::string_view clinic, absl::string_view request_id, absl::Time now) override {
    return store_.WasErased(clinic, request_id, now);
  }
  absl::StatusOr<std::optional<AssessmentRow>> FindAssessment(absl::string_view clinic, absl::string_view client,
                                                              absl::string_view id) override {
    return store_.FindAssessment(clinic, client, id);
  }
  absl::StatusOr<AssessmentPage> ListAssessments(const AssessmentQuery& query) override {
    return store_.ListAssessments(query);
  }
  absl::StatusOr<QuizAssessmentPage> ListQuizAssessments(const QuizAssessmentQuery& query) override {
    return store_.ListQuizAssessments(query);
  }

 private:
  absl::Status Stamp(AssessmentRow& row);

  AssessmentStore& store_;
  ProgramCache& programs_;
  SeriesPrograms& series_;
  const absl::Duration longest_wait_;
};

}  // namespace ladder::records::release

#endif  // LADDER_RECORDS_SERVICE_RELEASE_FACT_STAMPER_H_
