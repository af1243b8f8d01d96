#include "libs/chassis/health_port.h"

#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>

#include <chrono>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

namespace ladder {

absl::StatusOr<std::unique_ptr<HealthPort>> HealthPort::Open(const std::string& listen) {
  std::unique_ptr<HealthPort> port(new HealthPort());
  grpc::ServerBuilder builder;
  builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
  builder.AddListeningPort(listen, grpc::InsecureServerCredentials(), &port->port_);
  builder.RegisterService(&port->health_);
  port->server_ = builder.BuildAndStart();
  if (port->server_ == nullptr || port->port_ == 0) {
    return absl::UnavailableError(absl::StrCat("--health-listen: cannot listen on ", listen, "; is the port taken?"));
  }
  return port;
}

HealthPort::~HealthPort() {
  if (server_ == nullptr) return;
  health_.EndWatches();
  server_->Shutdown(std::chrono::system_clock::now() + std::chrono::seconds(1));
  server_->Wait();
}

}  // namespace ladder
