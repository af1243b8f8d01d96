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
//
// Streams are counted apart: an open one takes no place of a call, and each item of it that is worked on takes one.
//
//   auto ticket = calls.BeginStream("ladder.scoring.v1.ScoringService/ScoreStream", deadline, weak_call);
//   absl::Status taken = calls.BeginItem(*ticket);  // Refused as a call would be; else once:
//   calls.EndItem(*ticket);
//   calls.NoteProgress(*ticket);  // The caller has sent or taken a message.

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
    // Where one more opens, the one that has been without progress for longest gives way.
    std::size_t max_streams = 1000;
    // A stream whose caller sends and takes nothing for so long ends.
    absl::Duration stream_idle_timeout = absl::Minutes(1);
  };
  using Ticket = std::uint64_t;

  // Keeps both. Without a tracer calls belong to no trace.
  CallTracker(Options options, const Clock* clock, Tracer* tracer = nullptr);
  CallTracker(const CallTracker&) = delete;
  CallTracker& operator=(const CallTracker&) = delete;
  ~CallTracker();

  // Deadlines are of the steady clock. The one that is so far away; infinite where `left` is.
  absl::Time DeadlineIn(absl::Duration left) const;
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
  // Likewise for a stream. RESOURCE_EXHAUSTED where too many are open and work is done for each.
  absl::StatusOr<Ticket> BeginStream(absl::string_view method, absl::Time deadline, std::weak_ptr<TrackedCall> call,
                                     Ends ends = Ends::kByItself, const TraceContext& parent = {});
  // Takes a place of a call for an item. RESOURCE_EXHAUSTED where there is none.
  absl::Status BeginItem(Ticket stream);
  // Gives it back, also where the stream has ended meanwhile. Once for each BeginItem that succeeded.
  void EndItem(Ticket stream);
  // The caller has sent or taken something, or it is its turn from now on.
  void NoteProgress(Ticket stream);
  // Until NoteProgress the stream waits for the server and not for its caller, so that it is not idle.
  void WaitForServer(Ticket stream);
  // CANCELLED in the last twentieth of its time counts as DEADLINE_EXCEEDED, unless the call ends kWhenLeft: gRPC tells
  // of a deadline that passed as of a caller that left, and a caller's own timer may run out first.
  void End(Ticket ticket, const absl::Status& status);

  // The span of a call that is under way; of no trace where there is none.
  TraceContext TraceOf(Ticket ticket) const;

  // Whether half of a call's time is over, or the call itself.
  bool IsHalfOver(Ticket ticket) const;

  // Calls, and items of streams.
  std::size_t UnderWay() const;
  std::size_t OpenStreams() const;
  const Counter& streams_idled() const { return streams_idled_; }
  const Counter& streams_given_way() const { return streams_given_way_; }
  // Calls that ended with `code` since the start, the refused ones among them.
  std::int64_t Ended(absl::string_view method, absl::StatusCode code) const;
  // How long they took, by method and code.
  void ForEachEnded(
      absl::FunctionRef<void(const std::string& method, absl::StatusCode code, const Histogram& seconds)> take) const;

  // Finishes with DEADLINE_EXCEEDED what is past its deadline, and with CANCELLED the streams that are idle. The server
  // calls it ten times a second.
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
    absl::Time began_steady;
    absl::Time deadline;
    std::weak_ptr<TrackedCall> call;
    Ends ends;
    TraceContext trace;
    std::string parent_span_id;
  };

  // What is open beside its entry in `under_way_`.
  struct Stream {
    absl::Time progress;  // The last.
    std::size_t items = 0;
    bool waits_for_server = false;
    bool gives_way = false;
  };

  // A refusal as long as nothing may begin, or nothing that ends so.
  absl::Status MayBegin(Ends ends) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  std::size_t PlacesTaken() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  Ticket Enter(absl::string_view method, absl::Time deadline, std::weak_ptr<TrackedCall> call, Ends ends,
               const TraceContext& trace, const TraceContext& parent) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // Makes a place for one more stream where all are taken. `gives_way` is to be finished then.
  absl::Status MakePlaceForStream(std::shared_ptr<TrackedCall>& gives_way) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Report(absl::string_view method, absl::Duration duration, const TraceContext& trace, const absl::Status& status);

  const Options options_;
  const Clock* const clock_;
  Tracer* const tracer_;  // May be null.
  mutable Mutex mutex_;
  CondVar ended_;
  absl::flat_hash_map<Ticket, Entry> under_way_ ABSL_GUARDED_BY(mutex_);
  absl::flat_hash_map<Ticket, Stream> streams_ ABSL_GUARDED_BY(mutex_);
  std::size_t streams_giving_way_ ABSL_GUARDED_BY(mutex_) = 0;
  std::size_t items_ ABSL_GUARDED_BY(mutex_) = 0;
  Counter streams_idled_;
  Counter streams_given_way_;
  Ticket next_ticket_ ABSL_GUARDED_BY(mutex_) = 1;
  bool closed_ ABSL_GUARDED_BY(mutex_) = false;
  bool closed_to_followers_ ABSL_GUARDED_BY(mutex_) = false;
  // None is ever removed. Methods are those of the server, so there are few.
  std::map<std::pair<std::string, absl::StatusCode>, std::unique_ptr<Histogram>> seconds_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace ladder

#endif  // LADDER_LIBS_CHASSIS_CALL_TRACKER_H_
