// File: postgres_store.h
//
// The store for more than one machine. docs/formats/postgres.md describes the tables,
// docs/decisions/distributed-postgres.md what other engines that speak PostgreSQL need.
//
//   absl::StatusOr<std::unique_ptr<PostgresStore>> store = PostgresStore::Open(options, clock, random);
//
// Conflicts (40001, 40P01) and lost connections are tried again, with a pause of random length. A connection that was
// lost before COMMIT was sent has written nothing. One that was lost later leaves open whether it has: then assessments
// are written again, as their request_id keeps them from being doubled, and any other write ends with kCommitUnknown.

#ifndef LADDER_RECORDS_SERVICE_STORE_POSTGRES_POSTGRES_STORE_H_
#define LADDER_RECORDS_SERVICE_STORE_POSTGRES_POSTGRES_STORE_H_

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "libs/chassis/clock.h"
#include "libs/chassis/random.h"
#include "records-service/store/postgres/options.h"
#include "records-service/store/postgres/pool.h"
#include "records-service/store/sql/sql_store.h"

namespace ladder::records::postgres {

class PostgresStore final : public sql::SqlStore {
 public:
  // FAILED_PRECONDITION where the database has a schema that this release does not know; the message names the command
  // to run. Both have to outlive the store.
  static absl::StatusOr<std::unique_ptr<PostgresStore>> Open(PostgresOptions options, const Clock& clock,
                                                             RandomSource& random);
  ~PostgresStore() override;

  void AddTo(Metrics& metrics) const override;

  // Nothing to do: what was removed goes with vacuums and with the log's segments (docs/formats/postgres.md).
  absl::Status Scrub() override { return Ready(); }
  absl::Status Ready() override;
  void Close() override;

 private:
  // One run of a body, in the engine's own words.
  struct Attempt {
    absl::Status status;
    bool may_have_committed = false;
  };

  PostgresStore(PostgresOptions options, const Clock& clock, RandomSource& random);

  absl::Status Write(UnknownCommit on_unknown, Body body) override;
  absl::Status Read(Body body) override;
  absl::Status ReadSettled(Body body) override;
  absl::Status ReadSnapshot(Body body) override;
  absl::StatusOr<std::vector<std::optional<OpenCohorts>>> LockOpenCohorts(sql::Connection& connection,
                                                                          absl::Span<const PartitionKey> keys) override;
  absl::StatusOr<std::vector<std::optional<std::int64_t>>> ShareClinics(
      sql::Connection& connection, absl::Span<const absl::string_view> clinics) override;
  absl::StatusOr<absl::flat_hash_map<std::string, std::optional<absl::Time>>> FindTombstones(
      sql::Connection& connection, TombstoneKind kind, absl::string_view clinic,
      absl::Span<const std::string> hashes) override;
  absl::StatusOr<std::vector<bool>> InsertAssessments(sql::Connection& connection,
                                                      absl::Span<const StampedRow> rows) override;
  absl::Status PutStandings(sql::Connection& connection, const PartitionKey& partition,
                            absl::Span<const StandingRow> standings) override;

  Attempt WriteOnce(Body body);
  absl::Status ReadOnce(Body body);
  // Waits before the next attempt of what began at `start`. False where there is none.
  bool PauseAfter(int attempt, absl::Time start, const absl::Status& status);
  void WatchHealth();

  const PostgresOptions options_;
  const Clock& clock_;
  RandomSource& random_;
  Pool pool_;
  std::atomic<bool> synchronous_ = false;  // As the last look at the server's settings said.
  std::thread health_;                     // Last: it uses all of the above.
};

}  // namespace ladder::records::postgres

#endif  // LADDER_RECORDS_SERVICE_STORE_POSTGRES_POSTGRES_STORE_H_
