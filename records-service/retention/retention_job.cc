#include "records-service/retention/retention_job.h"

#include <cstdint>
#include <vector>

#include "libs/chassis/log.h"

namespace ladder::records::retention {
namespace {

constexpr std::size_t kClinicsAtATime = 100;
// While a transaction runs nobody else writes in its clinic.
constexpr std::size_t kRowsAtATime = 500;
constexpr absl::Duration kBetweenRuns = absl::Hours(1);

// The first error stays.
void Note(const absl::Status& status, absl::Status& first) {
  if (first.ok()) first = status;
}

}  // namespace

RetentionJob::~RetentionJob() { Stop(); }

absl::Status RetentionJob::RunOnce(absl::Time now) {
  absl::Status first;
  std::size_t removed = 0;
  std::string after;
  while (!IsStopping()) {
    const absl::StatusOr<std::vector<std::string>> clinics = store_.ListClinics(after, kClinicsAtATime);
    if (!clinics.ok()) {
      Note(clinics.status(), first);
      break;
    }
    for (const std::string& clinic : *clinics) {
      Note(RemoveOlder(clinic, now, removed), first);
      Note(ForgetExpired(clinic, now), first);
    }
    if (clinics->size() < kClinicsAtATime) break;
    after = clinics->back();
  }
  if (removed > 0) {
    removed_rows_.Add(static_cast<std::int64_t>(removed));
    Log(LogLevel::kInfo, "retention_removed", {{"assessments", static_cast<std::int64_t>(removed)}});
    scrub_is_due_ = true;
  }
  if (!scrub_is_due_) return first;
  const absl::Status scrubbed = store_.Scrub();
  scrub_is_due_ = !scrubbed.ok();
  Note(scrubbed, first);
  return first;
}

absl::Status RetentionJob::RemoveOlder(const std::string& clinic, absl::Time now, std::size_t& removed) {
  const absl::Duration kept = options_.Of(clinic);
  if (kept == absl::ZeroDuration()) return absl::OkStatus();
  std::size_t last = kRowsAtATime;
  while (last == kRowsAtATime && !IsStopping()) {
    const absl::StatusOr<std::size_t> rows = store_.RemoveOlder(clinic, now - kept, now + kRefusedFor, kRowsAtATime);
    if (!rows.ok()) return rows.status();
    last = *rows;
    removed += last;
  }
  return absl::OkStatus();
}

absl::Status RetentionJob::ForgetExpired(const std::string& clinic, absl::Time now) {
  std::size_t last = kRowsAtATime;
  while (last == kRowsAtATime && !IsStopping()) {
    const absl::StatusOr<std::size_t> requests = store_.ForgetExpired(clinic, now, kRowsAtATime);
    if (!requests.ok()) return requests.status();
    last = *requests;
  }
  return absl::OkStatus();
}

void RetentionJob::Start() {
  thread_ = std::thread([this] { Run(); });
}

void RetentionJob::Stop() {
  {
    MutexLock lock(&mutex_);
    stopping_ = true;
    changed_.NotifyAll();
  }
  if (thread_.joinable()) thread_.join();
}

void RetentionJob::Run() {
  absl::Time begun;
  do {
    begun = clock_.SteadyNow();
    const absl::Status status = RunOnce(clock_.Now());
    if (!status.ok()) Log(LogLevel::kWarning, "retention_failed", {{"error", status.message()}});
    MutexLock lock(&mutex_);
    last_run_ok_ = status.ok();
  } while (WaitUntil(begun + kBetweenRuns));
}

bool RetentionJob::WaitUntil(absl::Time steady_time) {
  MutexLock lock(&mutex_);
  while (!stopping_) {
    const absl::Duration left = steady_time - clock_.SteadyNow();
    if (left <= absl::ZeroDuration()) return true;
    changed_.WaitFor(lock, left);
  }
  return false;
}

bool RetentionJob::IsStopping() {
  MutexLock lock(&mutex_);
  return stopping_;
}

}  // namespace ladder::records::retention
