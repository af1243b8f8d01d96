// File: sql_store.h
//
// The store over SQL, once for every engine: an engine opens connections, runs transactions and knows its errors, and
// everything that is read and written is said here.

#ifndef LADDER_RECORDS_SERVICE_STORE_SQL_SQL_STORE_H_
#define LADDER_RECORDS_SERVICE_STORE_SQL_SQL_STORE_H_

#include <cstddef>
#include <optional>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "records-service/store/sql/connection.h"
#include "records-service/store/store.h"

namespace ladder::records::sql {

class SqlStore : public Store {
 public:
  absl::StatusOr<std::optional<QuizRow>> FindQuiz(absl::string_view quiz) final;
  absl::StatusOr<std::vector<QuizRow>> ListQuizzes(absl::string_view after, std::size_t limit) final;
  absl::StatusOr<std::optional<DraftRow>> FindDraft(absl::string_view quiz) final;
  absl::Status PutDraft(const DraftRow& draft, absl::string_view expected_etag) final;
  absl::StatusOr<std::optional<VersionRow>> FindVersion(absl::string_view quiz, std::int64_t number,
                                                        Content content) final;
  absl::StatusOr<std::optional<VersionRow>> FindVersionByDigest(absl::string_view quiz, absl::string_view digest) final;
  absl::StatusOr<std::vector<VersionRow>> ListVersions(absl::string_view quiz, std::int64_t before,
                                                       std::size_t limit) final;
  absl::StatusOr<std::optional<ActivationRow>> FindActivation(absl::string_view quiz, std::int64_t generation) final;
  absl::Status UpdateQuiz(const QuizUpdate& update) final;

  absl::StatusOr<std::vector<std::optional<AssessmentRow>>> CreateAssessments(
      absl::Span<const AssessmentRow> rows) final;
  absl::StatusOr<std::optional<AssessmentRow>> FindRequest(absl::string_view clinic,
                                                           absl::string_view request_id) final;
  absl::StatusOr<std::optional<AssessmentRow>> FindAssessment(absl::string_view clinic, absl::string_view client,
                                                              absl::string_view id) final;
  absl::StatusOr<AssessmentPage> ListAssessments(const AssessmentQuery& query) final;

 protected:
  // What runs in one transaction. An engine may run it again after a conflict, so it must begin from nothing each time.
  using Body = absl::FunctionRef<absl::Status(Connection&)>;

  // What to do where the link broke after the commit was sent, so that nobody knows whether it was made.
  enum class UnknownCommit {
    kTell,   // The caller is told kCommitUnknown.
    kRerun,  // `body` runs again: what it writes is decided by keys of its own, so that nothing is doubled.
  };

  // Commits where `body` returns OK, else rolls back. The status is the one that callers of Store see.
  virtual absl::Status Write(UnknownCommit on_unknown, Body body) = 0;
  virtual absl::Status Read(Body body) = 0;

  // Inserts the rows, which are sorted by (clinic, request_id) and hold each key once. True at the place of each that
  // was new. Engines that can send many rows at once do.
  virtual absl::StatusOr<std::vector<bool>> InsertAssessments(Connection& connection,
                                                              absl::Span<const AssessmentRow* const> rows);
};

}  // namespace ladder::records::sql

#endif  // LADDER_RECORDS_SERVICE_STORE_SQL_SQL_STORE_H_
