#include "libs/chassis/grpc_status.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/cord.h"
#include "absl/strings/string_view.h"
#include "libs/chassis/errors.h"
#include "libs/chassis/log.h"

namespace ladder {
namespace {

// Details of an absl::Status in an order that does not change from run to run.
std::vector<std::pair<std::string, std::string>> DetailsOf(const absl::Status& status) {
  std::vector<std::pair<std::string, std::string>> details;
  status.ForEachPayload([&](absl::string_view type_url, const absl::Cord& payload) {
    details.emplace_back(std::string(type_url), std::string(payload));
  });
  std::sort(details.begin(), details.end());
  return details;
}

bool IsOurFault(absl::StatusCode code) {
  return code == absl::StatusCode::kInternal || code == absl::StatusCode::kUnknown ||
         code == absl::StatusCode::kDataLoss;
}

// What a caller may read. Where a status carries a reason, somebody wrote its message for callers; the rest may come
// from a library and name addresses, files or tables.
std::string PublicMessage(const absl::Status& status) {
  switch (status.code()) {
    case absl::StatusCode::kInternal:
    case absl::StatusCode::kUnknown:
    case absl::StatusCode::kDataLoss:
      return "internal error; the server's log has more";
    case absl::StatusCode::kUnavailable:
      if (ReasonOf(status).empty()) return "the service is not available at the moment; try again";
      break;
    case absl::StatusCode::kDeadlineExceeded:
      if (ReasonOf(status).empty()) return "the deadline passed before the call was done";
      break;
    case absl::StatusCode::kCancelled:
      if (ReasonOf(status).empty()) return "the call was cancelled";
      break;
    default:
      break;
  }
  return std::string(status.message());
}

// What may leave.
google::rpc::Status ToPublicStatus(const absl::Status& status) {
  google::rpc::Status rpc;
  rpc.set_code(static_cast<int>(status.code()));
  if (status.ok()) return rpc;
  rpc.set_message(PublicMessage(status));
  if (IsOurFault(status.code())) return rpc;
  for (auto& [type_url, payload] : DetailsOf(status)) {
    google::protobuf::Any* detail = rpc.add_details();
    detail->set_type_url(std::move(type_url));
    detail->set_value(std::move(payload));
  }
  return rpc;
}

}  // namespace

google::rpc::Status ToItemStatus(const absl::Status& status) {
  if (IsOurFault(status.code())) Log(LogLevel::kError, "item_failed", {{"error", status.message()}});
  return ToPublicStatus(status);
}

grpc::Status ToGrpcStatus(const absl::Status& status) {
  if (status.ok()) return grpc::Status::OK;
  const google::rpc::Status rpc = ToPublicStatus(status);
  // gRPC sends the third argument as the trailer grpc-status-details-bin.
  return grpc::Status(static_cast<grpc::StatusCode>(rpc.code()), rpc.message(),
                      rpc.details().empty() ? "" : rpc.SerializeAsString());
}

absl::Status FromRpcStatus(const google::rpc::Status& rpc) {
  absl::Status status(static_cast<absl::StatusCode>(rpc.code()), rpc.message());
  for (const google::protobuf::Any& detail : rpc.details()) {
    status.SetPayload(detail.type_url(), absl::Cord(detail.value()));
  }
  return status;
}

absl::Status FromGrpcStatus(const grpc::Status& status) {
  if (status.ok()) return absl::OkStatus();
  google::rpc::Status rpc;
  if (status.error_details().empty() || !rpc.ParseFromString(status.error_details())) rpc.Clear();
  // The status line is what counts where the details say otherwise.
  rpc.set_code(static_cast<int>(status.error_code()));
  rpc.set_message(status.error_message());
  return FromRpcStatus(rpc);
}

}  // namespace ladder
