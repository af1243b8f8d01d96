#include "records-service/page_stream.h"

#include <grpcpp/server_context.h>

#include <utility>

#include "absl/base/thread_annotations.h"
#include "libs/chassis/call.h"
#include "libs/chassis/decode.h"
#include "libs/chassis/errors.h"
#include "libs/chassis/grpc_status.h"
#include "libs/chassis/mutex.h"
#include "records-service/run_blocking.h"

namespace ladder::records {
namespace {

// The state of one call, shared by gRPC's reactor, the tracker, the reader's work and the timer; the last one to let go
// frees it. gRPC's operations are started under the lock, so that none starts after Finish: it runs reactions later and
// never from within these calls. At any time one of reading, writing and waiting is under way, or the call is finished.
class PageStream final : public TrackedCall, public std::enable_shared_from_this<PageStream> {
 public:
  class Reactor final : public grpc::ServerWriteReactor<grpc::ByteBuffer> {
   public:
    explicit Reactor(std::shared_ptr<PageStream> call) : call_(std::move(call)) {}
    void OnWriteDone(bool ok) override { call_->OnWriteDone(ok); }
    void OnCancel() override { call_->Abort(absl::CancelledError("the caller left")); }
    void OnDone() override { delete this; }

   private:
    const std::shared_ptr<PageStream> call_;
  };

  PageStream(PageStreamOptions options, absl::StatusOr<NextPage> next)
      : options_(std::move(options)), next_(std::move(next)) {}

  Reactor* Begin(absl::Time deadline, const TraceContext& parent) {
    auto* reactor = new Reactor(shared_from_this());
    MutexLock lock(&mutex_);
    reactor_ = reactor;
    const CallTracker::Ends ends =
        options_.follow.has_value() ? CallTracker::Ends::kWhenLeft : CallTracker::Ends::kByItself;
    const absl::StatusOr<CallTracker::Ticket> ticket =
        options_.calls->BeginStream(options_.method, deadline, weak_from_this(), ends, parent);
    if (ticket.ok()) ticket_ = *ticket;
    if (!ticket.ok()) {
      Finish(ticket.status());
    } else if (!next_.ok()) {
      Finish(next_.status());
    } else {
      SubmitRead();
    }
    return reactor;
  }

  void Abort(const absl::Status& status) override {
    MutexLock lock(&mutex_);
    Finish(status);
  }

 private:
  void SubmitRead() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    options_.calls->WaitForServer(*ticket_);
    if (!options_.readers->TrySubmit([self = shared_from_this()] { self->Read(); })) {
      Finish(Unavailable(kOverloaded, "too many calls are waiting"));
    }
  }

  void Read() {
    {
      MutexLock lock(&mutex_);
      if (finished_) return;
    }
    // Without the lock: it waits for the store, and a caller may leave meanwhile.
    const absl::StatusOr<std::unique_ptr<google::protobuf::Message>> page = (*next_)();
    MutexLock lock(&mutex_);
    if (finished_) return;
    if (!page.ok()) return Finish(page.status());
    if (*page != nullptr) {
      Encode(**page, page_);
      options_.calls->NoteProgress(*ticket_);  // The caller's turn: to take it.
      reactor_->StartWrite(&page_);
    } else if (options_.follow.has_value()) {
      WaitForMore();
    } else {
      Finish(absl::OkStatus());
    }
  }

  void WaitForMore() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    timer_ = options_.timers->RunAt(options_.clock->SteadyNow() + *options_.follow, [weak = weak_from_this()] {
      const std::shared_ptr<PageStream> self = weak.lock();
      if (self == nullptr) return;
      MutexLock lock(&self->mutex_);
      self->timer_.reset();
      if (!self->finished_) self->SubmitRead();
    });
  }

  void OnWriteDone(bool ok) {
    MutexLock lock(&mutex_);
    if (!ok) return Finish(absl::CancelledError("the caller takes no more messages"));
    if (!finished_) SubmitRead();
  }

  // The first takes effect.
  void Finish(const absl::Status& status) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    if (finished_) return;
    finished_ = true;
    if (timer_.has_value()) options_.timers->Cancel(*timer_);
    if (ticket_.has_value()) options_.calls->End(*ticket_, status);
    reactor_->Finish(ToGrpcStatus(status));
  }

  const PageStreamOptions options_;
  const absl::StatusOr<NextPage> next_;  // Only the one read that is under way calls it.
  grpc::ByteBuffer page_;                // gRPC's while it is written.

  Mutex mutex_;
  Reactor* reactor_ ABSL_GUARDED_BY(mutex_) = nullptr;  // Deletes itself; not touched once `finished_`.
  std::optional<CallTracker::Ticket> ticket_ ABSL_GUARDED_BY(mutex_);
  std::optional<Timers::Id> timer_ ABSL_GUARDED_BY(mutex_);
  bool finished_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace

grpc::ServerWriteReactor<grpc::ByteBuffer>* StartPageStream(grpc::CallbackServerContext* context,
                                                            PageStreamOptions options, absl::StatusOr<NextPage> next) {
  const absl::Time deadline = options.calls->DeadlineIn(TimeLeftOf(*context));
  return std::make_shared<PageStream>(std::move(options), std::move(next))->Begin(deadline, ParentOf(*context));
}

}  // namespace ladder::records
