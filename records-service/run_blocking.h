// File: run_blocking.h
//
// A unary call whose answer has to wait for the store or takes long to compute: its work goes to a pool of threads of
// ours, so that no gRPC thread waits. Only the handlers include this.

#ifndef LADDER_RECORDS_SERVICE_RUN_BLOCKING_H_
#define LADDER_RECORDS_SERVICE_RUN_BLOCKING_H_

#include <grpcpp/support/server_callback.h>

#include <functional>
#include <memory>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "libs/chassis/call.h"
#include "libs/chassis/errors.h"
#include "libs/chassis/executor.h"

namespace ladder::records {

// The reason of UNAVAILABLE where too many calls wait for a thread, or one has waited for half of its time.
inline constexpr char kOverloaded[] = "OVERLOADED";

// Work that takes long is told whether anybody still waits for it.
template <typename Request, typename Response>
using CancellableWork = std::function<absl::StatusOr<Response>(const Request&, const std::function<bool()>&)>;

template <typename Request, typename Response>
grpc::ServerUnaryReactor* RunCancellable(grpc::CallbackServerContext* context, CallTracker* calls, Executor& executor,
                                         absl::string_view method, const grpc::ByteBuffer* request,
                                         grpc::ByteBuffer* response, CancellableWork<Request, Response> work) {
  return StartUnary<Request, Response>(
      context, calls, method, request, response, [&](Request asked, std::shared_ptr<UnaryCall<Response>> call) {
        // std::function wants something that can be copied.
        const bool taken = executor.TrySubmit([call, kept = std::make_shared<Request>(std::move(asked)), work] {
          if (call->IsCancelled()) return;
          if (call->IsHalfOver()) return call->Finish(Unavailable(kOverloaded, "the call has waited for too long"));
          call->Finish(work(*kept, [&call] { return call->IsCancelled(); }));
        });
        if (!taken) call->Finish(Unavailable(kOverloaded, "too many calls are waiting"));
      });
}

template <typename Request, typename Response>
grpc::ServerUnaryReactor* RunBlocking(grpc::CallbackServerContext* context, CallTracker* calls, Executor& executor,
                                      absl::string_view method, const grpc::ByteBuffer* request,
                                      grpc::ByteBuffer* response,
                                      std::function<absl::StatusOr<Response>(const Request&)> work) {
  return RunCancellable<Request, Response>(
      context, calls, executor, method, request, response,
      [work = std::move(work)](const Request& asked, const std::function<bool()>&) { return work(asked); });
}

}  // namespace ladder::records

#endif  // LADDER_RECORDS_SERVICE_RUN_BLOCKING_H_
