// File: metrics_endpoint.h
//
// Shows metrics over HTTP under /metrics, for Prometheus to fetch.
//
//   auto endpoint = MetricsEndpoint::Open("127.0.0.1:9464", metrics);

#ifndef LADDER_LIBS_CHASSIS_METRICS_ENDPOINT_H_
#define LADDER_LIBS_CHASSIS_METRICS_ENDPOINT_H_

#include <memory>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "libs/chassis/http_server.h"
#include "libs/chassis/metrics.h"

namespace ladder {

// Listens until it is destroyed.
class MetricsEndpoint {
 public:
  // `listen` is host:port, an address of IPv6 in brackets; port 0 takes a free one. UNAVAILABLE where it cannot be
  // listened on.
  static absl::StatusOr<std::unique_ptr<MetricsEndpoint>> Open(const std::string& listen,
                                                               std::shared_ptr<const Metrics> metrics);

  int port() const { return server_->port(); }

 private:
  explicit MetricsEndpoint(std::unique_ptr<HttpServer> server) : server_(std::move(server)) {}

  const std::unique_ptr<HttpServer> server_;
};

}  // namespace ladder

#endif  // LADDER_LIBS_CHASSIS_METRICS_ENDPOINT_H_
