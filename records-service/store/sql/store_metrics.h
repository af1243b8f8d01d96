// File: store_metrics.h
//
// What a store over SQL shows of itself, whichever engine it is.

#ifndef LADDER_RECORDS_SERVICE_STORE_SQL_STORE_METRICS_H_
#define LADDER_RECORDS_SERVICE_STORE_SQL_STORE_METRICS_H_

#include <cstddef>
#include <functional>

#include "libs/chassis/metrics.h"

namespace ladder::records::sql {

// Of the connections that calls share. Idle are also those that are opened once somebody needs one.
struct ConnectionsInUse {
  std::size_t busy = 0;
  std::size_t idle = 0;
};

// Both functions are asked at each scrape. `synchronous`: whether nothing acknowledged is lost with one machine's
// memory.
void AddStoreMetrics(Metrics& metrics, const std::function<ConnectionsInUse()>& connections,
                     const std::function<bool()>& synchronous);

}  // namespace ladder::records::sql

#endif  // LADDER_RECORDS_SERVICE_STORE_SQL_STORE_METRICS_H_
