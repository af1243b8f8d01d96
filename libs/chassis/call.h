// File: call.h
//
// What a unary handler of the callback API needs, so that its reactor finishes exactly once whatever happens: the
// caller cancels, the deadline passes, the server drains, or a worker loses the call.
//
//   grpc::ServerUnaryReactor* GetForm(grpc::CallbackServerContext* context, const grpc::ByteBuffer* request,
//                                     grpc::ByteBuffer* response) override {
//     return StartUnary<GetFormRequest, Form>(
//         context, &calls_, "ladder.scoring.v1.ScoringService/GetForm", request, response,
//         [&](GetFormRequest asked, std::shared_ptr<UnaryCall<Form>> call) {
//           source_.Find(asked.quiz(), call->deadline(), [call](auto quiz) { call->Finish(MakeForm(quiz)); });
//         });
//   }
//
// Ownership: whoever will finish the call holds the shared pointer. When the last one goes unfinished, the call ends
// INTERNAL. The request is the handler's own. The response is never touched by a handler: only the Finish that takes
// effect writes it.
// Thread-safety: everything may be called from any thread. A handler runs on gRPC's threads and must not block.

#ifndef LADDER_LIBS_CHASSIS_CALL_H_
#define LADDER_LIBS_CHASSIS_CALL_H_

#include <grpcpp/support/byte_buffer.h>
#include <grpcpp/support/server_callback.h>

#include <functional>
#include <memory>
#include <utility>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "libs/chassis/call_tracker.h"
#include "libs/chassis/caller.h"
#include "libs/chassis/decode.h"

namespace ladder {

// The time until the caller's deadline; infinite where it sent none. However far the deadline is, it is ahead:
// gRPC's own deadline() counts nanoseconds since 1970 and turns what lies beyond the year 2262 into the past.
absl::Duration TimeLeftOf(const grpc::CallbackServerContext& context);
// The span under which the caller has put the call.
TraceContext ParentOf(const grpc::CallbackServerContext& context);

namespace internal {

// The part of a call that does not depend on its response. Use UnaryCall.
class UnaryCore;

std::shared_ptr<UnaryCore> NewUnaryCore(grpc::CallbackServerContext* context, CallTracker* tracker,
                                        absl::string_view method);
grpc::ServerUnaryReactor* ReactorOf(const UnaryCore& core);
// False where the tracker refused the call; it is finished then.
bool Admitted(const UnaryCore& core);
absl::Time DeadlineOf(const UnaryCore& core);
TraceContext TraceOf(const UnaryCore& core);
bool IsCancelled(const UnaryCore& core);
bool IsHalfOver(const UnaryCore& core);
void SetOnCancel(UnaryCore& core, std::function<void()> on_cancel);
// `fill` runs only where this call takes effect, before the response is sent.
void Finish(UnaryCore& core, const absl::Status& status, absl::FunctionRef<void()> fill);
void FinishLost(UnaryCore& core);

}  // namespace internal

template <typename Response>
class UnaryCall {
 public:
  UnaryCall(std::shared_ptr<internal::UnaryCore> core, grpc::ByteBuffer* response)
      : core_(std::move(core)), response_(response) {}
  UnaryCall(const UnaryCall&) = delete;
  UnaryCall& operator=(const UnaryCall&) = delete;
  ~UnaryCall() { internal::FinishLost(*core_); }

  // The caller's, or the default where it sent none. Never infinite. Of the steady clock.
  absl::Time deadline() const { return internal::DeadlineOf(*core_); }

  // For those who work for the call.
  Caller caller() const { return {deadline(), internal::TraceOf(*core_)}; }

  // True once the call is finished without its result: nobody waits for it any more.
  bool IsCancelled() const { return internal::IsCancelled(*core_); }

  // True once half of its time is over. What has only waited until then had better be refused than begun: where calls
  // come faster than they are done, each would be begun just before its caller gives up, and none would be answered.
  bool IsHalfOver() const { return internal::IsHalfOver(*core_); }

  // Runs once when the caller cancels, its deadline passes or the drain ends the call; at once where that has happened
  // already; never after Finish. Must not block.
  void SetOnCancel(std::function<void()> on_cancel) { internal::SetOnCancel(*core_, std::move(on_cancel)); }

  // Only the first takes effect.
  void Finish(const absl::StatusOr<Response>& result) {
    internal::Finish(*core_, result.status(), [&] {
      if (result.ok()) Encode(*result, *response_);
    });
  }

 private:
  const std::shared_ptr<internal::UnaryCore> core_;
  grpc::ByteBuffer* const response_;  // gRPC's; valid until the call is finished.
};

// Admits the call, decodes its request and runs `handler(Request, std::shared_ptr<UnaryCall<Response>>)`. Where the
// call is refused or the request does not decode, it is finished instead. `tracker` outlives the server. `method` is
// "package.Service/Method".
template <typename Request, typename Response, typename Handler>
grpc::ServerUnaryReactor* StartUnary(grpc::CallbackServerContext* context, CallTracker* tracker,
                                     absl::string_view method, const grpc::ByteBuffer* request,
                                     grpc::ByteBuffer* response, Handler&& handler) {
  std::shared_ptr<internal::UnaryCore> core = internal::NewUnaryCore(context, tracker, method);
  // Taken before the handler runs, which may finish the call.
  grpc::ServerUnaryReactor* reactor = internal::ReactorOf(*core);
  if (!internal::Admitted(*core)) return reactor;
  auto call = std::make_shared<UnaryCall<Response>>(std::move(core), response);
  Request decoded;
  if (absl::Status status = Decode(*request, decoded); !status.ok()) {
    call->Finish(std::move(status));
  } else {
    std::forward<Handler>(handler)(std::move(decoded), std::move(call));
  }
  return reactor;
}

}  // namespace ladder

#endif  // LADDER_LIBS_CHASSIS_CALL_H_
