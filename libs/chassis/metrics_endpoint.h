// File: metrics_endpoint.h
//
// Shows metrics over HTTP under /metrics, for Prometheus to fetch.
//
//   auto endpoint = MetricsEndpoint::Open("127.0.0.1:9464", metrics);

#ifndef LADDER_LIBS_CHASSIS_METRICS_ENDPOINT_H_
#define LADDER_LIBS_CHASSIS_METRICS_ENDPOINT_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "libs/chassis/metrics.h"

namespace prometheus {
class Exposer;
}  // namespace prometheus

namespace ladder {

// Listens until it is destroyed; that waits for a fetch that is under way.
class MetricsEndpoint {
 public:
  // `listen` is host:port; port 0 takes a free one. UNAVAILABLE where it cannot be listened on.
  static absl::StatusOr<std::unique_ptr<MetricsEndpoint>> Open(const std::string& listen,
                                                               std::shared_ptr<const Metrics> metrics);
  ~MetricsEndpoint();

  int port() const;

 private:
  explicit MetricsEndpoint(std::unique_ptr<prometheus::Exposer> exposer, std::shared_ptr<const Metrics> metrics);

  const std::shared_ptr<const Metrics> metrics_;
  const std::unique_ptr<prometheus::Exposer> exposer_;
};

}  // namespace ladder

#endif  // LADDER_LIBS_CHASSIS_METRICS_ENDPOINT_H_
