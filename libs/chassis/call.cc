#include "libs/chassis/call.h"

#include <grpcpp/server_context.h>

#include <atomic>
#include <string>

#include "absl/base/thread_annotations.h"
#include "libs/chassis/errors.h"
#include "libs/chassis/grpc_status.h"
#include "libs/chassis/mutex.h"

namespace ladder::internal {
namespace {

absl::Time FromGrpcDeadline(std::chrono::system_clock::time_point deadline) {
  if (deadline == std::chrono::system_clock::time_point::max()) return absl::InfiniteFuture();
  return absl::FromChrono(deadline);
}

}  // namespace

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

  void Begin(std::shared_ptr<UnaryCore> self, grpc::CallbackServerContext* context, absl::string_view method) {
    deadline_ = tracker_->EffectiveDeadline(FromGrpcDeadline(context->deadline()));
    reactor_ = new Reactor(self);
    // Until the ticket is stored nobody may finish the call, so a sweep that finds it meanwhile has to wait.
    MutexLock lock(&begin_mutex_);
    absl::StatusOr<CallTracker::Ticket> ticket = tracker_->Begin(method, deadline_, self);
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
    if (!Finish(status, [] {}, &on_cancel)) return;
    if (on_cancel) on_cancel();
  }

  // True where this call took effect; what was to run on cancellation is then moved to `on_cancel`.
  bool Finish(const absl::Status& status, absl::FunctionRef<void()> fill, std::function<void()>* on_cancel) {
    CallTracker::Ticket ticket = 0;
    {
      MutexLock lock(&begin_mutex_);
      if (finished_) return false;
      finished_ = true;
      ticket = ticket_;
    }
    {
      MutexLock lock(&cancel_mutex_);
      aborted_ = on_cancel != nullptr;
      std::function<void()> hook = std::move(on_cancel_);
      on_cancel_ = nullptr;
      if (on_cancel != nullptr) *on_cancel = std::move(hook);
    }
    fill();
    tracker_->End(ticket, status);
    reactor_->Finish(ToGrpcStatus(status));
    return true;
  }

  void SetOnCancel(std::function<void()> on_cancel) {
    {
      MutexLock lock(&cancel_mutex_);
      if (!aborted_) {
        on_cancel_ = std::move(on_cancel);
        return;
      }
    }
    on_cancel();
  }
