// File: server_metrics.h
//
// What every server here shows about itself: its calls, its readiness, what it was built from.

#ifndef LADDER_LIBS_CHASSIS_SERVER_METRICS_H_
#define LADDER_LIBS_CHASSIS_SERVER_METRICS_H_

#include <atomic>

#include "libs/chassis/call_tracker.h"
#include "libs/chassis/metrics.h"
#include "libs/chassis/readiness.h"

namespace ladder {

// Keeps all but `metrics`.
void AddServerMetrics(Metrics& metrics, const CallTracker& calls, const Readiness& readiness,
                      const std::atomic<bool>& live);

}  // namespace ladder

#endif  // LADDER_LIBS_CHASSIS_SERVER_METRICS_H_
