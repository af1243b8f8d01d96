// File: retention_job.h
//
// Removes assessments that are older than their clinic keeps them, on a thread of its own. Several replicas may do so
// at once. What was released stays; what was not yet released goes without having been counted, so a retention should
// be longer than a cohort waits.
//
//   RetentionJob job(store, options, clock);
//   job.Start();
//   ...
//   job.Stop();
//
// Ownership: what the constructor is given has to outlive it.

#ifndef LADDER_RECORDS_SERVICE_RETENTION_RETENTION_JOB_H_
#define LADDER_RECORDS_SERVICE_RETENTION_RETENTION_JOB_H_

#include <optional>
#include <string>
#include <thread>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/time/time.h"
#include "libs/chassis/clock.h"
#include "libs/chassis/measure.h"
#include "libs/chassis/metrics.h"
#include "libs/chassis/mutex.h"
#include "records-service/retention/retention_options.h"
#include "records-service/store/store.h"

namespace ladder::records::retention {

// How long a request_id of what was removed is refused: longer than any platform tries again.
inline constexpr absl::Duration kRefusedFor = absl::Hours(24 * 90);

class RetentionJob {
 public:
  RetentionJob(Store& store, const RetentionOptions& options, const Clock& clock)
      : store_(store), options_(options), clock_(clock) {}
  RetentionJob(const RetentionJob&) = delete;
  RetentionJob& operator=(const RetentionJob&) = delete;
  // Stops.
  ~RetentionJob();

  // Removes all that is too old at `now`, and forgets the request_ids that may come again. Goes on with the other
  // clinics where one fails, and returns the first error: the next run does what this one left. One thread at a time.
  absl::Status RunOnce(absl::Time now);

  // Shows what it counts.
  void AddTo(Metrics& metrics) const {
    metrics.Add("ladder_retention_removed_rows_total", "Assessments removed because they outlived their retention.",
                removed_rows_);
    metrics.AddGauge("ladder_retention_last_run_ok", "1 where the last run removed all that had to go.",
                     [this]() -> std::optional<double> {
                       MutexLock lock(&mutex_);
                       if (!last_run_ok_.has_value()) return std::nullopt;
                       return *last_run_ok_ ? 1 : 0;
                     });
  }

  // From now on runs at once and again every hour.
  void Start();
  // Finishes the transaction under way. May be called twice.
  void Stop();

 private:
  absl::Status RemoveOlder(const std::string& clinic, absl::Time now, std::size_t& removed);
  absl::Status ForgetExpired(const std::string& clinic, absl::Time now);

  void Run();
  // False once it is to stop.
  bool WaitUntil(absl::Time steady_time);
  bool IsStopping();

  Store& store_;
  const RetentionOptions options_;
  const Clock& clock_;
  bool scrub_is_due_ = false;
  Counter removed_rows_;

  mutable Mutex mutex_;
  CondVar changed_;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::optional<bool> last_run_ok_ ABSL_GUARDED_BY(mutex_);
  std::thread thread_;
};

}  // namespace ladder::records::retention

#endif  // LADDER_RECORDS_SERVICE_RETENTION_RETENTION_JOB_H_
