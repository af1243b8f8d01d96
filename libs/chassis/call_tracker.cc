#include "libs/chassis/call_tracker.h"

#include <chrono>
#include <numeric>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "libs/chassis/errors.h"
#include "libs/chassis/log.h"

namespace ladder {
namespace {

std::unique_ptr<Histogram> NewSeconds() {
  return std::unique_ptr<Histogram>(
      new Histogram{0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10});
}

// What is the caller's affair is told on demand only; what an operator has to look at is told always.
LogLevel LevelFor(absl::StatusCode code) {
  switch (code) {
    case absl::StatusCode::kInternal:
    case absl::StatusCode::kUnknown:
    case absl::StatusCode::kDataLoss:
      return LogLevel::kError;
    case absl::StatusCode::kUnavailable:
    case absl::StatusCode::kResourceExhausted:
    case absl::StatusCode::kDeadlineExceeded:
      return LogLevel::kWarning;
    default:
      return LogLevel::kDebug;
  }
}

// Whether so little is left of the time from `began` on that it may as well be over.
bool IsAsGoodAsOver(absl::Time deadline, absl::Time began, absl::Time now) {
  return deadline != absl::InfiniteFuture() && deadline - now <= (deadline - began) / 20;
}

absl::Status TooManyCalls() {
  return ResourceExhausted("TOO_MANY_CALLS", "the server has too many calls under way; try again");
}

absl::Status Idle(absl::Duration limit) {
  return Cancelled("STREAM_IDLE", absl::StrCat("nothing was sent or taken for ", absl::FormatDuration(limit)));
}

absl::Status TooManyStreams() {
  return ResourceExhausted("TOO_MANY_STREAMS", "the server has too many streams open; this one gives way");
}

}  // namespace

CallTracker::CallTracker(Options options, const Clock* clock, Tracer* tracer)
    : options_(options), clock_(clock), tracer_(tracer) {}

CallTracker::~CallTracker() = default;

absl::Time CallTracker::DeadlineIn(absl::Duration left) const { return clock_->SteadyNow() + left; }

absl::Time CallTracker::EffectiveDeadline(absl::Time callers_deadline) const {
  return callers_deadline == absl::InfiniteFuture() ? clock_->SteadyNow() + options_.default_timeout : callers_deadline;
}

absl::Status CallTracker::MayBegin(Ends ends) const {
  if (!closed_ && !(closed_to_followers_ && ends == Ends::kWhenLeft)) return absl::OkStatus();
  return Unavailable("DRAINING", "the server is stopping; try again");
}

std::size_t CallTracker::PlacesTaken() const { return under_way_.size() - streams_.size() + items_; }

CallTracker::Ticket CallTracker::Enter(absl::string_view method, absl::Time deadline, std::weak_ptr<TrackedCall> call,
                                       Ends ends, const TraceContext& trace, const TraceContext& parent) {
  const Ticket ticket = next_ticket_++;
  under_way_.emplace(ticket, Entry{std::string(method), clock_->Now(), clock_->SteadyNow(), deadline, std::move(call),
                                   ends, trace, parent.span_id});
  return ticket;
}

absl::StatusOr<CallTracker::Ticket> CallTracker::Begin(absl::string_view method, absl::Time deadline,
                                                       std::weak_ptr<TrackedCall> call, Ends ends,
                                                       const TraceContext& parent) {
  TraceContext trace;
  if (tracer_ != nullptr) trace = tracer_->Begin(parent);
  absl::Status refusal;
  {
    MutexLock lock(&mutex_);
    refusal = MayBegin(ends);
    if (refusal.ok() && PlacesTaken() >= options_.max_calls_under_way) refusal = TooManyCalls();
    if (refusal.ok()) return Enter(method, deadline, std::move(call), ends, trace, parent);
  }
  Report(method, absl::ZeroDuration(), trace, refusal);
  return refusal;
}

absl::StatusOr<CallTracker::Ticket> CallTracker::BeginStream(absl::string_view method, absl::Time deadline,
                                                             std::weak_ptr<TrackedCall> call, Ends ends,
                                                             const TraceContext& parent) {
  TraceContext trace;
  if (tracer_ != nullptr) trace = tracer_->Begin(parent);
  std::shared_ptr<TrackedCall> gives_way;
  absl::Status refusal;
  {
    MutexLock lock(&mutex_);
    refusal = MayBegin(ends);
    if (refusal.ok()) refusal = MakePlaceForStream(gives_way);
  }
  // Outside of the lock, because it leads to End. The new stream is not entered yet, so that no third one can make it
  // give way while its own lock is held: each would wait for the other.
  if (gives_way != nullptr) gives_way->Abort(TooManyStreams());
  if (refusal.ok()) {
    MutexLock lock(&mutex_);
    refusal = MayBegin(ends);
    if (refusal.ok()) {
      const Ticket ticket = Enter(method, deadline, std::move(call), ends, trace, parent);
      streams_.emplace(ticket, Stream{.progress = clock_->SteadyNow()});
      return ticket;
    }
  }
  Report(method, absl::ZeroDuration(), trace, refusal);
  return refusal;
}

absl::Status CallTracker::MakePlaceForStream(std::shared_ptr<TrackedCall>& gives_way) {
  if (streams_.size() - streams_giving_way_ < options_.max_streams) return absl::OkStatus();
  Stream* longest = nullptr;
  for (auto& [ticket, stream] : streams_) {
    if (stream.gives_way || stream.items > 0) continue;
    if (longest != nullptr && longest->progress <= stream.progress) continue;
    std::shared_ptr<TrackedCall> call = under_way_.at(ticket).call.lock();
    if (call == nullptr) continue;
    longest = &stream;
    gives_way = std::move(call);
  }
  if (longest == nullptr) return TooManyStreams();
  longest->gives_way = true;
  ++streams_giving_way_;
  streams_given_way_.Add();
  return absl::OkStatus();
}

absl::Status CallTracker::BeginItem(Ticket stream) {
  MutexLock lock(&mutex_);
  const auto found = streams_.find(stream);
  if (found != streams_.end()) found->second.progress = clock_->SteadyNow();
  if (PlacesTaken() >= options_.max_calls_under_way) return TooManyCalls();
  ++items_;
  if (found != streams_.end()) ++found->second.items;
  return absl::OkStatus();
}

void CallTracker::EndItem(Ticket stream) {
  MutexLock lock(&mutex_);
  --items_;
  const auto found = streams_.find(stream);
  if (found == streams_.end()) return;
  --found->second.items;
  found->second.progress = clock_->SteadyNow();
}

void CallTracker::NoteProgress(Ticket stream) {
  MutexLock lock(&mutex_);
  const auto found = streams_.find(stream);
  if (found == streams_.end()) return;
  found->second.progress = clock_->SteadyNow();
  found->second.waits_for_server = false;
}

void CallTracker::WaitForServer(Ticket stream) {
  MutexLock lock(&mutex_);
  const auto found = streams_.find(stream);
  if (found == streams_.end()) return;
  found->second.progress = clock_->SteadyNow();
  found->second.waits_for_server = true;
}

void CallTracker::End(Ticket ticket, const absl::Status& status) {
  Entry entry;
  {
    MutexLock lock(&mutex_);
    const auto found = under_way_.find(ticket);
    if (found == under_way_.end()) return;
    entry = std::move(found->second);
    under_way_.erase(found);
    if (const auto stream = streams_.find(ticket); stream != streams_.end()) {
      if (stream->second.gives_way) --streams_giving_way_;
      streams_.erase(stream);
    }
    if (under_way_.empty()) ended_.NotifyAll();
  }
  const absl::Time now = clock_->SteadyNow();
  const absl::Duration duration = now - entry.began_steady;
  absl::Status outcome = status;
  if (absl::IsCancelled(status) && ReasonOf(status).empty() && entry.ends == Ends::kByItself &&
      IsAsGoodAsOver(entry.deadline, entry.began_steady, now)) {
    outcome = absl::DeadlineExceededError("the deadline passed");
  }
  Report(entry.method, duration, entry.trace, outcome);
  if (tracer_ == nullptr) return;
  tracer_->End({.context = std::move(entry.trace),
                .parent_span_id = std::move(entry.parent_span_id),
                .name = std::move(entry.method),
                .kind = Span::Kind::kServer,
                .begin = entry.began,
                .end = entry.began + duration,
                .code = outcome.code()});
}

TraceContext CallTracker::TraceOf(Ticket ticket) const {
  MutexLock lock(&mutex_);
  const auto found = under_way_.find(ticket);
  return found == under_way_.end() ? TraceContext() : found->second.trace;
}

bool CallTracker::IsHalfOver(Ticket ticket) const {
  const absl::Time now = clock_->SteadyNow();
  MutexLock lock(&mutex_);
  const auto found = under_way_.find(ticket);
  return found == under_way_.end() || now - found->second.began_steady >= found->second.deadline - now;
}

std::size_t CallTracker::UnderWay() const {
  MutexLock lock(&mutex_);
  return PlacesTaken();
}

std::size_t CallTracker::OpenStreams() const {
  MutexLock lock(&mutex_);
  return streams_.size();
}

std::int64_t CallTracker::Ended(absl::string_view method, absl::StatusCode code) const {
  MutexLock lock(&mutex_);
  const auto found = seconds_.find({std::string(method), code});
  if (found == seconds_.end()) return 0;
  const Histogram::Snapshot ended = found->second->Read();
  return std::accumulate(ended.counts.begin(), ended.counts.end(), std::int64_t{0});
}

void CallTracker::ForEachEnded(
    absl::FunctionRef<void(const std::string& method, absl::StatusCode code, const Histogram& seconds)> take) const {
  MutexLock lock(&mutex_);
  for (const auto& [key, seconds] : seconds_) take(key.first, key.second, *seconds);
}

void CallTracker::AbortExpired() {
  std::vector<std::shared_ptr<TrackedCall>> expired;
  std::vector<std::shared_ptr<TrackedCall>> idle;
  {
    MutexLock lock(&mutex_);
    const absl::Time now = clock_->SteadyNow();
    for (const auto& [ticket, entry] : under_way_) {
      if (entry.deadline > now) continue;
      if (auto call = entry.call.lock()) expired.push_back(std::move(call));
    }
    for (const auto& [ticket, stream] : streams_) {
      if (stream.items > 0 || stream.waits_for_server || now - stream.progress < options_.stream_idle_timeout) continue;
      if (auto call = under_way_.at(ticket).call.lock()) idle.push_back(std::move(call));
    }
  }
  // Outside of the lock: each Abort leads to End.
  for (const auto& call : expired) call->Abort(absl::DeadlineExceededError("the deadline passed"));
  for (const auto& call : idle) call->Abort(Idle(options_.stream_idle_timeout));
  streams_idled_.Add(static_cast<std::int64_t>(idle.size()));
}

void CallTracker::AbortFollowers(const absl::Status& status) {
  std::vector<std::shared_ptr<TrackedCall>> followers;
  {
    MutexLock lock(&mutex_);
    closed_to_followers_ = true;
    for (const auto& [ticket, entry] : under_way_) {
      if (entry.ends != Ends::kWhenLeft) continue;
      if (auto call = entry.call.lock()) followers.push_back(std::move(call));
    }
  }
  for (const auto& call : followers) call->Abort(status);
}

void CallTracker::AbortAll(const absl::Status& status) {
  std::vector<std::shared_ptr<TrackedCall>> calls;
  {
    MutexLock lock(&mutex_);
    closed_ = true;
    for (const auto& [ticket, entry] : under_way_) {
      if (auto call = entry.call.lock()) calls.push_back(std::move(call));
    }
  }
  for (const auto& call : calls) call->Abort(status);
}

bool CallTracker::WaitUntilIdle(absl::Duration timeout) {
  // Waiting is by the real clock: what is waited for is real work.
  const auto until = std::chrono::steady_clock::now() + absl::ToChronoNanoseconds(timeout);
  MutexLock lock(&mutex_);
  while (!under_way_.empty()) {
    const auto left = until - std::chrono::steady_clock::now();
    if (left <= std::chrono::nanoseconds::zero()) return false;
    ended_.WaitFor(lock, absl::FromChrono(left));
  }
  return true;
}

// Every call that ends passes here, refused ones too: the caller's identity in the log has its place in this function.
void CallTracker::Report(absl::string_view method, absl::Duration duration, const TraceContext& trace,
                         const absl::Status& status) {
  {
    MutexLock lock(&mutex_);
    std::unique_ptr<Histogram>& seconds = seconds_[{std::string(method), status.code()}];
    if (seconds == nullptr) seconds = NewSeconds();
    seconds->Observe(duration);
  }
  const LogLevel level = LevelFor(status.code());
  if (!IsLogged(level)) return;
  const std::string code = absl::StatusCodeToString(status.code());
  const std::int64_t duration_us = absl::ToInt64Microseconds(duration);
  const std::string trace_id = HexOf(trace.trace_id);
  if (level == LogLevel::kError) {
    // These texts are our own fault reports; callers never see them.
    Log(level, "call_ended",
        {{"method", method},
         {"code", code},
         {"duration_us", duration_us},
         {"trace_id", trace_id},
         {"error", status.message()}});
    return;
  }
  // Other messages may quote the request, so the log has only the reason.
  Log(level, "call_ended",
      {{"method", method},
       {"code", code},
       {"duration_us", duration_us},
       {"trace_id", trace_id},
       {"reason", ReasonOf(status)}});
}

}  // namespace ladder
