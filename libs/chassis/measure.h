// File: measure.h
//
// What a part of a service counts about itself, without knowing who asks: metrics.h shows it to Prometheus.
//
//   Histogram commit_seconds{0.001, 0.01, 0.1};
//   commit_seconds.Observe(0.004);

#ifndef LADDER_LIBS_CHASSIS_MEASURE_H_
#define LADDER_LIBS_CHASSIS_MEASURE_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/time/time.h"
#include "libs/chassis/mutex.h"

namespace ladder {

// Only grows. Thread-safe.
class Counter {
 public:
  void Add(std::int64_t count = 1) { value_.fetch_add(count, std::memory_order_relaxed); }
  std::int64_t value() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::int64_t> value_ = 0;
};

// How many values there were up to each bound. Thread-safe.
class Histogram {
 public:
  // In the unit of the values, ascending.
  Histogram(std::initializer_list<double> bounds) : bounds_(bounds), counts_(bounds.size() + 1) {}
  Histogram(const Histogram&) = delete;
  Histogram& operator=(const Histogram&) = delete;

  void Observe(double value);
  void Observe(absl::Duration duration) { Observe(absl::ToDoubleSeconds(duration)); }

  struct Snapshot {
    std::vector<std::int64_t> counts;  // One for each bound, and one for what is larger. Not cumulative.
    double sum = 0;
  };
  Snapshot Read() const;
  const std::vector<double>& bounds() const { return bounds_; }

 private:
  const std::vector<double> bounds_;
  mutable Mutex mutex_;
  std::vector<std::int64_t> counts_ ABSL_GUARDED_BY(mutex_);
  double sum_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace ladder

#endif  // LADDER_LIBS_CHASSIS_MEASURE_H_
