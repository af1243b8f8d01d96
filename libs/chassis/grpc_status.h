// File: grpc_status.h
//
// The one place where errors cross to and from gRPC: code, message and details survive the way; what is internal does
// not leave.

#ifndef LADDER_LIBS_CHASSIS_GRPC_STATUS_H_
#define LADDER_LIBS_CHASSIS_GRPC_STATUS_H_

#include <grpcpp/support/status.h>

#include "absl/status/status.h"
#include "google/rpc/status.pb.h"

namespace ladder {

// INTERNAL and UNKNOWN are sent with a neutral message; their own is for the log. CallTracker logs that of a call.
grpc::Status ToGrpcStatus(const absl::Status& status);
// The status of one item of a stream or a batch, which no call ends with: what is internal is logged here.
google::rpc::Status ToItemStatus(const absl::Status& status);

absl::Status FromGrpcStatus(const grpc::Status& status);
absl::Status FromRpcStatus(const google::rpc::Status& status);

}  // namespace ladder

#endif  // LADDER_LIBS_CHASSIS_GRPC_STATUS_H_
