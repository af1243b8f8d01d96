#include "libs/chassis/metrics.h"

#include <prometheus/text_serializer.h>

#include <iterator>
#include <utility>

namespace ladder {
namespace {

using prometheus::ClientMetric;
using prometheus::MetricType;

std::vector<ClientMetric::Label> LabelsOf(const Metrics::Labels& labels) {
  std::vector<ClientMetric::Label> values;
  for (const auto& [name, value] : labels) values.push_back({name, value});
  return values;
}

Metrics::ReadFamily ReadOne(MetricType type, std::function<std::optional<double>()> read, Metrics::Labels labels) {
  return [type, read = std::move(read), labels = std::move(labels)]() -> std::vector<ClientMetric> {
    const std::optional<double> value = read();
    if (!value.has_value()) return {};
    return {Metrics::ValueOf(type, *value, labels)};
  };
}

}  // namespace

ClientMetric Metrics::ValueOf(const Histogram& histogram, const Labels& labels) {
  const Histogram::Snapshot read = histogram.Read();
  ClientMetric metric;
  metric.label = LabelsOf(labels);
  metric.histogram.sample_sum = read.sum;
  for (std::size_t i = 0; i < read.counts.size(); ++i) {
    metric.histogram.sample_count += static_cast<std::uint64_t>(read.counts[i]);
    if (i == histogram.bounds().size()) continue;  // The serializer writes +Inf itself.
    metric.histogram.bucket.push_back({metric.histogram.sample_count, histogram.bounds()[i]});
  }
  return metric;
}

ClientMetric Metrics::ValueOf(MetricType type, double value, const Labels& labels) {
  ClientMetric metric;
  metric.label = LabelsOf(labels);
  (type == MetricType::Counter ? metric.counter.value : metric.gauge.value) = value;
  return metric;
}

void Metrics::Add(const std::string& name, const std::string& help, const Counter& counter, const Labels& labels) {
  AddCounter(
      name, help, [&counter] { return static_cast<double>(counter.value()); }, labels);
}

void Metrics::Add(const std::string& name, const std::string& help, const Histogram& histogram, const Labels& labels) {
  AddFamily(name, help, MetricType::Histogram,
            [&histogram, labels] { return std::vector<ClientMetric>{ValueOf(histogram, labels)}; });
}

void Metrics::AddGauge(const std::string& name, const std::string& help, std::function<std::optional<double>()> read,
                       const Labels& labels) {
  AddFamily(name, help, MetricType::Gauge, ReadOne(MetricType::Gauge, std::move(read), labels));
}

void Metrics::AddCounter(const std::string& name, const std::string& help, std::function<std::optional<double>()> read,
                         const Labels& labels) {
  AddFamily(name, help, MetricType::Counter, ReadOne(MetricType::Counter, std::move(read), labels));
}

void Metrics::AddFamily(const std::string& name, const std::string& help, MetricType type, ReadFamily read) {
  MutexLock lock(&mutex_);
  Family& family = families_[name];
  family.help = help;
  family.type = type;
  family.reads.push_back(std::move(read));
}

std::vector<prometheus::MetricFamily> Metrics::Collect() const {
  MutexLock lock(&mutex_);
  std::vector<prometheus::MetricFamily> families;
  for (const auto& [name, family] : families_) {
    prometheus::MetricFamily collected{name, family.help, family.type, {}};
    for (const ReadFamily& read : family.reads) {
      std::vector<ClientMetric> metrics = read();
      std::move(metrics.begin(), metrics.end(), std::back_inserter(collected.metric));
    }
    if (!collected.metric.empty()) families.push_back(std::move(collected));
  }
  return families;
}

std::string Metrics::Text() const { return prometheus::TextSerializer().Serialize(Collect()); }

}  // namespace ladder
