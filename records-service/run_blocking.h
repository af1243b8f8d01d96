// File: run_blocking.h
//
// A unary call whose answer has to wait for the store or takes long to compute: its work goes to a pool of threads of
// ours, so that no gRPC thread waits. Only the handlers include this.

#ifndef LADDER_RECORDS_SERVICE_RUN_BLOCKING_H_
#define LADDER_RECORDS_SERVICE_RUN_BLOCKING_H_

#include <grpcpp/support/server_callback.h>

#include <functional>
#include <memory>
#include <stop_token>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "libs/chassis/call.h"
#include "libs/chassis/errors.h"
#include "libs/chassis/executor.h"

namespace ladder::records {

// The reason of UNAVAILABLE where too many calls wait for a thread, or one has waited for half of its time.
inline constexpr char kOverloaded[] = "OVERLOADED";

// Work that takes long is told when nobody waits for it any more: the caller left, its deadline passed, or the drain
// ended the call.
template <typename Request, typename Response>
using StoppableWork = std::function<absl::StatusOr<Response>(const Request&, std::stop_token)>;

// Has `executor` run `work` for the call, unless nobody waits for it by then.
template <typename Response>
void RunFor(const std::shared_ptr<UnaryCall<Response>>& call, Executor& executor, std::function<void()> work) {
  const bool taken = executor.TrySubmit([call, work = std::move(work)] {
    if (!call->IsCancelled()) work();
  });
  if (!taken) call->Finish(Unavailable(kOverloaded, "too many calls are waiting"));
}

// The same, unless the call has waited for half of its time by then.
template <typename Response>
void BeginFor(const std::shared_ptr<UnaryCall<Response>>& call, Executor& executor, std::function<void()> work) {
  RunFor<Response>(call, executor, [call, work = std::move(work)] {
    if (call->IsHalfOver()) return call->Finish(Unavailable(kOverloaded, "the call has waited for too long"));
    work();
  });
}

// Requested when nobody waits for the call any more. Once for each call.
template <typename Response>
std::stop_token StopTokenOf(UnaryCall<Response>& call) {
  const auto stop = std::make_shared<std::stop_source>();
  call.SetOnCancel([stop] { stop->request_stop(); });
  return stop->get_token();
}

template <typename Request, typename Response>
grpc::ServerUnaryReactor* RunStoppable(grpc::CallbackServerContext* context, CallTracker* calls, Executor& executor,
                                       absl::string_view method, const grpc::ByteBuffer* request,
                                       grpc::ByteBuffer* response, StoppableWork<Request, Response> work) {
  return StartUnary<Request, Response>(
      context, calls, method, request, response, [&](Request asked, std::shared_ptr<UnaryCall<Response>> call) {
        // std::function wants something that can be copied.
        BeginFor<Response>(call, executor, [call, kept = std::make_shared<Request>(std::move(asked)), work] {
          call->Finish(work(*kept, StopTokenOf(*call)));
        });
      });
}

template <typename Request, typename Response>
grpc::ServerUnaryReactor* RunBlocking(grpc::CallbackServerContext* context, CallTracker* calls, Executor& executor,
                                      absl::string_view method, const grpc::ByteBuffer* request,
                                      grpc::ByteBuffer* response,
                                      std::function<absl::StatusOr<Response>(const Request&)> work) {
  return RunStoppable<Request, Response>(
      context, calls, executor, method, request, response,
      [work = std::move(work)](const Request& asked, const std::stop_token&) { return work(asked); });
}

}  // namespace ladder::records

#endif  // LADDER_RECORDS_SERVICE_RUN_BLOCKING_H_
