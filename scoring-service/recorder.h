// File: recorder.h
//
// Hands results to the records service in batches and answers each only when it is durable. A batch holds what has
// gathered while earlier batches were under way: one request alone goes at once, many go together, and no timer delays
// either.
//
//   recorder.Record(std::move(create), call->deadline(), [](auto recorded) { ... });

#ifndef LADDER_SCORING_SERVICE_RECORDER_H_
#define LADDER_SCORING_SERVICE_RECORDER_H_

#include <cstddef>
#include <deque>
#include <functional>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "ladder/records/v1/assessment_service.pb.h"
#include "libs/chassis/caller.h"
#include "libs/chassis/clock.h"
#include "libs/chassis/measure.h"
#include "libs/chassis/metrics.h"
#include "libs/chassis/mutex.h"
#include "scoring-service/records_assessments.h"

namespace ladder::scoring {

// A batch holds at most so many records, and at most so many bytes unless it is one larger record alone.
inline constexpr std::size_t kMaxBatchRecords = 256;
inline constexpr std::size_t kMaxBatchBytes = std::size_t{512} * 1024;
inline constexpr int kMaxBatchesUnderWay = 2;
// Records that wait for a batch; past either, one more is refused.
inline constexpr std::size_t kMaxWaitingRecords = 8192;
inline constexpr std::size_t kMaxWaitingBytes = std::size_t{64} * 1024 * 1024;
// Questions after earlier records under way; past it one more is refused.
inline constexpr int kMaxFindsUnderWay = 1024;

// Thread-safe. Outlives every call that it made to `records`.
class Recorder {
 public:
  using Callback = std::function<void(absl::StatusOr<records::v1::CreateAssessmentResponse>)>;

  // Both are borrowed.
  Recorder(RecordsAssessments* records, const Clock* clock) : records_(records), clock_(clock) {}

  // Calls `done` exactly once, perhaps before it returns: with what is durable now, or with
  //   RESOURCE_EXHAUSTED  too much waits already; nothing was sent
  //   DEADLINE_EXCEEDED   it waited beyond its deadline; nothing was sent
  //   UNAVAILABLE         records could not be reached in time; the outcome is unknown, and the same request_id settles
  //                       it
  // or with how records refused it.
  void Record(records::v1::CreateAssessmentRequest request, Caller caller, Callback done);

  // For a submission that can no longer be scored, with the error `why_not`: it may be a retry of one that was
  // recorded. Gives what its request_id recorded, or `why_not` where it recorded nothing, or records' own refusal.
  void FindRecorded(records::v1::FindRecordedRequest request, absl::Status why_not, const TraceContext& trace,
                    Callback done);

  // Shows what it counts.
  void AddTo(Metrics& metrics) const;

 private:
  struct Waiting {
    records::v1::CreateAssessmentRequest request;
    std::size_t bytes = 0;
    Caller caller;
    Callback done;
  };
  using Batch = std::vector<Waiting>;

  // Takes it, or says why not and leaves it as it is.
  absl::Status Enqueue(Waiting& waiting);
  void SendWhatWaits();
  // Moves the next batch out of the queue, and what waited too long into `expired`.
  Batch TakeBatch(Batch& expired) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Send(Batch batch);

  RecordsAssessments* const records_;
  const Clock* const clock_;
  Histogram batch_rows_{1, 2, 4, 8, 16, 32, 64, 128, 256};
  mutable Mutex mutex_;
  std::deque<Waiting> waiting_ ABSL_GUARDED_BY(mutex_);
  std::size_t waiting_bytes_ ABSL_GUARDED_BY(mutex_) = 0;
  int batches_under_way_ ABSL_GUARDED_BY(mutex_) = 0;
  int finds_under_way_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace ladder::scoring

#endif  // LADDER_SCORING_SERVICE_RECORDER_H_
