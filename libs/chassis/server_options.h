// File: server_options.h
//
// What every server here can be told, with the values it has otherwise.
//
//   ServerOptions server;
//   server.AddTo(&options);
//   options.AddCheck([&] { return server.Verify(); });

#ifndef LADDER_LIBS_CHASSIS_SERVER_OPTIONS_H_
#define LADDER_LIBS_CHASSIS_SERVER_OPTIONS_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "libs/chassis/options.h"

namespace ladder {

struct ServerOptions {
  // host:port. Port 0 takes a free one, see port() and port_file.
  std::string listen = "127.0.0.1:0";
  // Callers are not authenticated yet, so any other address than a loopback one is refused unless this is set.
  bool allow_insecure_non_loopback = false;
  // host:port of a plaintext port on which only health answers, for probes that have no certificate; empty: none.
  std::string health_listen;
  // host:port on which metrics are shown over HTTP, under /metrics; empty: none.
  std::string metrics_listen;
  // host:port of an OpenTelemetry collector that spans are sent to, by OTLP over gRPC; empty: none are sent.
  std::string trace_endpoint;
  // Of a hundred calls that come without a trace so many begin one.
  std::int64_t trace_percent = 1;
  // What the service calls itself in traces. Not a flag.
  std::string name = "ladder";
  // The bound port is written here once the server listens; empty for no file. For scripts and tests.
  std::string port_file;

  // Cores hold answers, names and passwords.
  bool allow_core_dumps = false;
  // What is logged: "debug" (every call), "info", "warning" or "error".
  std::string log_level = "info";

  // How long calls are still taken after SIGTERM, while health says NOT_SERVING. Longer than a readiness period.
  absl::Duration drain_delay = absl::Seconds(5);
  // How long calls under way may then go on. drain_delay + drain_grace + stop_limit stay below the orchestrator's own
  // limit.
  absl::Duration drain_grace = absl::Seconds(15);

  // MiB that the process may take; 0: as its control group says, or without a bound where that sets none. gRPC may hold
  // half of it in buffers. The rest is for what the services keep and compute.
  std::int64_t memory_limit_mib = 0;
  // A larger request is refused with RESOURCE_EXHAUSTED.
  std::int64_t max_message_bytes = 1 << 20;
  std::int64_t max_concurrent_streams = 100;
  std::int64_t max_calls_under_way = 10'000;
  // Open streams, which take no place of a call. Where one more opens, the one idle for longest gives way.
  std::int64_t max_streams = 1000;
  // A stream whose caller neither sends nor takes anything for so long is ended.
  absl::Duration stream_idle_timeout = absl::Minutes(1);
  // What a call gets that came without a deadline.
  absl::Duration default_timeout = absl::Seconds(10);
  // A client's connection is renewed after this time, so that new servers get their share of the calls. Calls under
  // way finish where their deadline is not beyond the grace: the longest that our own clients set is shorter.
  absl::Duration max_connection_age = absl::Minutes(5);
  absl::Duration max_connection_age_grace = absl::Minutes(5);

  // How long gRPC and the clean-ups may take after drain_grace; then the process ends by _exit. Not a flag.
  absl::Duration stop_limit = absl::Seconds(10);

  // Adds the fields to `options`, as --listen, --drain-delay and so on.
  void AddTo(OptionSet* options);
  // host:port at which a process reaches its own server: of an address that stands for all, loopback.
  std::string DialledBySelf(int port) const;
  // Bytes that gRPC may hold; nullopt: without a bound.
  std::optional<std::int64_t> BufferLimit() const;
  // The first fault, naming its option.
  absl::Status Verify() const;
};

}  // namespace ladder

#endif  // LADDER_LIBS_CHASSIS_SERVER_OPTIONS_H_
