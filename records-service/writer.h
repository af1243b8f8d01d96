// File: writer.h
//
// Group commit. One thread takes all assessments that wait and has the store write them in one transaction; what
// arrives meanwhile is the next transaction. So the batches grow with the load, without a timer. The thread does
// nothing else: rows come finished, and those who wait for them are answered on another thread.
//
//   Writer writer(store, Writer::Limits{}, answerers);
//   writer.Submit(std::move(rows), [](std::vector<Writer::Outcome> outcomes) { ... });
//
// Thread-safe. Knows neither gRPC nor a database. Does not bound what waits: whoever submits does
// (assessment_creator.h).

#ifndef LADDER_RECORDS_SERVICE_WRITER_H_
#define LADDER_RECORDS_SERVICE_WRITER_H_

#include <cstddef>
#include <deque>
#include <functional>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "libs/chassis/executor.h"
#include "libs/chassis/measure.h"
#include "libs/chassis/metrics.h"
#include "libs/chassis/mutex.h"
#include "records-service/store/store.h"

namespace ladder::records {

class Writer {
 public:
  struct Limits {
    // What goes into one transaction. A submission of more than that goes alone.
    std::size_t batch_rows = 256;
    std::size_t batch_bytes = 4 << 20;
  };

  // What the store says of a row, or why it cannot.
  using Outcome = absl::StatusOr<WriteOutcome>;
  // One outcome for each row, in their order.
  using Done = std::function<void(std::vector<Outcome>)>;

  // Both have to outlive the writer; `answerers` needs a queue that takes all that waits.
  Writer(AssessmentStore& store, Limits limits, Executor& answerers);
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;
  // Stops.
  ~Writer();

  // Calls `done` exactly once: on a thread of `answerers` after the commit, or at once where the writer has stopped.
  // `done` may not block. Each row has an outcome of its own: where the store cannot take one, the others are written
  // without it.
  void Submit(std::vector<AssessmentRow> rows, Done done);

  // Shows what it counts.
  void AddTo(Metrics& metrics) const;

  // Writes what was submitted, then ends the thread. May be called twice; not by the writer's thread.
  void Stop();

 private:
  struct Job {
    std::vector<AssessmentRow> rows;
    std::size_t bytes = 0;
    Done done;
  };
  // Jobs that were written, each of so many rows.
  struct Written {
    std::vector<Job> jobs;
    std::vector<std::size_t> counts;
    std::vector<Outcome> outcomes;
  };

  void Run();
  // Waits for work and takes as many jobs as make a batch. None: the end.
  std::vector<Job> TakeBatch();
  void WriteBatch(std::vector<Job> jobs);
  static void Answer(Written& written);
  // Appends one outcome for each row.
  void WriteRows(absl::Span<const AssessmentRow> rows, std::vector<Outcome>& outcomes);

  AssessmentStore& store_;
  const Limits limits_;
  Executor& answerers_;

  Histogram batch_rows_{1, 2, 4, 8, 16, 32, 64, 128, 256};
  Histogram commit_seconds_{0.0001, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5};
  mutable Mutex mutex_;
  CondVar changed_;
  std::deque<Job> queue_ ABSL_GUARDED_BY(mutex_);
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;

  std::thread thread_;  // Last: it uses all of the above.
};

}  // namespace ladder::records

#endif  // LADDER_RECORDS_SERVICE_WRITER_H_
