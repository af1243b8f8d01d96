#include "scoring-service/rpc/score_stream.h"

#include <grpcpp/server_context.h>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "ladder/scoring/v1/scoring_service.pb.h"
#include "libs/chassis/call.h"
#include "libs/chassis/decode.h"
#include "libs/chassis/grpc_status.h"
#include "libs/chassis/mutex.h"
#include "scoring-service/ordered_window.h"

namespace ladder::scoring {
namespace {

constexpr char kMethod[] = "ladder.scoring.v1.ScoringService/ScoreStream";

// The state of one call, shared by gRPC's reactor, the tracker and the items that are being scored; the last one to let
// go frees it. gRPC's operations are started under the lock, so that none starts after Finish: it runs reactions later
// and never from within these calls.
class StreamCall final : public TrackedCall, public std::enable_shared_from_this<StreamCall> {
 public:
  using Reply = v1::ScoreStreamResponse;

  class Reactor final : public grpc::ServerBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer> {
   public:
    explicit Reactor(std::shared_ptr<StreamCall> call) : call_(std::move(call)) {}
    void OnReadDone(bool ok) override { call_->OnReadDone(ok); }
    void OnWriteDone(bool ok) override { call_->OnWriteDone(ok); }
    void OnCancel() override { call_->Abort(absl::CancelledError("the caller left")); }
    void OnDone() override { delete this; }

   private:
    const std::shared_ptr<StreamCall> call_;
  };

  StreamCall(absl::Time deadline, CallTracker* calls, Scorer* scorer, HeldReplies* held_by_all)
      : deadline_(deadline), calls_(calls), scorer_(scorer), held_by_all_(held_by_all) {}

  Reactor* Begin(const TraceContext& parent) {
    auto* reactor = new Reactor(shared_from_this());
    MutexLock lock(&mutex_);
    reactor_ = reactor;
    const absl::StatusOr<CallTracker::Ticket> ticket =
        calls_->BeginStream(kMethod, deadline_, weak_from_this(), CallTracker::Ends::kByItself, parent);
    if (ticket.ok()) {
      ticket_ = *ticket;
      ticket_of_items_ = *ticket;
      trace_ = calls_->TraceOf(*ticket);
      Advance();
    } else {
      Finish(ticket.status());
    }
    return reactor;
  }

  void Abort(const absl::Status& status) override {
    MutexLock lock(&mutex_);
    Finish(status);
  }

 private:
  void OnReadDone(bool ok) {
    std::uint64_t index = 0;
    {
      MutexLock lock(&mutex_);
      if (!ok) {
        reading_ = false;
        read_all_ = true;
        return Advance();
      }
      index = window_.Open();
    }
    ScoreItem(index);
    MutexLock lock(&mutex_);
    reading_ = false;
    Advance();
  }

  // Nothing else is read into `request_` meanwhile: `reading_` is still set.
  void ScoreItem(std::uint64_t index) {
    // Set before the first read was started.
    const CallTracker::Ticket ticket = ticket_of_items_;
    if (absl::Status status = calls_->BeginItem(ticket); !status.ok()) return OnScored(index, std::move(status));
    v1::ScoreStreamRequest item;
    if (absl::Status status = Decode(request_, item); !status.ok()) {
      calls_->EndItem(ticket);
      return OnScored(index, std::move(status));
    }
    const absl::Time deadline = std::min(deadline_, calls_->EffectiveDeadline(absl::InfiniteFuture()));
    scorer_->Score(item.request(), {deadline, trace_},
                   [self = shared_from_this(), index, ticket](absl::StatusOr<v1::ScoreResponse> response) {
                     self->calls_->EndItem(ticket);
                     self->OnScored(index, std::move(response));
                   });
  }

