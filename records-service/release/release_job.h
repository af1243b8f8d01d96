// File: release_job.h
//
// Closes cohorts at every tick and releases those that are closed, on a thread of its own. Several replicas may do so
// at once: the store lets each thing happen once, and each starts at a cohort of its own choice.
//
//   ReleaseJob job(store, series, noise, options, clock, random, unusable);
//   job.Start();
//   ...
//   job.Stop();
//
// Ownership: what the constructor is given has to outlive it.

#ifndef LADDER_RECORDS_SERVICE_RELEASE_RELEASE_JOB_H_
#define LADDER_RECORDS_SERVICE_RELEASE_RELEASE_JOB_H_

#include <optional>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/time/time.h"
#include "libs/chassis/clock.h"
#include "libs/chassis/measure.h"
#include "libs/chassis/metrics.h"
#include "libs/chassis/mutex.h"
#include "libs/chassis/random.h"
#include "records-service/ids.h"
#include "records-service/release/discrete_laplace.h"
#include "records-service/release/release_options.h"
#include "records-service/release/series_programs.h"
#include "records-service/store/release_store.h"
#include "records-service/unusable_rows.h"

namespace ladder::records::release {

class ReleaseJob {
 public:
  ReleaseJob(ReleaseStore& store, SeriesPrograms& series, NoiseSource& noise, const ReleaseOptions& options,
             const Clock& clock, RandomSource& random, UnusableRows& unusable)
      : store_(store),
        series_(series),
        noise_(noise),
        options_(options),
        clock_(clock),
        random_(random),
        unusable_(unusable),
        ids_(clock, random) {}
  ReleaseJob(const ReleaseJob&) = delete;
  ReleaseJob& operator=(const ReleaseJob&) = delete;
  // Stops.
  ~ReleaseJob();

  // One tick: closes what is due at `tick` and releases all that is closed, also what an earlier tick has left. Goes on
  // with the others where one fails, and returns the first error. An assessment that cannot be counted is left out of
  // its cohort and noted as unusable.
  absl::Status RunTick(absl::Time tick);

  // Shows what it counts, none of which is a figure about people.
  void AddTo(Metrics& metrics) const;

  // From now on runs at once, and again when each tick begins.
  void Start();
  // Finishes the cohort under way. May be called twice.
  void Stop();

 private:
  absl::Status SealDue(absl::Time tick);
  absl::Status SealDueOf(const std::vector<GatheringCohort>& of_clinic, absl::Time tick);
  absl::Status ReleaseSealed();
  absl::Status Release(const SealedCohort& cohort);
  void SetOldest(std::optional<absl::Time> close_time);

  void Run();
  // Waits while it is `tick` by the time of day, for a tick's length at most: a clock that was ahead and is set back
  // holds up no release. False once it is to stop.
  bool WaitWhileIn(absl::Time tick);
  bool IsStopping();

  ReleaseStore& store_;
  SeriesPrograms& series_;
  NoiseSource& noise_;
  const ReleaseOptions options_;
  const Clock& clock_;
  RandomSource& random_;
  UnusableRows& unusable_;
  IdMaker ids_;

  Counter ticks_ok_;
  Counter ticks_failed_;
  Counter entries_;
  mutable Mutex mutex_;
  // When the oldest of the closed cohorts that are left was closed.
  std::optional<absl::Time> oldest_close_time_ ABSL_GUARDED_BY(mutex_);
  CondVar changed_;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace ladder::records::release

#endif  // LADDER_RECORDS_SERVICE_RELEASE_RELEASE_JOB_H_
