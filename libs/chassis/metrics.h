// File: metrics.h
//
// What a process shows to Prometheus. A service names its metrics in one place and reads them from its parts whenever
// somebody asks, so that counting costs next to nothing. tests/deploy/monitoring/metrics.txt has all of them: what is
// shown is tested against it.
//
//   Metrics metrics;
//   metrics.Add("ladder_write_commit_seconds", "Time of a commit.", writer.commit_seconds());
//   metrics.AddGauge("ladder_write_queue_rows", "Assessments that wait.", [&] { return writer.queued_rows(); });
//
// No label ever holds a client, a clinic, a quiz, an answer or a score.

#ifndef LADDER_LIBS_CHASSIS_METRICS_H_
#define LADDER_LIBS_CHASSIS_METRICS_H_

#include <prometheus/collectable.h>
#include <prometheus/metric_family.h>

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "libs/chassis/measure.h"
#include "libs/chassis/mutex.h"

namespace ladder {

// Thread-safe. What is added has to outlive the last Collect.
class Metrics final : public prometheus::Collectable {
 public:
  using Labels = std::map<std::string, std::string>;

  void Add(const std::string& name, const std::string& help, const Counter& counter, const Labels& labels = {});
  void Add(const std::string& name, const std::string& help, const Histogram& histogram, const Labels& labels = {});
  // Read at each scrape; must not block for long. Without a value it is left out.
  void AddGauge(const std::string& name, const std::string& help, std::function<std::optional<double>()> read,
                const Labels& labels = {});
  // As AddGauge, for what only grows.
  void AddCounter(const std::string& name, const std::string& help, std::function<std::optional<double>()> read,
                  const Labels& labels = {});
  // A family whose labels are not known before.
  using ReadFamily = std::function<std::vector<prometheus::ClientMetric>()>;
  void AddFamily(const std::string& name, const std::string& help, prometheus::MetricType type, ReadFamily read);

  std::vector<prometheus::MetricFamily> Collect() const override;

  // What /metrics shows.
  std::string Text() const;

  static prometheus::ClientMetric ValueOf(const Histogram& histogram, const Labels& labels);
  static prometheus::ClientMetric ValueOf(prometheus::MetricType type, double value, const Labels& labels);

 private:
  struct Family {
    std::string help;
    prometheus::MetricType type;
    std::vector<ReadFamily> reads;
  };

  mutable Mutex mutex_;
  std::map<std::string, Family> families_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace ladder

#endif  // LADDER_LIBS_CHASSIS_METRICS_H_
