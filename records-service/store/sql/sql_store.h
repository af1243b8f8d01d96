// File: sql_store.h
//
// The store over SQL, once for every engine: an engine opens connections, runs transactions and knows its errors, and
// everything that is read and written is said here.

#ifndef LADDER_RECORDS_SERVICE_STORE_SQL_SQL_STORE_H_
#define LADDER_RECORDS_SERVICE_STORE_SQL_SQL_STORE_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "libs/chassis/metrics.h"
#include "records-service/store/release_store.h"
#include "records-service/store/repair_store.h"
#include "records-service/store/restore_store.h"
#include "records-service/store/sql/connection.h"
#include "records-service/store/store.h"

namespace ladder::records::sql {

class SqlStore : public Store, public ReleaseStore, public RestoreStore, public RepairStore {
 public:
  // Shows what the engine counts. The store has to outlive the last scrape.
  virtual void AddTo(Metrics& metrics) const = 0;

  // A row with the cohort that it joins; empty where it joins none.
  struct StampedRow {
    const AssessmentRow* row;
    std::string cohort;
  };

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

  absl::StatusOr<std::vector<WriteOutcome>> CreateAssessments(absl::Span<const AssessmentRow> rows) final;
  absl::StatusOr<std::optional<AssessmentRow>> FindRequest(absl::string_view clinic,
                                                           absl::string_view request_id) final;
  absl::StatusOr<bool> WasErased(absl::string_view clinic, absl::string_view request_id, absl::Time now) final;
  absl::StatusOr<bool> WasSetAside(absl::string_view clinic, absl::string_view request_id) final;
  absl::StatusOr<std::optional<AssessmentRow>> FindAssessment(absl::string_view clinic, absl::string_view client,
                                                              absl::string_view id) final;
  absl::StatusOr<AssessmentPage> ListAssessments(const AssessmentQuery& query) final;
  absl::StatusOr<QuizAssessmentPage> ListQuizAssessments(const QuizAssessmentQuery& query) final;

  absl::StatusOr<absl::Time> MarkErased(absl::string_view clinic, absl::string_view client, absl::Time now) final;
  absl::StatusOr<std::size_t> RemoveErased(absl::string_view clinic, absl::string_view client, std::size_t limit) final;
  absl::StatusOr<std::optional<absl::Time>> FindErasure(absl::string_view clinic, absl::string_view client) final;
  absl::StatusOr<std::vector<ClientStanding>> ListStandings(absl::string_view clinic, absl::string_view client) final;
  absl::StatusOr<SetAsidePage> ListSetAside(const SetAsideQuery& query) final;

  absl::StatusOr<std::vector<std::string>> ListClinics(absl::string_view after, std::size_t limit) final;
  absl::StatusOr<std::size_t> RemoveOlder(absl::string_view clinic, absl::Time before, absl::Time expire_time,
                                          std::size_t limit) final;
  absl::StatusOr<std::size_t> ForgetExpired(absl::string_view clinic, absl::Time now, std::size_t limit) final;

  absl::StatusOr<std::vector<GatheringCohort>> ListGathering(absl::string_view after_clinic, absl::string_view after_id,
                                                             std::size_t limit) final;
  absl::StatusOr<std::vector<std::string>> ListCohortClients(absl::string_view clinic, absl::string_view cohort) final;
  absl::Status Seal(const Sealing& sealing) final;
  absl::StatusOr<std::vector<SealedCohort>> ListSealed(absl::string_view after_clinic, absl::string_view after_id,
                                                       std::size_t limit) final;
  absl::StatusOr<bool> Release(const SealedCohort& cohort, ReleaseCounter& counter) final;
  absl::StatusOr<std::string> LogEpoch() final;
  absl::StatusOr<std::vector<LogHead>> ListHeads(absl::string_view after_clinic, std::size_t limit) final;
  absl::StatusOr<std::vector<LogRow>> ReadLog(absl::string_view clinic, std::int64_t after_position,
                                              std::size_t limit) final;
  absl::StatusOr<Sums> ReadSums(const SumQuery& query) final;

  absl::StatusOr<LogRestarted> RestartLog(const LogRestart& restart) final;

  absl::StatusOr<std::size_t> SetAside(absl::string_view clinic, absl::Span<const UnusableRow> rows,
                                       absl::Time now) final;

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
  // Of what was committed for good: no failover takes back what `body` sees.
  virtual absl::Status ReadSettled(Body body) { return Read(body); }
  // Likewise, and all that `body` reads is of one moment.
  virtual absl::Status ReadSnapshot(Body body) = 0;

  // What a partition has open.
  struct OpenCohorts {
    std::string present;
    std::string history;
  };

  // The cohorts that partitions have open, which stay open until the transaction ends. `keys` are sorted, each once.
  // Nothing where a partition does not exist yet. Engines that can ask for many at once do.
  virtual absl::StatusOr<std::vector<std::optional<OpenCohorts>>> LockOpenCohorts(Connection& connection,
                                                                                  absl::Span<const PartitionKey> keys);
  // How often something was removed in each of these clinics, which are sorted, each once; nothing where a clinic is
  // new. Holds them shared until the transaction ends. Engines that can ask for many at once do, here and below.
  virtual absl::StatusOr<std::vector<std::optional<std::int64_t>>> ShareClinics(
      Connection& connection, absl::Span<const absl::string_view> clinics);
  enum class TombstoneKind { kClient, kRequest };
  // The tombstones that one clinic has under these hashes (tombstones.h): when each client was erased, from when on
  // each request_id may come again.
  virtual absl::StatusOr<absl::flat_hash_map<std::string, std::optional<absl::Time>>> FindTombstones(
      Connection& connection, TombstoneKind kind, absl::string_view clinic, absl::Span<const std::string> hashes);
  // Inserts the rows, which are sorted by (clinic, request_id) and hold each key once. True at the place of each that
  // was new. Engines that can send many rows at once do.
  virtual absl::StatusOr<std::vector<bool>> InsertAssessments(Connection& connection,
                                                              absl::Span<const StampedRow> rows);
  // Puts where clients of the partition's clinic and series, each once, were counted last.
  virtual absl::Status PutStandings(Connection& connection, const PartitionKey& partition,
                                    absl::Span<const StandingRow> standings);

 private:
  absl::Status StampCohorts(Connection& connection, absl::Span<StampedRow> rows);
  // True at the place of each row that may not be written (tombstones.cc). Holds the rows' clinics until the
  // transaction ends, so that nobody removes anything there meanwhile.
  absl::StatusOr<std::vector<bool>> FindErased(Connection& connection, absl::Span<const AssessmentRow> rows);
  absl::StatusOr<std::vector<std::int64_t>> ShareOrAddClinics(Connection& connection,
                                                              absl::Span<const absl::string_view> clinics);
  // Sets `erased` at those of `places` whose rows meet a tombstone of their clinic.
  absl::Status MarkErasedRows(Connection& connection, absl::string_view clinic, absl::Span<const AssessmentRow> rows,
                              absl::Span<const std::size_t> places, std::vector<bool>& erased);
};

}  // namespace ladder::records::sql

#endif  // LADDER_RECORDS_SERVICE_STORE_SQL_SQL_STORE_H_
