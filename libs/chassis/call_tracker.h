// File: call_tracker.h
//
// The register of the calls that a server has under way. It is the one place that every call passes at its begin and
// at its end: there it is admitted, counted and logged (method, code, duration). What the drain still finds under way
// at its deadline, and what outlives its own deadline, is finished from here.
//
//   CallTracker calls(CallTracker::Options{}, &clock);
//   auto ticket = calls.Begin("ladder.scoring.v1.ScoringService/Score", deadline, weak_call);
//   if (!ticket.ok()) return Refuse(ticket.status());
//   ...
//   calls.End(*ticket, status);  // Exactly once for each Begin that succeeded.
//
// Unary handlers do not use it by hand: call.h does.

#ifndef LADDER_LIBS_CHASSIS_CALL_TRACKER_H_
#define LADDER_LIBS_CHASSIS_CALL_TRACKER_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "libs/chassis/clock.h"
#include "libs/chassis/measure.h"
#include "libs/chassis/mutex.h"
#include "libs/chassis/trace.h"
#include "libs/chassis/tracer.h"

namespace ladder {

// A call that can be finished from outside.
class TrackedCall {
 public:
  virtual ~TrackedCall() = default;
  // Finishes the call with `status` unless it is finished already. Thread-safe; does not block.
  virtual void Abort(const absl::Status& status) = 0;
};

// Thread-safe. Outlives every call that began on it.
class CallTracker {
 public:
  struct Options {
    // What a call gets that came without a deadline.
    absl::Duration default_timeout = absl::Seconds(10);
    // One more is refused with RESOURCE_EXHAUSTED.
    std::size_t max_calls_under_way = 10'000;
  };
  using Ticket = std::uint64_t;

  // Keeps both. Without a tracer calls belong to no trace.
  CallTracker(Options options, const Clock* clock, Tracer* tracer = nullptr);
  CallTracker(const CallTracker&) = delete;
  CallTracker& operator=(const CallTracker&) = delete;
  ~CallTracker();

  // The caller's deadline, or the default one where it is infinite.
  absl::Time EffectiveDeadline(absl::Time callers_deadline) const;

  // Whether a call ends by itself, or goes on until its caller leaves, as one that follows something does.
  enum class Ends { kByItself, kWhenLeft };

  // `parent` is the span under which the caller has put the call.
  //
  // RESOURCE_EXHAUSTED where too many are under way; UNAVAILABLE after AbortAll, for a call that ends kWhenLeft also
  // after AbortFollowers. All are counted and logged here.
  absl::StatusOr<Ticket> Begin(absl::string_view method, absl::Time deadline, std::weak_ptr<TrackedCall> call,
                               Ends ends = Ends::kByItself, const TraceContext& parent = {});
  // CANCELLED in the last twentieth of its time counts as DEADLINE_EXCEEDED, unless the call ends kWhenLeft: gRPC tells
  // of a deadline that passed as of a caller that left, and a caller's own timer may run out first.
  void End(Ticket ticket, const absl::Status& status);

  // The span of a call that is under way; of no trace where there is none.
  TraceContext TraceOf(Ticket ticket) const;

  // Whether half of a call's time is over, or the call itself.
  bool IsHalfOver(Ticket ticket) const;

  std::size_t UnderWay() const;
  // Calls that ended with `code` since the start, the refused ones among them.
  std::int64_t Ended(absl::string_view method, absl::StatusCode code) const;
  // How long they took, by method and code.
  void ForEachEnded(
      absl::FunctionRef<void(const std::string& method, absl::StatusCode code, const Histogram& seconds)> take) const;

  // Finishes with DEADLINE_EXCEEDED what is past its deadline. The server calls it ten times a second.
  void AbortExpired();
  // Finishes what ends kWhenLeft with `status`; from then on Begin refuses it. A drain would wait for it in vain.
  void AbortFollowers(const absl::Status& status);
  // Finishes everything under way with `status`; from then on Begin refuses.
  void AbortAll(const absl::Status& status);
  // False where calls are still under way after `timeout`.
  bool WaitUntilIdle(absl::Duration timeout);

 private:
  struct Entry {
    std::string method;
    absl::Time began;
    absl::Time deadline;
    std::weak_ptr<TrackedCall> call;
    Ends ends;
    TraceContext trace;
    std::string parent_span_id;
  };

  void Report(absl::string_view method, absl::Duration duration, const TraceContext& trace, const absl::Status& status);

  const Options options_;
  const Clock* const clock_;
  Tracer* const tracer_;  // May be null.
  mutable Mutex mutex_;
  CondVar ended_;
  absl::flat_hash_map<Ticket, Entry> under_way_ ABSL_GUARDED_BY(mutex_);
  Ticket next_ticket_ ABSL_GUARDED_BY(mutex_) = 1;
  bool closed_ ABSL_GUARDED_BY(mutex_) = false;
  bool closed_to_followers_ ABSL_GUARDED_BY(mutex_) = false;
  // None is ever removed. Methods are those of the server, so there are few.
  std::map<std::pair<std::string, absl::StatusCode>, std::unique_ptr<Histogram>> seconds_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace ladder

#endif  // LADDER_LIBS_CHASSIS_CALL_TRACKER_H_