  void OnScored(std::uint64_t index, absl::StatusOr<v1::ScoreResponse> response) {
    Reply reply;
    reply.set_index(index);
    if (response.ok()) {
      *reply.mutable_response() = *std::move(response);
    } else {
      *reply.mutable_error() = ToItemStatus(response.status());
    }
    // As bytes, which are a fifth of what the message takes in memory.
    grpc::ByteBuffer bytes;
    Encode(reply, bytes);
    MutexLock lock(&mutex_);
    if (finished_) return;
    held_ += bytes.Length();
    held_by_all_->bytes += bytes.Length();
    window_.Close(index, std::move(bytes));
    Advance();
  }

  void OnWriteDone(bool ok) {
    MutexLock lock(&mutex_);
    writing_ = false;
    Release(being_written_);
    if (ok) calls_->NoteProgress(ticket_of_items_);
    if (!ok) return Finish(absl::CancelledError("the caller takes no more replies"));
    Advance();
  }

  // Starts whatever can start now.
  void Advance() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    if (finished_) return;
    if (!writing_) {
      if (std::optional<grpc::ByteBuffer> next = window_.TakeNext()) {
        writing_ = true;
        being_written_ = next->Length();
        reply_.Swap(&*next);
        reactor_->StartWrite(&reply_);
      }
    }
    const std::size_t under_way = window_.size() + (writing_ ? 1 : 0);
    const bool may_hold_more = held_ == 0 || held_by_all_->bytes < kMaxHeldReplyBytes;
    if (!reading_ && !read_all_ && under_way < kMaxItemsUnderWay && may_hold_more) {
      reading_ = true;
      reactor_->StartRead(&request_);
    }
    if (read_all_ && under_way == 0) Finish(absl::OkStatus());
  }

  // The first takes effect. What is being scored goes on and is recorded where it asked for that; nobody hears of it
  // here, and the same request_id again gives it.
  void Finish(const absl::Status& status) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    if (finished_) return;
    finished_ = true;
    Release(held_);
    if (ticket_) calls_->End(*ticket_, status);
    reactor_->Finish(ToGrpcStatus(status));
  }

  // Of the replies that are held, so many bytes are no more.
  void Release(std::size_t bytes) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    bytes = std::min(bytes, held_);  // Once the stream is finished there are none.
    held_ -= bytes;
    held_by_all_->bytes -= bytes;
  }

  const absl::Time deadline_;  // Of the stream; may be infinite.
  CallTracker* const calls_;
  Scorer* const scorer_;
  HeldReplies* const held_by_all_;
  CallTracker::Ticket ticket_of_items_ = 0;  // Does not change once the stream has begun.
  TraceContext trace_;                       // Does not change once the stream has begun.
  grpc::ByteBuffer request_;                 // gRPC's while `reading_`, but for the time in OnReadDone.
  grpc::ByteBuffer reply_;                   // gRPC's while `writing_`.

  Mutex mutex_;
  Reactor* reactor_ ABSL_GUARDED_BY(mutex_) = nullptr;  // Deletes itself; not touched once `finished_`.
  std::optional<CallTracker::Ticket> ticket_ ABSL_GUARDED_BY(mutex_);
  OrderedWindow<grpc::ByteBuffer> window_ ABSL_GUARDED_BY(mutex_);
  std::size_t held_ ABSL_GUARDED_BY(mutex_) = 0;           // Bytes of replies that the caller has not taken.
  std::size_t being_written_ ABSL_GUARDED_BY(mutex_) = 0;  // Of these, the one that is being written.
  bool reading_ ABSL_GUARDED_BY(mutex_) = false;
  bool read_all_ ABSL_GUARDED_BY(mutex_) = false;
  bool writing_ ABSL_GUARDED_BY(mutex_) = false;
  bool finished_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace

grpc::ServerBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer>* StartScoreStream(grpc::CallbackServerContext* context,
                                                                              CallTracker* calls, Scorer* scorer,
                                                                              HeldReplies* held_by_all) {
  return std::make_shared<StreamCall>(calls->DeadlineIn(TimeLeftOf(*context)), calls, scorer, held_by_all)
      ->Begin(ParentOf(*context));
}

}  // namespace ladder::scoring
