// File: process_metrics.h
//
// The figures of the process itself, under the names that Prometheus's own clients use.

#ifndef LADDER_LIBS_CHASSIS_PROCESS_METRICS_H_
#define LADDER_LIBS_CHASSIS_PROCESS_METRICS_H_

#include "libs/chassis/metrics.h"

namespace ladder {

// Read from /proc at each scrape. What cannot be read is left out.
void AddProcessMetrics(Metrics& metrics);

}  // namespace ladder

#endif  // LADDER_LIBS_CHASSIS_PROCESS_METRICS_H_
