#include "libs/chassis/call.h"

#include <grpc/support/time.h>
#include <grpcpp/server_context.h>

#include "absl/base/thread_annotations.h"
#include "libs/chassis/errors.h"
#include "libs/chassis/grpc_status.h"
#include "libs/chassis/mutex.h"

namespace ladder {

absl::Duration TimeLeftOf(const grpc::CallbackServerContext& context) {
  const gpr_timespec deadline = context.raw_deadline();
  if (gpr_time_cmp(deadline, gpr_inf_future(deadline.clock_type)) == 0) return absl::InfiniteDuration();
  const gpr_timespec left =
      gpr_time_sub(gpr_convert_clock_type(deadline, GPR_CLOCK_MONOTONIC), gpr_now(GPR_CLOCK_MONOTONIC));
  return absl::Seconds(left.tv_sec) + absl::Nanoseconds(left.tv_nsec);
}

TraceContext ParentOf(const grpc::CallbackServerContext& context) {
  const auto found = context.client_metadata().find(kTraceparent);
  if (found == context.client_metadata().end()) return {};
  return ParseTraceparent({found->second.data(), found->second.size()}).value_or(TraceContext());
}

namespace internal {

// Whoever sets `finished_` first owns the response and the reactor until it has called the reactor's Finish; after
// that gRPC may free both, and nobody else touches either.
class UnaryCore final : public TrackedCall {
 public:
  // gRPC's view of the call. It owns itself until OnDone, and keeps the core alive for OnCancel.
  class Reactor final : public grpc::ServerUnaryReactor {
   public:
    explicit Reactor(std::shared_ptr<UnaryCore> core) : core_(std::move(core)) {}
    void OnCancel() override { core_->Abort(absl::CancelledError("the caller left")); }
    void OnDone() override { delete this; }

   private:
    const std::shared_ptr<UnaryCore> core_;
  };

  explicit UnaryCore(CallTracker* tracker) : tracker_(tracker) {}

  // Right after the construction. Where the tracker refuses the call, it is finished here.
  void Begin(const std::shared_ptr<UnaryCore>& self, const grpc::CallbackServerContext& context,
             absl::string_view method) {
    deadline_ = tracker_->EffectiveDeadline(tracker_->DeadlineIn(TimeLeftOf(context)));
    reactor_ = new Reactor(self);
    // Held, so that a sweep of the tracker that finds the call at once waits until its ticket is stored.
    MutexLock lock(&mutex_);
    const absl::StatusOr<CallTracker::Ticket> ticket =
        tracker_->Begin(method, deadline_, self, CallTracker::Ends::kByItself, ParentOf(context));
    admitted_ = ticket.ok();
    if (admitted_) {
      ticket_ = *ticket;
    } else {
      finished_ = true;
      reactor_->Finish(ToGrpcStatus(ticket.status()));
    }
  }

  void Abort(const absl::Status& status) override {
    std::function<void()> on_cancel;
    {
      MutexLock lock(&mutex_);
      if (finished_) return;
      finished_ = true;
      aborted_ = true;
      on_cancel.swap(on_cancel_);
    }
    Send(status);
    if (on_cancel) on_cancel();
  }

  void Finish(const absl::Status& status, absl::FunctionRef<void()> fill) {
    std::function<void()> dropped;  // Destroyed outside of the lock: it may hold the last reference to the call.
    {
      MutexLock lock(&mutex_);
      if (finished_) return;
      finished_ = true;
      dropped.swap(on_cancel_);
    }
    fill();
    Send(status);
  }

  void SetOnCancel(std::function<void()> on_cancel) {
    {
      MutexLock lock(&mutex_);
      if (!finished_) {
        on_cancel_.swap(on_cancel);
        return;
      }
      if (!aborted_) return;
    }
    on_cancel();
  }

  bool IsAborted() const {
    MutexLock lock(&mutex_);
    return aborted_;
  }

  // These do not change once Begin has returned.
  bool admitted() const { return admitted_; }
  absl::Time deadline() const { return deadline_; }
  grpc::ServerUnaryReactor* reactor() const { return reactor_; }
  TraceContext trace() const { return tracker_->TraceOf(ticket_); }
  bool IsHalfOver() const { return tracker_->IsHalfOver(ticket_); }

 private:
  // The tracker first: when the caller sees the end of the call, it is counted.
  void Send(const absl::Status& status) {
    tracker_->End(ticket_, status);
    reactor_->Finish(ToGrpcStatus(status));
  }

  CallTracker* const tracker_;
  absl::Time deadline_;
  grpc::ServerUnaryReactor* reactor_ = nullptr;  // Deletes itself when gRPC is done with it.
  CallTracker::Ticket ticket_ = 0;
  bool admitted_ = false;
  mutable Mutex mutex_;
  bool finished_ ABSL_GUARDED_BY(mutex_) = false;
  bool aborted_ ABSL_GUARDED_BY(mutex_) = false;
  std::function<void()> on_cancel_ ABSL_GUARDED_BY(mutex_);
};

std::shared_ptr<UnaryCore> NewUnaryCore(grpc::CallbackServerContext* context, CallTracker* tracker,
                                        absl::string_view method) {
  // Authentication will look at context->auth_context() here, once and for every unary method.
  auto core = std::make_shared<UnaryCore>(tracker);
  core->Begin(core, *context, method);
  return core;
}

grpc::ServerUnaryReactor* ReactorOf(const UnaryCore& core) { return core.reactor(); }

bool Admitted(const UnaryCore& core) { return core.admitted(); }

absl::Time DeadlineOf(const UnaryCore& core) { return core.deadline(); }

TraceContext TraceOf(const UnaryCore& core) { return core.trace(); }

bool IsCancelled(const UnaryCore& core) { return core.IsAborted(); }

bool IsHalfOver(const UnaryCore& core) { return core.IsHalfOver(); }

void SetOnCancel(UnaryCore& core, std::function<void()> on_cancel) { core.SetOnCancel(std::move(on_cancel)); }

void Finish(UnaryCore& core, const absl::Status& status, absl::FunctionRef<void()> fill) { core.Finish(status, fill); }

void FinishLost(UnaryCore& core) {
  core.Finish(Internal("the handler let go of the call without finishing it"), [] {});
}

}  // namespace internal
}  // namespace ladder
