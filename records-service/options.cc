#include "records-service/options.h"

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

namespace ladder::records {

void Options::AddTo(OptionSet* options) {
  server.AddTo(options);
  options->AddCheck([this] { return server.Verify(); });
  options->Add("store", &store, "sqlite: on a disk of this machine. postgres: a database for several machines.");
  options->Add(
      "data-dir", &data_dir,
      "Directory of the SQLite database, on a disk of this machine. Required for it. `ladderctl store migrate` "
      "makes it; one process at a time may use it.");
  options->Add("postgres", &postgres.conninfo,
               "The PostgreSQL database, as 'host=db1,db2 dbname=ladder user=ladder' or a postgresql:// URI, without a "
               "password. Of several hosts the one that takes writes is used.");
  options->AddSecret("postgres-password", &postgres.password, "The password for PostgreSQL. Absent: none is sent.");
  options->Add("postgres-connections", &postgres_connections, {.min = 2, .max = 500},
               "Connections to PostgreSQL, at most. More calls than that wait for each other.");
  options->Add("restored-copy", &restored_copy,
               "The store was restored from a backup: do not start before its log has this epoch, which `ladderctl "
               "store after-restore` prints. Any other text: do not start before that was run.");
  redis::AddTo(options, &redis,
               "host:port of the Redis over which scoring services learn of activations at once. Empty: they learn of "
               "them within half a minute.");
  options->Add("readers", &readers, {.min = 1, .max = 64}, "Threads that read, each with a database connection.");
  options->Add("read-queue", &read_queue, {.min = 1, .max = 100'000},
               "Calls that may wait for a reader. One more is refused with UNAVAILABLE.");
  options->Add("write-queue-rows", &write_queue_rows, {.min = 1, .max = 1'000'000},
               "Assessments that may be accepted and not answered yet. One more is refused with UNAVAILABLE.");
  options->Add("write-queue-mib", &write_queue_mib, {.min = 1, .max = 4096},
               "MiB that such assessments may have, as they were sent.");
  AddReleaseTo(options);
  AddRetentionTo(options);
  options->AddCheck([this] { return VerifyStore(); });
}

absl::Status Options::VerifyStore() {
  postgres.connections = static_cast<int>(postgres_connections);
  if (UsesPostgres()) {
    if (postgres.conninfo.empty()) return absl::InvalidArgumentError("--postgres is required for --store postgres");
    const absl::Status status = postgres::VerifyConninfo(postgres.conninfo);
    return status.ok() ? status : absl::InvalidArgumentError(absl::StrCat("--postgres ", status.message()));
  }
  if (store != "sqlite")
    return absl::InvalidArgumentError(absl::StrCat("--store is '", store, "', not sqlite or postgres"));
  // What is meant for the other store is a mistake about where the data goes.
  if (!postgres.conninfo.empty()) return absl::InvalidArgumentError("--postgres needs --store postgres");
  return data_dir.empty() ? absl::InvalidArgumentError("--data-dir is required for --store sqlite") : absl::OkStatus();
}

void Options::AddReleaseTo(OptionSet* options) {
  options->Add(
      "release-tick", &release.tick, {.min = absl::Minutes(1), .max = absl::Hours(1)},
      "How often cohorts of assessments are closed and released as figures for analysts; figures are told in it.");
  options->Add("release-target-cohort", &release.target_cohort, {.min = 5, .max = 1'000'000},
               "Distinct clients with which a cohort closes at the next tick. More: less noise, coarser in time.");
  options->Add("release-min-cohort", &release.min_cohort, {.min = release::kLeastMinCohort, .max = 1'000'000},
               "Distinct clients with which a cohort closes after the longest wait. Fewer join others under -other.");
  options->Add("release-longest-wait", &release.longest_wait, {.min = absl::Minutes(1), .max = absl::Hours(24 * 366)},
               "How long a cohort waits for the target. What is recorded later than this counts as history.");
  budget_texts_ = {ToText(release.budgets.stage), ToText(release.budgets.detail), ToText(release.budgets.change),
                   ToText(release.budgets.flow)};
  options->Add("release-budget-stage", &budget_texts_.stage,
               "What a release may tell of one client in the table of stages, for example 3/5. Half of it: twice the "
               "noise. All budgets, change and flow twice, are at most 10 together.");
  options->Add("release-budget-detail", &budget_texts_.detail, "Likewise, of stage, range and guidance.");
  options->Add("release-budget-change", &budget_texts_.change, "Likewise, of reliable change. Counts twice.");
  options->Add("release-budget-flow", &budget_texts_.flow, "Likewise, of the flow between stages. Counts twice.");
  options->AddCheck([this] { return ReadBudgets(); });
}

void Options::AddRetentionTo(OptionSet* options) {
  options->Add(
      "retention-days", &retention_days_, {.min = 0, .max = retention::kMostDays},
      "Days after which an assessment is removed, counted from the time that it is about. What is not released "
      "by then is never counted. 0: it is kept for ever.");
  options->Add("retention-of-clinics", &retention_of_clinics_,
               "Clinics with days of their own, for example north=3650,south=0.");
  options->AddCheck([this] { return ReadRetention(); });
}

absl::Status Options::ReadRetention() {
  auto own = retention::ParseRetentions(retention_of_clinics_);
  if (!own.ok()) {
    return absl::InvalidArgumentError(absl::StrCat("--retention-of-clinics: ", own.status().message()));
  }
  retention = {.kept = retention::Days(retention_days_), .kept_of_clinic = *std::move(own)};
  return absl::OkStatus();
}

absl::Status Options::ReadBudgets() {
  const std::pair<const std::string*, release::Budget*> budgets[] = {{&budget_texts_.stage, &release.budgets.stage},
                                                                     {&budget_texts_.detail, &release.budgets.detail},
                                                                     {&budget_texts_.change, &release.budgets.change},
                                                                     {&budget_texts_.flow, &release.budgets.flow}};
  constexpr absl::string_view kNames[] = {"stage", "detail", "change", "flow"};
  for (std::size_t i = 0; i < std::size(budgets); ++i) {
    const absl::StatusOr<release::Budget> budget = release::ParseBudget(*budgets[i].first);
    if (!budget.ok()) {
      return absl::InvalidArgumentError(absl::StrCat("--release-budget-", kNames[i], ": ", budget.status().message()));
    }
    *budgets[i].second = *budget;
  }
  return release::Verify(release);
}

}  // namespace ladder::records
