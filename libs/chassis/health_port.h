// File: health_port.h
//
// A plaintext port on which only health answers: probes of an orchestrator have no certificate.

#ifndef LADDER_LIBS_CHASSIS_HEALTH_PORT_H_
#define LADDER_LIBS_CHASSIS_HEALTH_PORT_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "libs/chassis/health.h"

namespace grpc {
class Server;
}  // namespace grpc

namespace ladder {

// Listens until it is destroyed.
class HealthPort {
 public:
  // `listen` is host:port. UNAVAILABLE where it cannot be listened on.
  static absl::StatusOr<std::unique_ptr<HealthPort>> Open(const std::string& listen);
  ~HealthPort();

  HealthService& health() { return health_; }
  int port() const { return port_; }

 private:
  HealthPort() = default;

  HealthService health_;
  int port_ = 0;
  std::unique_ptr<grpc::Server> server_;
};

}  // namespace ladder

#endif  // LADDER_LIBS_CHASSIS_HEALTH_PORT_H_
