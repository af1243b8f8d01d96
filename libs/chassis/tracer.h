// File: tracer.h
//
// Makes the spans of a process: one for each call that it serves and each that it makes. Spans that are sampled wait in
// a bounded queue for whoever exports them (otlp_exporter.h); where nobody does, only the caller's own trace goes on.
//
//   Tracer tracer({.ratio = 0.01}, &random);
//   const TraceContext context = tracer.Begin(callers_context);
//   ...
//   tracer.End({.context = context, .name = "ladder.scoring.v1.ScoringService/Score", ...});
//
// A span holds names, times and a code, and never what was asked or answered.

#ifndef LADDER_LIBS_CHASSIS_TRACER_H_
#define LADDER_LIBS_CHASSIS_TRACER_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/time/time.h"
#include "libs/chassis/measure.h"
#include "libs/chassis/mutex.h"
#include "libs/chassis/random.h"
#include "libs/chassis/trace.h"

namespace ladder {

struct Span {
  enum class Kind { kServer, kClient };

  TraceContext context;
  std::string parent_span_id = {};  // Empty: the trace begins here.
  std::string name = {};            // "package.Service/Method".
  Kind kind = Kind::kServer;
  absl::Time begin = {};
  absl::Time end = {};
  absl::StatusCode code = absl::StatusCode::kOk;
  // Traces that share this span, as results of several callers share a batch.
  std::vector<TraceContext> links = {};
};

// Thread-safe.
class Tracer {
 public:
  struct Options {
    // The share of traces that begin here which are sampled. 0: none; a caller's trace goes on nevertheless.
    double ratio = 0;
    // One span more is dropped, and counted.
    std::size_t max_queued = 4096;
  };

  // `random` is borrowed.
  Tracer(Options options, RandomSource* random) : options_(options), random_(random) {}

  // A new span under `parent`; where that is not set, perhaps of a trace that begins here, else of none.
  TraceContext Begin(const TraceContext& parent);
  // Queues it where it is sampled and somebody exports.
  void End(Span span);

  // Somebody takes spans from now on.
  void EnableExport();
  // At most `limit` of those that wait, the oldest first.
  std::vector<Span> Take(std::size_t limit);
  const Counter& dropped() const { return dropped_; }

 private:
  std::string RandomBytes(std::size_t count);

  const Options options_;
  RandomSource* const random_;
  Counter dropped_;
  Mutex mutex_;
  bool exported_ ABSL_GUARDED_BY(mutex_) = false;
  std::vector<Span> queue_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace ladder

#endif  // LADDER_LIBS_CHASSIS_TRACER_H_
