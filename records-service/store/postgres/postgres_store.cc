#include "records-service/store/postgres/postgres_store.h"

#include <algorithm>
#include <string>
#include <tuple>
#include <utility>

#include "absl/memory/memory.h"
#include "absl/strings/str_cat.h"
#include "libs/chassis/errors.h"
#include "libs/chassis/log.h"
#include "records-service/store/postgres/errors.h"
#include "records-service/store/postgres/migrations.h"

namespace ladder::records::postgres {
namespace {

constexpr absl::string_view kUniqueViolation = "23505";

// One statement for a whole batch. The rows come, and so are locked, in the order of the arrays.
constexpr absl::string_view kInsertMany =
    "INSERT INTO assessment (clinic, client, id, request_id, quiz, version, campaign, assess_time, create_time,"
    " submission, result, series, slices, outcome, late, cohort)"
    " SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)"
    " ON CONFLICT (clinic, request_id) DO NOTHING RETURNING clinic, request_id";

constexpr absl::string_view kPutStandings =
    "INSERT INTO standing (clinic, series, client, assess_time, id, outcome)"
    " SELECT $1, $2, * FROM unnest($3, $4, $5, $6)"
    " ON CONFLICT (clinic, series, client) DO UPDATE SET assess_time = excluded.assess_time, id = excluded.id,"
    " outcome = excluded.outcome";

// Likewise for the partitions of a batch.
constexpr absl::string_view kOpenCohorts =
    "SELECT part.clinic, part.campaign, part.series, open_cohort, history_cohort FROM part"
    " JOIN unnest($1, $2, $3) AS asked (clinic, campaign, series) ON part.clinic = asked.clinic"
    " AND part.campaign = asked.campaign AND part.series = asked.series"
    " ORDER BY part.clinic, part.campaign, part.series FOR SHARE OF part";

// Likewise for its clinics.
constexpr absl::string_view kShareClinics =
    "SELECT clinic, removals FROM clinic WHERE clinic = ANY ($1) ORDER BY clinic FOR SHARE";

constexpr absl::string_view kClientTombstones =
    "SELECT hash, erase_time FROM erased_client WHERE clinic = $1 AND hash = ANY ($2)";
constexpr absl::string_view kRequestTombstones =
    "SELECT hash, expire_time FROM erased_request WHERE clinic = $1 AND hash = ANY ($2)";

// One value of each of many.
template <typename Of, typename Rows>
std::vector<absl::string_view> TextsOf(const Rows& rows, Of of) {
  std::vector<absl::string_view> values;
  for (const auto& row : rows) values.push_back(of(row));
  return values;
}

Parameters ArraysOf(absl::Span<const sql::SqlStore::StampedRow> rows) {
  using StampedRow = sql::SqlStore::StampedRow;
  Parameters parameters;
  const auto texts_of = [&rows](std::string AssessmentRow::*field) {
    return TextsOf(rows, [field](const StampedRow& stamped) -> const std::string& { return stamped.row->*field; });
  };
  const auto add_integers = [&](auto of) {
    std::vector<std::int64_t> values;
    for (const StampedRow& stamped : rows) values.push_back(of(*stamped.row));
    parameters.AddIntegers(values);
  };
  parameters.AddTexts(texts_of(&AssessmentRow::clinic));
  parameters.AddTexts(texts_of(&AssessmentRow::client));
  parameters.AddTexts(texts_of(&AssessmentRow::id));
  parameters.AddTexts(texts_of(&AssessmentRow::request_id));
  parameters.AddTexts(texts_of(&AssessmentRow::quiz));
  add_integers([](const AssessmentRow& row) { return row.version; });
  parameters.AddTexts(texts_of(&AssessmentRow::campaign));
  add_integers([](const AssessmentRow& row) { return absl::ToUnixNanos(row.assess_time); });
  add_integers([](const AssessmentRow& row) { return absl::ToUnixNanos(row.create_time); });
  parameters.AddByteStrings(texts_of(&AssessmentRow::submission));
  parameters.AddByteStrings(texts_of(&AssessmentRow::result));
  parameters.AddTexts(texts_of(&AssessmentRow::series));
  parameters.AddTexts(texts_of(&AssessmentRow::slices));
  parameters.AddByteStrings(texts_of(&AssessmentRow::outcome));
  add_integers([](const AssessmentRow& row) { return row.late ? 1 : 0; });
  parameters.AddTexts(TextsOf(rows, [](const StampedRow& stamped) -> const std::string& { return stamped.cohort; }));
  return parameters;
}

// What of the server's settings decides whether a commit survives; what looks wrong is warned of, as only an operator
// can say whether it was meant so.
absl::Status LogDurability(Connection& connection) {
  sql::Query query = connection.Use(
      "SELECT current_setting('synchronous_commit', true), current_setting('fsync', true),"
      " current_setting('synchronous_standby_names', true)");
  const absl::StatusOr<bool> found = query.Step();
  if (!found.ok()) return found.status();
  const std::string commit = query.TextAt(0);
  const std::string fsync = query.TextAt(1);
  const std::string standbys = query.TextAt(2);
  Log(LogLevel::kInfo, "store_opened",
      {{"synchronous_commit", commit}, {"fsync", fsync}, {"synchronous_standby_names", standbys}});
  if (commit == "off" || fsync == "off") {
    Log(LogLevel::kWarning, "store_may_lose_commits", {{"synchronous_commit", commit}, {"fsync", fsync}});
  }
  return absl::OkStatus();
}

// Whether a commit waits until a standby has it, too.
absl::StatusOr<bool> ReadSynchronous(sql::Connection& connection) {
  sql::Query query = connection.Use(
      "SELECT CASE WHEN current_setting('fsync', true) = 'on' AND current_setting('synchronous_commit', true) NOT IN"
      " ('off', 'local') AND current_setting('synchronous_standby_names', true) <> '' THEN 1 ELSE 0 END");
  const absl::StatusOr<bool> found = query.Step();
  if (!found.ok()) return found.status();
  return query.IntegerAt(0) == 1;
}

// A standby that is not waited for lacks the newest commits when it takes over. Engines that replicate in other ways
// have no such list.
void WarnOfStandbys(Connection& connection) {
  sql::Query query = connection.Use(
      "SELECT count(*) FROM pg_stat_replication WHERE current_setting('synchronous_standby_names') = ''");
  const absl::StatusOr<bool> found = query.Step();
  if (!found.ok() || !*found || query.IntegerAt(0) == 0) return;
  Log(LogLevel::kWarning, "store_standbys_not_synchronous", {{"standbys", query.IntegerAt(0)}});
}

}  // namespace

absl::StatusOr<std::unique_ptr<PostgresStore>> PostgresStore::Open(PostgresOptions options, const Clock& clock,
                                                                   RandomSource& random) {
  std::unique_ptr<PostgresStore> store = absl::WrapUnique(new PostgresStore(std::move(options), clock, random));
  const absl::StatusOr<Pool::Loan> connection = store->pool_.Borrow();
  if (!connection.ok()) return OpenError(connection.status());
  absl::Status status = CheckSchema(store->options_, **connection);
  if (!status.ok()) return status;
  status = LogDurability(**connection);
  if (!status.ok()) return OpenError(status);
  WarnOfStandbys(**connection);
  store->synchronous_ = ReadSynchronous(**connection).value_or(false);
  store->health_ = std::thread([running = store.get()] { running->WatchHealth(); });
  return store;
}

PostgresStore::PostgresStore(PostgresOptions options, const Clock& clock, RandomSource& random)
    : options_(std::move(options)), clock_(clock), random_(random), pool_(options_, clock) {}

PostgresStore::~PostgresStore() { Close(); }

void PostgresStore::Close() {
  pool_.Close();
  if (health_.joinable()) health_.join();
}

absl::Status PostgresStore::Ready() {
  if (pool_.WaitForClose(absl::ZeroDuration())) return Unavailable(kClosed, "the store is closed");
  return pool_.IsReachable() ? absl::OkStatus() : Unavailable(kStorageBusy, "the store cannot be reached");
}

void PostgresStore::WatchHealth() {
  while (!pool_.WaitForClose(options_.health_interval)) {
    pool_.Check();
    if (!pool_.IsReachable()) continue;
    const absl::Status read = ReadOnce([this](sql::Connection& connection) {
      const absl::StatusOr<bool> synchronous = ReadSynchronous(connection);
      if (synchronous.ok()) synchronous_ = *synchronous;
      return synchronous.status();
    });
    if (!read.ok()) Log(LogLevel::kDebug, "store_settings_not_read", {{"error", read.message()}});
  }
}

void PostgresStore::AddTo(Metrics& metrics) const {
  sql::AddStoreMetrics(
      metrics, [this] { return pool_.InUse(); }, [this] { return synchronous_.load(); });
}

absl::Status PostgresStore::Write(UnknownCommit on_unknown, Body body) {
  const absl::Time start = clock_.SteadyNow();
  bool in_doubt = false;  // An earlier attempt may have been committed.
  bool lost_one = false;  // The server may still be working on it.
  for (int attempt = 1;; ++attempt) {
    const Attempt made = WriteOnce(body);
    if (made.status.ok()) return made.status;
    in_doubt = in_doubt || made.may_have_committed;
    const std::string sqlstate = SqlstateOf(made.status);
    if (in_doubt && on_unknown == UnknownCommit::kTell) return CommitUnknownError();
    const bool lost = IsConnectionGone(sqlstate) || (made.may_have_committed && !sqlstate.empty());
    // A transaction that was lost may have got in between and be on its way out.
    const bool again = lost || IsConflict(sqlstate) || (lost_one && sqlstate == kUniqueViolation);
    lost_one = lost_one || lost;
    if (again && PauseAfter(attempt, start, made.status)) continue;
    if (in_doubt) return CommitUnknownError();
    if (sqlstate.empty()) return made.status;  // The transaction's own decision, or the pool's.
    Log(LogLevel::kWarning, "store_write_failed", {{"error", made.status.message()}});
    return WriteError(made.status);
  }
}

PostgresStore::Attempt PostgresStore::WriteOnce(Body body) {
  const absl::StatusOr<Pool::Loan> loan = pool_.Borrow();
  if (!loan.ok()) return {loan.status()};
  Connection& connection = **loan;
  connection.Begin();
  absl::Status status = body(connection);
  if (status.ok()) status = connection.Commit();
  if (!status.ok()) connection.Rollback();
  return {status, connection.MayHaveCommitted()};
}

absl::Status PostgresStore::Read(Body body) {
  const absl::Time start = clock_.SteadyNow();
  for (int attempt = 1;; ++attempt) {
    const absl::Status status = ReadOnce(body);
    const std::string sqlstate = SqlstateOf(status);
    if (status.ok() || sqlstate.empty()) return status;
    if ((IsConflict(sqlstate) || IsConnectionGone(sqlstate)) && PauseAfter(attempt, start, status)) continue;
    Log(LogLevel::kWarning, "store_read_failed", {{"error", status.message()}});
    return ReadError(status);
  }
}

absl::Status PostgresStore::ReadOnce(Body body) {
  const absl::StatusOr<Pool::Loan> loan = pool_.Borrow();
  return loan.ok() ? body(**loan) : loan.status();
}

absl::Status PostgresStore::ReadSettled(Body body) {
  return Read([&body](sql::Connection& connection) {
    // Of this store, so that it is one of ours.
    absl::Status settled = static_cast<Connection&>(connection).Settle();
    return settled.ok() ? body(connection) : settled;
  });
}

absl::Status PostgresStore::ReadSnapshot(Body body) {
  return ReadSettled([&body](sql::Connection& connection) {
    Connection& ours = static_cast<Connection&>(connection);
    ours.Begin(Connection::Access::kReadSnapshot);
    absl::Status status = body(connection);
    if (status.ok()) status = ours.Commit();
    if (!status.ok()) ours.Rollback();
    return status;
  });
}

bool PostgresStore::PauseAfter(int attempt, absl::Time start, const absl::Status& status) {
  if (attempt >= options_.max_attempts || clock_.SteadyNow() - start > options_.retry_limit) return false;
  Log(LogLevel::kInfo, "store_retry", {{"attempt", attempt}, {"error", status.message()}});
  absl::Duration most = options_.backoff_initial;
  for (int i = 1; i < attempt && most < options_.backoff_max; ++i) most *= 2;
  return !pool_.WaitForClose(UniformDuration(random_, absl::ZeroDuration(), std::min(most, options_.backoff_max)));
}

absl::StatusOr<std::vector<std::optional<sql::SqlStore::OpenCohorts>>> PostgresStore::LockOpenCohorts(
    sql::Connection& connection, absl::Span<const PartitionKey> keys) {
  std::vector<std::optional<OpenCohorts>> open(keys.size());
  if (keys.empty()) return open;
  Parameters parameters;
  parameters.AddTexts(TextsOf(keys, [](const PartitionKey& key) -> const std::string& { return key.clinic; }));
  parameters.AddTexts(TextsOf(keys, [](const PartitionKey& key) -> const std::string& { return key.campaign; }));
  parameters.AddTexts(TextsOf(keys, [](const PartitionKey& key) -> const std::string& { return key.series; }));
  // Of this store, so that it is one of ours.
  sql::Query query = static_cast<Connection&>(connection).UseWith(kOpenCohorts, std::move(parameters));
  const absl::Status status = query.ForEach([&](const sql::Query& found) {
    const PartitionKey key{found.TextAt(0), found.TextAt(1), found.TextAt(2)};
    const auto place = std::lower_bound(keys.begin(), keys.end(), key);
    if (place == keys.end()) return;
    open[static_cast<std::size_t>(place - keys.begin())] = OpenCohorts{found.TextAt(3), found.TextAt(4)};
  });
  if (!status.ok()) return status;
  return open;
}

absl::StatusOr<std::vector<std::optional<std::int64_t>>> PostgresStore::ShareClinics(
    sql::Connection& connection, absl::Span<const absl::string_view> clinics) {
  std::vector<std::optional<std::int64_t>> removals(clinics.size());
  Parameters parameters;
  parameters.AddTexts(clinics);
  sql::Query query = static_cast<Connection&>(connection).UseWith(kShareClinics, std::move(parameters));
  const absl::Status status = query.ForEach([&](const sql::Query& found) {
    const auto place = std::lower_bound(clinics.begin(), clinics.end(), found.TextAt(0));
    if (place != clinics.end()) removals[static_cast<std::size_t>(place - clinics.begin())] = found.IntegerAt(1);
  });
  if (!status.ok()) return status;
  return removals;
}

absl::StatusOr<absl::flat_hash_map<std::string, std::optional<absl::Time>>> PostgresStore::FindTombstones(
    sql::Connection& connection, TombstoneKind kind, absl::string_view clinic, absl::Span<const std::string> hashes) {
  absl::flat_hash_map<std::string, std::optional<absl::Time>> times;
  Parameters parameters;
  parameters.AddText(clinic);
  parameters.AddByteStrings(TextsOf(hashes, [](const std::string& hash) -> const std::string& { return hash; }));
  sql::Query query =
      static_cast<Connection&>(connection)
          .UseWith(kind == TombstoneKind::kClient ? kClientTombstones : kRequestTombstones, std::move(parameters));
  const absl::Status status =
      query.ForEach([&](const sql::Query& found) { times[found.BytesAt(0)] = found.OptionalTimeAt(1); });
  if (!status.ok()) return status;
  return times;
}

absl::StatusOr<std::vector<bool>> PostgresStore::InsertAssessments(sql::Connection& connection,
                                                                   absl::Span<const StampedRow> rows) {
  std::vector<bool> is_new(rows.size(), false);
  if (rows.empty()) return is_new;
  sql::Query query = static_cast<Connection&>(connection).UseWith(kInsertMany, ArraysOf(rows));
  const absl::Status status = query.ForEach([&](const sql::Query& inserted) {
    const std::pair<std::string, std::string> key(inserted.TextAt(0), inserted.TextAt(1));
    const auto row = std::lower_bound(rows.begin(), rows.end(), key, [](const StampedRow& a, const auto& b) {
      return std::tie(a.row->clinic, a.row->request_id) < std::tie(b.first, b.second);
    });
    if (row != rows.end()) is_new[static_cast<std::size_t>(row - rows.begin())] = true;
  });
  if (!status.ok()) return status;
  return is_new;
}

absl::Status PostgresStore::PutStandings(sql::Connection& connection, const PartitionKey& partition,
                                         absl::Span<const StandingRow> standings) {
  if (standings.empty()) return absl::OkStatus();
  Parameters parameters;
  parameters.AddText(partition.clinic);
  parameters.AddText(partition.series);
  const auto texts_of = [&standings](std::string StandingRow::*field) {
    return TextsOf(standings, [field](const StandingRow& row) -> const std::string& { return row.*field; });
  };
  std::vector<std::int64_t> times;
  for (const StandingRow& row : standings) times.push_back(absl::ToUnixNanos(row.assess_time));
  parameters.AddTexts(texts_of(&StandingRow::client));
  parameters.AddIntegers(times);
  parameters.AddTexts(texts_of(&StandingRow::id));
  parameters.AddByteStrings(texts_of(&StandingRow::outcome));
  return static_cast<Connection&>(connection).UseWith(kPutStandings, std::move(parameters)).Run();
}

}  // namespace ladder::records::postgres
