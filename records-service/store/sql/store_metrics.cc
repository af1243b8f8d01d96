#include "records-service/store/sql/store_metrics.h"

namespace ladder::records::sql {

void AddStoreMetrics(Metrics& metrics, const std::function<ConnectionsInUse()>& connections,
                     const std::function<bool()>& synchronous) {
  constexpr char kConnections[] = "ladder_store_connections";
  constexpr char kHelp[] = "Connections to the store that calls share.";
  metrics.AddGauge(kConnections, kHelp, [connections] { return static_cast<double>(connections().busy); },
                   {{"state", "busy"}});
  metrics.AddGauge(kConnections, kHelp, [connections] { return static_cast<double>(connections().idle); },
                   {{"state", "idle"}});
  metrics.AddGauge("ladder_store_synchronous", "1 where nothing acknowledged is lost with one machine's memory.",
                   [synchronous] { return synchronous() ? 1 : 0; });
}

}  // namespace ladder::records::sql
