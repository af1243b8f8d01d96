#include "libs/chassis/server_options.h"

#include <arpa/inet.h>

#include <algorithm>
#include <cstdint>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "libs/chassis/log.h"
#include "libs/chassis/memory_limit.h"

namespace ladder {
namespace {

// With less gRPC refuses calls that it could serve.
constexpr std::int64_t kLeastBufferBytes = std::int64_t{16} << 20;

absl::Status Fault(absl::string_view option, absl::string_view text) {
  return absl::InvalidArgumentError(absl::StrCat("--", option, ": ", text));
}

// Of host:port. An address of IPv6 comes without its brackets.
absl::StatusOr<std::string> HostOf(absl::string_view option, const std::string& address) {
  const std::size_t colon = address.rfind(':');
  if (colon == std::string::npos) return Fault(option, absl::StrCat("'", address, "' is not host:port"));
  absl::string_view host = absl::string_view(address).substr(0, colon);
  if (absl::ConsumePrefix(&host, "[") && !absl::ConsumeSuffix(&host, "]")) {
    return Fault(option, absl::StrCat("'", address, "' lacks a ]"));
  }
  std::uint32_t port = 0;
  if (host.empty() || !absl::SimpleAtoi(address.substr(colon + 1), &port) || port > 65'535) {
    return Fault(option, absl::StrCat("'", address, "' is not host:port with a port from 0 to 65535"));
  }
  return std::string(host);
}

bool IsLoopback(absl::string_view host) {
  if (host == "localhost") return true;
  const std::string text(host);
  in_addr v4;
  if (inet_pton(AF_INET, text.c_str(), &v4) == 1) return (ntohl(v4.s_addr) >> 24) == 127;
  in6_addr v6;
  return inet_pton(AF_INET6, text.c_str(), &v6) == 1 && IN6_IS_ADDR_LOOPBACK(&v6);
}

}  // namespace

void ServerOptions::AddTo(OptionSet* options) {
  options->Add("listen", &listen, "Address and port for gRPC, as host:port. Port 0 takes a free one.");
  options->Add("allow-insecure-non-loopback", &allow_insecure_non_loopback,
               "Listen on addresses that other machines reach, although callers are not authenticated: whoever can "
               "connect can read and write everything.");
  options->Add(
      "health-listen", &health_listen,
      "host:port of a plaintext port on which only grpc.health.v1 answers, for probes: \"ready\", and \"live\", "
      "which fails once the process cannot reach its own --listen port. Empty: health is on --listen alone.");
  options->Add("metrics-listen", &metrics_listen,
               "host:port on which Prometheus fetches /metrics over HTTP. Metrics name no client and no clinic. Empty: "
               "none are shown.");
  options->Add("trace-endpoint", &trace_endpoint,
               "host:port of an OpenTelemetry collector that takes OTLP over gRPC. Spans hold names, times and codes, "
               "never an answer. Empty: none are sent.");
  options->Add("trace-percent", &trace_percent, {0, 100},
               "Of a hundred calls that come without a trace, so many begin one. A caller's own trace goes on always.");
  options->Add("port-file", &port_file, "The port is written into this file once the server listens.");
  options->Add("allow-core-dumps", &allow_core_dumps,
               "Let a crash leave a core, and let processes of the same user trace this one. A core holds answers, "
               "names and passwords in the clear: remove it once it was looked at.");
  options->Add(
      "log-level", &log_level,
      "debug, info, warning or error. At debug every call leaves a line, with its method and code; answers and "
      "scores are never logged.");
  options->Add("drain-delay", &drain_delay, {absl::ZeroDuration(), absl::Minutes(5)},
               "How long calls are still taken after SIGTERM while health says NOT_SERVING. Shorter than what load "
               "balancers take to notice: calls fail during a restart.");
  options->Add("drain-grace", &drain_grace, {absl::ZeroDuration(), absl::Minutes(10)},
               "How long calls under way may then go on before they are finished with UNAVAILABLE.");
  options->Add("memory-limit", &memory_limit_mib, {0, 1 << 20},
               "MiB that the process may take. Half of it is for what gRPC holds in buffers; past that connections are "
               "shed. 0: the limit of its control group, and without a bound where that has none.");
  options->Add("max-message-bytes", &max_message_bytes, {1024, 64 << 20},
               "Bytes; a larger request is refused with RESOURCE_EXHAUSTED.");
  options->Add("max-concurrent-streams", &max_concurrent_streams, {1, 10'000},
               "Calls at once on one connection; more wait on the client's side.");
  options->Add("max-calls-under-way", &max_calls_under_way, {1, 1'000'000},
               "Calls at once, items of streams among them; more are refused with RESOURCE_EXHAUSTED.");
  options->Add(
      "max-streams", &max_streams, {1, 100'000},
      "Open streams. Where one more opens, the one that was idle for longest is ended with RESOURCE_EXHAUSTED.");
  options->Add("stream-idle-timeout", &stream_idle_timeout, {absl::Seconds(1), absl::Hours(1)},
               "A stream whose caller neither sends nor takes anything for so long is ended with CANCELLED. One that "
               "follows the release log may wait for news without end.");
  options->Add("default-timeout", &default_timeout, {absl::Milliseconds(100), absl::Minutes(10)},
               "The time for a call that came without a deadline.");
  options->Add("max-connection-age", &max_connection_age, {absl::Seconds(1), absl::Hours(24)},
               "A client's connection is renewed after this time, so that new servers get calls. Shorter: more "
               "handshakes.");
  options->Add(
      "max-connection-age-grace", &max_connection_age_grace, {absl::Seconds(1), absl::Hours(1)},
      "How long calls may go on over a connection that is being renewed; no call's deadline should be longer.");
}

absl::Status ServerOptions::Verify() const {
  const absl::StatusOr<std::string> host = HostOf("listen", listen);
  if (!host.ok()) return host.status();
  if (!IsLoopback(*host) && !allow_insecure_non_loopback) {
    return Fault("listen", absl::StrCat("'", *host, "' can be reached by other machines and callers are not ",
                                        "authenticated; use a loopback address, or set --allow-insecure-non-loopback"));
  }
  for (const auto& [option, address] :
       {std::pair("health-listen", &health_listen), std::pair("metrics-listen", &metrics_listen),
        std::pair("trace-endpoint", &trace_endpoint)}) {
    if (address->empty()) continue;
    if (const auto valid = HostOf(option, *address); !valid.ok()) return valid.status();
  }
  if (!ParseLogLevel(log_level)) {
    return Fault("log-level", absl::StrCat("'", log_level, "' is not debug, info, warning or error"));
  }
  if (max_connection_age_grace < default_timeout) {
    return Fault("max-connection-age-grace", "must not be shorter than --default-timeout");
  }
  return absl::OkStatus();
}

std::optional<std::int64_t> ServerOptions::BufferLimit() const {
  const std::optional<std::int64_t> limit =
      memory_limit_mib > 0 ? std::optional<std::int64_t>(memory_limit_mib << 20) : CgroupMemoryLimit();
  if (!limit.has_value()) return std::nullopt;
  return std::max(*limit / 2, kLeastBufferBytes);
}

std::string ServerOptions::DialledBySelf(int port) const {
  const std::string host = HostOf("listen", listen).value_or("127.0.0.1");
  if (host == "0.0.0.0") return absl::StrCat("127.0.0.1:", port);
  if (host == "::") return absl::StrCat("[::1]:", port);
  return absl::StrCat(listen.substr(0, listen.rfind(':')), ":", port);
}

}  // namespace ladder
