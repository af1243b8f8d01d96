// File: page_stream.h
//
// A server-streaming call whose messages are read from the store one by one: each on a thread of ours that may wait,
// the next one only after the caller has taken the last. It takes no place of a call: what it reads is bounded by the
// readers' queue, and a caller that does not take a message for a while is left (call_tracker.h). Only the handlers
// include this.
//
//   return StartPageStream(context, {.method = "...", .calls = &calls_, .readers = &readers_, ...}, next);

#ifndef LADDER_RECORDS_SERVICE_PAGE_STREAM_H_
#define LADDER_RECORDS_SERVICE_PAGE_STREAM_H_

#include <google/protobuf/message.h>
#include <grpcpp/support/byte_buffer.h>
#include <grpcpp/support/server_callback.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "libs/chassis/call_tracker.h"
#include "libs/chassis/clock.h"
#include "libs/chassis/executor.h"
#include "libs/chassis/timers.h"

namespace ladder::records {

// The next message; null where there is none at the moment. Never called twice at once.
using NextPage = std::function<absl::StatusOr<std::unique_ptr<google::protobuf::Message>>()>;

// All that is pointed to is borrowed and outlives the server.
struct PageStreamOptions {
  std::string method;  // "package.Service/Method".
  CallTracker* calls = nullptr;
  Executor* readers = nullptr;
  // Where there is no message at the moment, looks again after so long, until the caller leaves or the server drains.
  // None: the stream ends there.
  std::optional<absl::Duration> follow = std::nullopt;
  const Clock* clock = nullptr;
  Timers* timers = nullptr;
};

// Starts to serve the call; the reactor deletes itself when gRPC is done with it. Where `next` is an error, the call
// ends with it. A stream without a deadline may stay open as long as its caller takes what there is.
grpc::ServerWriteReactor<grpc::ByteBuffer>* StartPageStream(grpc::CallbackServerContext* context,
                                                            PageStreamOptions options, absl::StatusOr<NextPage> next);

}  // namespace ladder::records

#endif  // LADDER_RECORDS_SERVICE_PAGE_STREAM_H_
