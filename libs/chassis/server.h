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
//     if (auto status = server.Start({&service}); !status.ok()) return Fail(status);
//     store_part->Set(true);
//     server.RunUntilSignal();
//   }
//
// Draining: health says NOT_SERVING while the port still takes calls (`drain_delay`: load balancers need time to
// notice), then no new call is taken and those under way get `drain_grace`; what is left then is finished with
// UNAVAILABLE; then the clean-ups run, last added first. The process ends by _exit where even that hangs.

#ifndef LADDER_LIBS_CHASSIS_SERVER_H_
#define LADDER_LIBS_CHASSIS_SERVER_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "libs/chassis/call_tracker.h"
#include "libs/chassis/clock.h"
#include "libs/chassis/options.h"
#include "libs/chassis/readiness.h"

namespace grpc {
class Service;
}  // namespace grpc

namespace ladder {

struct ServerOptions {
  // host:port. Port 0 takes a free one, see port() and port_file.
  std::string listen = "127.0.0.1:0";
  // Callers are not authenticated yet, so any other address than a loopback one is refused unless this is set.
  bool allow_insecure_non_loopback = false;
  // The bound port is written here once the server listens; empty for no file. For scripts and tests.
  std::string port_file;

  // How long calls are still taken after SIGTERM, while health says NOT_SERVING. Longer than a readiness period.
  absl::Duration drain_delay = absl::Seconds(5);
  // How long calls under way may then go on. drain_delay + drain_grace + 5 s stay below the orchestrator's own limit.
  absl::Duration drain_grace = absl::Seconds(15);

  // A larger request is refused with RESOURCE_EXHAUSTED.
  std::int64_t max_message_bytes = 1 << 20;
  std::int64_t max_concurrent_streams = 100;
  std::int64_t max_calls_under_way = 10'000;
  // What a call gets that came without a deadline.
  absl::Duration default_timeout = absl::Seconds(10);
  // A client's connection is renewed after this time, so that new servers get their share of the calls. Calls under
  // way finish.
  absl::Duration max_connection_age = absl::Minutes(5);
  absl::Duration max_connection_age_grace = absl::Seconds(30);

  // Adds every field to `options`, as --listen, --drain-delay and so on.
  void AddTo(OptionSet* options);
  // The first fault, naming its option.
  absl::Status Verify() const;
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

  // Runs after the last call has finished; the last one added runs first.
  void AddCleanup(absl::string_view name, std::function<void()> cleanup);

  // Listens with health and reflection beside `services`, which are kept and outlive the server. At most once.
  absl::Status Start(const std::vector<grpc::Service*>& services);

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
