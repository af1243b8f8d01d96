// File: channel.h
//
// Channels to other services of ours, with the published service config: retries and waiting for a server that is not
// there yet are the channel's work, so handlers never retry. Each call sets its own deadline.
//
//   auto channel = NewChannel({.target = "dns:///records:7302"});
//   auto stub = AssessmentService::NewStub(channel);
//   SetTimeout(context, absl::Seconds(5));

#ifndef LADDER_LIBS_CHASSIS_CHANNEL_H_
#define LADDER_LIBS_CHASSIS_CHANNEL_H_

#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace grpc {
class Channel;
class ClientContext;
}  // namespace grpc

namespace ladder {

struct ChannelOptions {
  // A gRPC target. With more than one address behind a name the calls go round.
  std::string target = {};
  // A larger response is an error of the call.
  std::int64_t max_message_bytes = 4 << 20;
  // Channels with equal targets share connections unless this is set.
  bool own_connections = false;
};

// Does not wait for a connection. Never null.
std::shared_ptr<grpc::Channel> NewChannel(const ChannelOptions& options);

// Ends the call of `context` after so long, by a clock that never steps. The service config cannot do it: in gRPC 1.51
// a `timeout` there ends every call at once after the time of day was set back.
void SetTimeout(grpc::ClientContext& context, absl::Duration timeout);

// The text of proto/ladder/service_config.json, which outside clients use as well.
absl::string_view ServiceConfigJson();

}  // namespace ladder

#endif  // LADDER_LIBS_CHASSIS_CHANNEL_H_
