#include "libs/chassis/metrics_endpoint.h"

#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

namespace ladder {
namespace {

constexpr char kPath[] = "/metrics";
constexpr char kContentType[] = "text/plain; version=0.0.4; charset=utf-8";

HttpResponse Answer(const HttpRequest& request, const Metrics& metrics) {
  if (request.path != kPath) return {.status = 404};
  if (request.method != "GET" && request.method != "HEAD") return {.status = 405, .allow = "GET, HEAD"};
  return {.content_type = kContentType, .body = metrics.Text()};
}

}  // namespace

absl::StatusOr<std::unique_ptr<MetricsEndpoint>> MetricsEndpoint::Open(const std::string& listen,
                                                                       std::shared_ptr<const Metrics> metrics) {
  auto server = HttpServer::Open({.listen = listen}, [metrics = std::move(metrics)](const HttpRequest& request) {
    return Answer(request, *metrics);
  });
  if (!server.ok()) return absl::UnavailableError(absl::StrCat("--metrics-listen: ", server.status().message()));
  return std::unique_ptr<MetricsEndpoint>(new MetricsEndpoint(*std::move(server)));
}

}  // namespace ladder
