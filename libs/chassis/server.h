// File: server.h
//
// The life of a gRPC server, the same for every service here:
//
//   kNew --Start--> kServing --Drain--> kDraining --> kStopped
//
//   int main(int argc, char** argv) {
//     ladder::PrepareProcess();                       // Before any thread exists (process.h).
//     ...
//     Server server(options, &clock);
//     Readiness::Part* store_part = server.readiness().AddPart("store");
//     server.AddCleanup("store", [&] { store->Close(); });
//     MyService service(&server.calls(), ...);
//     auto status = server.Start({{MyService::service_full_name(), &service}});
//     if (!status.ok()) return Fail(status);
//     store_part->Set(true);
//     server.RunUntilSignal();
//   }
//
// Draining: health says NOT_SERVING while the port still takes calls (`drain_delay`: load balancers need time to
// notice), then no new call is taken, calls that only follow something end, and the others under way get
// `drain_grace`; what is left then is finished with UNAVAILABLE; then the clean-ups run, last added first. The process
// ends by _exit where even that hangs.

#ifndef LADDER_LIBS_CHASSIS_SERVER_H_
#define LADDER_LIBS_CHASSIS_SERVER_H_

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "libs/chassis/call_tracker.h"
#include "libs/chassis/clock.h"
#include "libs/chassis/metrics.h"
#include "libs/chassis/readiness.h"
#include "libs/chassis/server_options.h"
#include "libs/chassis/tracer.h"

namespace grpc {
class Service;
}  // namespace grpc

namespace ladder {

struct ServedService {
  std::string name;  // "package.Service", for health.
  grpc::Service* service;
};

// Thread-safe but for AddCleanup, Start and RunUntilSignal, which belong to main.
class Server {
 public:
  enum class State { kNew, kServing, kDraining, kStopped };

  // Keeps `clock`.
  Server(ServerOptions options, const Clock* clock);
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;
  // Drains without delay where it still serves.
  ~Server();

  // For handlers, see call.h.
  CallTracker& calls();
  // The server adds a part of its own, "listening": up between Start and the signal to stop.
  Readiness& readiness();
  // Those of calls, readiness and the process are in it. What is added before Start is shown until the last call has
  // finished.
  Metrics& metrics();
  // For calls that this process makes.
  Tracer& tracer();

  // Runs after the last call has finished; the last one added runs first.
  void AddCleanup(absl::string_view name, std::function<void()> cleanup);

  // Listens with health and reflection beside `services`, which are kept and outlive the server. At most once.
  absl::Status Start(const std::vector<ServedService>& services);

  State state() const;
  // The port that is bound; 0 before Start.
  int port() const;

  // Waits for SIGTERM, SIGINT or RequestStop, then drains. PrepareProcess has been called.
  void RunUntilSignal();
  // Makes RunUntilSignal return as if a signal had come. Any thread, any time.
  void RequestStop();
  // Drains, as described above. Idempotent; waits until the server has stopped.
  void Drain();

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace ladder

#endif  // LADDER_LIBS_CHASSIS_SERVER_H_
