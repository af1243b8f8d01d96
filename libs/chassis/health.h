// File: health.h
//
// grpc.health.v1 for our servers. gRPC has an implementation of its own, which is switched on for the whole process and
// says SERVING before anything was opened; this one says NOT_SERVING until told otherwise, may go down and up again,
// and lets go of its watchers when the server drains.
//
// Names: "" and "ready" and every service of the server tell readiness; "live" tells liveness, which depends on nothing
// outside of the process.

#ifndef LADDER_LIBS_CHASSIS_HEALTH_H_
#define LADDER_LIBS_CHASSIS_HEALTH_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/string_view.h"
#include "grpc/health/v1/health.grpc.pb.h"
#include "libs/chassis/mutex.h"

namespace ladder {

// Thread-safe. Outlives the gRPC server that it is registered with.
class HealthService final : public grpc::health::v1::Health::CallbackService {
 public:
  HealthService();
  ~HealthService() override;

  // Names whose state is readiness, beside "" and "ready". Before the server starts.
  void SetServices(std::vector<std::string> services);

  // These tell watchers as well. A server is live until told otherwise.
  void SetReady(bool ready);
  void SetLive(bool live);

  // Ends every Watch with UNAVAILABLE, and each new one at once: an open one would hold up the server's shutdown.
  void EndWatches();

  grpc::ServerUnaryReactor* Check(grpc::CallbackServerContext* context,
                                  const grpc::health::v1::HealthCheckRequest* request,
                                  grpc::health::v1::HealthCheckResponse* response) override;
  grpc::ServerWriteReactor<grpc::health::v1::HealthCheckResponse>* Watch(
      grpc::CallbackServerContext* context, const grpc::health::v1::HealthCheckRequest* request) override;

 private:
  class Watcher;
  using Status = grpc::health::v1::HealthCheckResponse::ServingStatus;

  void TellLocked() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  Status StatusLocked(const std::string& service) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Remove(Watcher* watcher);

  mutable Mutex mutex_;
  absl::flat_hash_set<std::string> names_ ABSL_GUARDED_BY(mutex_);
  bool ready_ ABSL_GUARDED_BY(mutex_) = false;
  bool live_ ABSL_GUARDED_BY(mutex_) = true;
  bool ended_ ABSL_GUARDED_BY(mutex_) = false;
  absl::flat_hash_set<Watcher*> watchers_ ABSL_GUARDED_BY(mutex_);  // Each takes itself out before it is deleted.
};

}  // namespace ladder

#endif  // LADDER_LIBS_CHASSIS_HEALTH_H_
