// File: writer.h
//
// Group commit. One thread takes all assessments that wait, has the store write them in one transaction, and answers
// after the commit; what arrives meanwhile is the next transaction. So the batches grow with the load, without a timer.
//
//   Writer writer(store, Writer::Limits{});
//   writer.Submit(std::move(rows), [](std::vector<Writer::Outcome> outcomes) { ... });
//
// Thread-safe. Knows neither gRPC nor a database.

#ifndef LADDER_RECORDS_SERVICE_WRITER_H_
#define LADDER_RECORDS_SERVICE_WRITER_H_

#include <cstddef>
#include <deque>
#include <functional>
#include <optional>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "libs/chassis/measure.h"
#include "libs/chassis/metrics.h"
#include "libs/chassis/mutex.h"
#include "records-service/store/store.h"

namespace ladder::records {

// The reason of UNAVAILABLE where more waits than may.
inline constexpr char kWriteQueueFull[] = "WRITE_QUEUE_FULL";

class Writer {
 public:
  struct Limits {
    // What may wait, the batch that is being written not counted.
    std::size_t queued_rows = 4096;
    std::size_t queued_bytes = 64 << 20;
    // What goes into one transaction. A submission of more than that goes alone.
    std::size_t batch_rows = 256;
    std::size_t batch_bytes = 4 << 20;
  };

  // What the store says of a row, or why it cannot.
  using Outcome = absl::StatusOr<WriteOutcome>;
  // One outcome for each row, in their order.
  using Done = std::function<void(std::vector<Outcome>)>;

  // `store` has to outlive the writer.
  Writer(AssessmentStore& store, Limits limits);
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;
  // Stops.
  ~Writer();

  // Calls `done` exactly once: on the writer's thread after the commit, or at once where the queue is full or the
  // writer has stopped. `done` may not block. Each row has an outcome of its own: where the store cannot take one, the
  // others are written without it.
  void Submit(std::vector<AssessmentRow> rows, Done done);

  // Shows what it counts.
  void AddTo(Metrics& metrics) const;

  // Writes what was accepted, then ends the thread. May be called twice; not by the writer's thread.
  void Stop();

 private:
  struct Job {
    std::vector<AssessmentRow> rows;
    std::size_t bytes = 0;
    Done done;
  };

  absl::Status Enqueue(Job& job);
  void Run();
  // Waits for work and takes as many jobs as make a batch. None: the end.
  std::vector<Job> TakeBatch();
  void WriteBatch(std::vector<Job> jobs);
  // Appends one outcome for each row.
  void WriteRows(absl::Span<const AssessmentRow> rows, std::vector<Outcome>& outcomes);

  AssessmentStore& store_;
  const Limits limits_;

  Histogram batch_rows_{1, 2, 4, 8, 16, 32, 64, 128, 256};
  Histogram commit_seconds_{0.0001, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5};
  mutable Mutex mutex_;
  CondVar changed_;
  std::deque<Job> queue_ ABSL_GUARDED_BY(mutex_);
  std::size_t queued_rows_ ABSL_GUARDED_BY(mutex_) = 0;
  std::size_t queued_bytes_ ABSL_GUARDED_BY(mutex_) = 0;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;

  std::thread thread_;  // Last: it uses all of the above.
};

}  // namespace ladder::records

#endif  // LADDER_RECORDS_SERVICE_WRITER_H_
