#include "libs/chassis/server_metrics.h"

#include <grpcpp/grpcpp.h>

#include <string>
#include <vector>

namespace ladder {

using prometheus::ClientMetric;
using prometheus::MetricType;

void AddServerMetrics(Metrics& metrics, const CallTracker& calls, const Readiness& readiness,
                      const std::atomic<bool>& live) {
  metrics.AddFamily(
      "ladder_server_call_seconds", "Time of calls that have ended, by method and code.", MetricType::Histogram,
      [&calls] {
        std::vector<ClientMetric> values;
        calls.ForEachEnded([&values](const std::string& method, absl::StatusCode code, const Histogram& seconds) {
          values.push_back(Metrics::ValueOf(seconds, {{"method", method}, {"code", absl::StatusCodeToString(code)}}));
        });
        return values;
      });
  metrics.AddGauge("ladder_server_calls_under_way", "Calls under way, and items of streams that are worked on.",
                   [&calls] { return static_cast<double>(calls.UnderWay()); });
  metrics.AddGauge("ladder_server_streams_open", "Streams that are open; they take no place of a call.",
                   [&calls] { return static_cast<double>(calls.OpenStreams()); });
  constexpr char kEnded[] = "ladder_server_streams_ended_total";
  constexpr char kEndedHelp[] = "Streams that the server ended: idle for too long, or to make place for another.";
  metrics.Add(kEnded, kEndedHelp, calls.streams_idled(), {{"cause", "idle"}});
  metrics.Add(kEnded, kEndedHelp, calls.streams_given_way(), {{"cause", "gave_way"}});
  metrics.AddFamily("ladder_ready", "1 where a part that readiness depends on is up.", MetricType::Gauge, [&readiness] {
    std::vector<ClientMetric> values;
    for (const auto& [part, up] : readiness.Parts()) {
      values.push_back(Metrics::ValueOf(MetricType::Gauge, up ? 1 : 0, {{"part", part}}));
    }
    return values;
  });
  metrics.AddGauge("ladder_live", "1 while the process reaches its own port.", [&live] { return live ? 1 : 0; });
  metrics.AddGauge("ladder_build_info", "1; what runs is in the labels.", [] { return 1; },
                   {{"version", LADDER_VERSION}, {"grpc", grpc::Version()}});
}

}  // namespace ladder
