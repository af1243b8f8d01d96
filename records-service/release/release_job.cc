#include "records-service/release/release_job.h"

#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "libs/chassis/log.h"
#include "records-service/release/cohort_counter.h"
#include "records-service/release/sealing.h"
#include "records-service/release/table_shape.h"

namespace ladder::records::release {
namespace {

constexpr std::size_t kCohortsAtATime = 100;

absl::Time FloorToTick(absl::Time time, absl::Duration tick) {
  return absl::UnixEpoch() + absl::Floor(time - absl::UnixEpoch(), tick);
}

absl::Time Earlier(std::optional<absl::Time> a, absl::Time b) { return a.has_value() ? std::min(*a, b) : b; }

// The first error stays.
void Note(const absl::Status& status, absl::Status& first) {
  if (first.ok()) first = status;
}

}  // namespace

ReleaseJob::~ReleaseJob() { Stop(); }

absl::Status ReleaseJob::RunTick(absl::Time tick) {
  absl::Status first = SealDue(tick);
  Note(ReleaseSealed(), first);
  (first.ok() ? ticks_ok_ : ticks_failed_).Add();
  return first;
}

absl::Status ReleaseJob::SealDue(absl::Time tick) {
  absl::Status first;
  std::vector<GatheringCohort> of_clinic;
  std::string after_clinic;
  std::string after_id;
  while (!IsStopping()) {
    const auto page = store_.ListGathering(after_clinic, after_id, kCohortsAtATime);
    if (!page.ok()) return page.status();
    for (const GatheringCohort& cohort : *page) {
      if (!of_clinic.empty() && of_clinic.front().partition.clinic != cohort.partition.clinic) {
        Note(SealDueOf(std::exchange(of_clinic, {}), tick), first);
      }
      of_clinic.push_back(cohort);
    }
    if (page->size() < kCohortsAtATime) break;
    after_clinic = page->back().partition.clinic;
    after_id = page->back().id;
  }
  Note(SealDueOf(of_clinic, tick), first);
  return first;
}

absl::Status ReleaseJob::SealDueOf(const std::vector<GatheringCohort>& of_clinic, absl::Time tick) {
  const ClientsOf clients_of = [this](const GatheringCohort& cohort) -> absl::StatusOr<std::set<std::string>> {
    absl::StatusOr<std::vector<std::string>> clients = store_.ListCohortClients(cohort.partition.clinic, cohort.id);
    if (!clients.ok()) return clients.status();
    return std::set<std::string>(clients->begin(), clients->end());
  };
  const absl::StatusOr<std::vector<Sealing>> sealings =
      DecideSealings(of_clinic, options_, tick, clients_of, [this] { return ids_.Next(); });
  if (!sealings.ok()) return sealings.status();
  absl::Status first;
  for (const Sealing& sealing : *sealings) {
    if (IsStopping()) break;
    const absl::Status status = store_.Seal(sealing);
    // Another replica may have been faster.
    if (!absl::IsAborted(status)) Note(status, first);
  }
  return first;
}

absl::Status ReleaseJob::ReleaseSealed() {
  absl::Status first;
  std::optional<absl::Time> oldest_left;  // Of those that could not be released.
  std::string after_clinic;
  std::string after_id;
  while (!IsStopping()) {
    absl::StatusOr<std::vector<SealedCohort>> page = store_.ListSealed(after_clinic, after_id, kCohortsAtATime);
    if (!page.ok()) return page.status();
    if (page->empty()) break;
    after_clinic = page->back().partition.clinic;
    after_id = page->back().id;
    std::optional<absl::Time> oldest = oldest_left;
    for (const SealedCohort& cohort : *page) oldest = Earlier(oldest, cohort.close_time);
    SetOldest(oldest);
    const bool is_last = page->size() < kCohortsAtATime;
    // Replicas begin at different places, so that they share the work.
    const std::size_t begin = random_.Next() % page->size();
    std::rotate(page->begin(), page->begin() + static_cast<std::ptrdiff_t>(begin), page->end());
    for (const SealedCohort& cohort : *page) {
      if (IsStopping()) return first;
      const absl::Status released = Release(cohort);
      if (!released.ok()) oldest_left = Earlier(oldest_left, cohort.close_time);
      Note(released, first);
    }
    if (is_last) break;
  }
  SetOldest(oldest_left);
  return first;
}

absl::Status ReleaseJob::Release(const SealedCohort& cohort) {
  // Before the transaction, which so asks for nothing else: every version that a row can name is published by now.
  const auto series = ParseSeriesText(cohort.partition.series);
  if (!series.ok()) return series.status();
  const auto versions = series_.VersionsOf(series->first, series->second);
  if (!versions.ok()) return versions.status();
  const TableShape shape = ShapeOf(*versions);
  CohortCounter counter(shape, options_, noise_);
  const absl::StatusOr<bool> released = store_.Release(cohort, counter);
  if (!released.ok()) return released.status();
  if (!*released) return absl::OkStatus();
  entries_.Add(counter.runs());
  for (const std::string& id : counter.unusable()) {
    unusable_.Note(RowReader::kRelease, cohort.partition.clinic, id);
  }
  return absl::OkStatus();
}

void ReleaseJob::SetOldest(std::optional<absl::Time> close_time) {
  MutexLock lock(&mutex_);
  oldest_close_time_ = close_time;
}

void ReleaseJob::AddTo(Metrics& metrics) const {
  constexpr char kTicks[] = "ladder_release_ticks_total";
  constexpr char kTicksHelp[] = "Ticks at which cohorts were closed and released.";
  metrics.Add(kTicks, kTicksHelp, ticks_ok_, {{"outcome", "ok"}});
  metrics.Add(kTicks, kTicksHelp, ticks_failed_, {{"outcome", "failed"}});
  metrics.Add("ladder_release_entries_total", "Entries that this process put into the log.", entries_);
  metrics.AddGauge("ladder_release_oldest_unreleased_seconds",
                   "Time since the oldest cohort was closed that is not released yet; 0: there is none.", [this] {
                     MutexLock lock(&mutex_);
                     if (!oldest_close_time_.has_value()) return 0.0;
                     return absl::ToDoubleSeconds(clock_.Now() - *oldest_close_time_);
                   });
}

void ReleaseJob::Start() {
  thread_ = std::thread([this] { Run(); });
}

void ReleaseJob::Stop() {
  {
    MutexLock lock(&mutex_);
    stopping_ = true;
    changed_.NotifyAll();
  }
  if (thread_.joinable()) thread_.join();
}

void ReleaseJob::Run() {
  absl::Time tick;
  do {
    tick = FloorToTick(clock_.Now(), options_.tick);
    const absl::Status status = RunTick(tick);
    // Never with a figure in it: what is logged here would be outside of the promise.
    if (!status.ok()) Log(LogLevel::kWarning, "release_failed", {{"error", status.message()}});
  } while (WaitWhileIn(tick));
}

bool ReleaseJob::WaitWhileIn(absl::Time tick) {
  MutexLock lock(&mutex_);
  while (!stopping_) {
    const absl::Time now = clock_.Now();
    if (FloorToTick(now, options_.tick) != tick) return true;
    changed_.WaitFor(lock, tick + options_.tick - now);
  }
  return false;
}

bool ReleaseJob::IsStopping() {
  MutexLock lock(&mutex_);
  return stopping_;
}

}  // namespace ladder::records::release
