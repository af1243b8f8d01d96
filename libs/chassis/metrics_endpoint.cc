#include "libs/chassis/metrics_endpoint.h"

#include <prometheus/exposer.h>

#include <exception>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

namespace ladder {
namespace {

// One fetches at a time; a probe of somebody else's may come beside.
constexpr std::size_t kThreads = 2;

}  // namespace

absl::StatusOr<std::unique_ptr<MetricsEndpoint>> MetricsEndpoint::Open(const std::string& listen,
                                                                       std::shared_ptr<const Metrics> metrics) {
  try {
    auto exposer = std::make_unique<prometheus::Exposer>(listen, kThreads);
    return std::unique_ptr<MetricsEndpoint>(new MetricsEndpoint(std::move(exposer), std::move(metrics)));
  } catch (const std::exception& error) {
    return absl::UnavailableError(
        absl::StrCat("--metrics-listen: cannot listen on ", listen, "; is the port taken? (", error.what(), ")"));
  }
}

MetricsEndpoint::MetricsEndpoint(std::unique_ptr<prometheus::Exposer> exposer, std::shared_ptr<const Metrics> metrics)
    : metrics_(std::move(metrics)), exposer_(std::move(exposer)) {
  exposer_->RegisterCollectable(std::const_pointer_cast<Metrics>(metrics_));
}

MetricsEndpoint::~MetricsEndpoint() = default;

int MetricsEndpoint::port() const { return exposer_->GetListeningPorts().front(); }

}  // namespace ladder
