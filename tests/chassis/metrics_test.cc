#include "libs/chassis/metrics.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "libs/chassis/process_metrics.h"

namespace ladder {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(MetricsTest, ShowsCountersGaugesAndHistogramsAsPrometheusReadsThem) {
  Metrics metrics;
  Counter hits;
  hits.Add();
  hits.Add(2);
  Histogram seconds{0.01, 0.1};
  seconds.Observe(0.01);  // A bound belongs to its bucket.
  seconds.Observe(absl::Milliseconds(50));
  seconds.Observe(2);
  metrics.Add("hits_total", "Hits.", hits, {{"layer", "memory"}});
  metrics.Add("took_seconds", "Time.", seconds);
  metrics.AddGauge("queue_rows", "Rows.", [] { return 7; });
  EXPECT_EQ(metrics.Text(),
            "# HELP hits_total Hits.\n"
            "# TYPE hits_total counter\n"
            "hits_total{layer=\"memory\"} 3\n"
            "# HELP queue_rows Rows.\n"
            "# TYPE queue_rows gauge\n"
            "queue_rows 7\n"
            "# HELP took_seconds Time.\n"
            "# TYPE took_seconds histogram\n"
            "took_seconds_count 3\n"
            "took_seconds_sum 2.06\n"
            "took_seconds_bucket{le=\"0.01\"} 1\n"
            "took_seconds_bucket{le=\"0.1\"} 2\n"
            "took_seconds_bucket{le=\"+Inf\"} 3\n");
}

TEST(MetricsTest, OneFamilyHasOneHeadAndWhatHasNoValueIsLeftOut) {
  Metrics metrics;
  std::optional<double> value;
  const Counter memory;
  const Counter redis;
  metrics.Add("hits_total", "Hits.", memory, {{"layer", "memory"}});
  metrics.Add("hits_total", "Hits.", redis, {{"layer", "redis"}});
  metrics.AddGauge("age_seconds", "Age.", [&value] { return value; });
  EXPECT_EQ(metrics.Text(),
            "# HELP hits_total Hits.\n"
            "# TYPE hits_total counter\n"
            "hits_total{layer=\"memory\"} 0\n"
            "hits_total{layer=\"redis\"} 0\n");
  value = 1.5;
  EXPECT_THAT(metrics.Text(), HasSubstr("age_seconds 1.5\n"));
}

TEST(MetricsTest, NothingIsLostWhereManyCountAtOnce) {
  constexpr int kThreads = 4;
  constexpr int kTimes = 1000;
  Counter counter;
  Histogram histogram{10};
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([&] {
      for (int time = 0; time < kTimes; ++time) {
        counter.Add();
        histogram.Observe(1);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(counter.value(), kThreads * kTimes);
  EXPECT_EQ(histogram.Read().counts.front(), kThreads * kTimes);
  EXPECT_EQ(histogram.Read().sum, kThreads * kTimes);
}

// The value of a metric without labels.
double ValueOf(const Metrics& metrics, const std::string& name) {
  const std::string text = metrics.Text();
  for (absl::string_view line : absl::StrSplit(text, '\n')) {
    double value = 0;
    if (absl::ConsumePrefix(&line, name + " ") && absl::SimpleAtod(line, &value)) return value;
  }
  ADD_FAILURE() << name << " is not shown";
  return 0;
}

TEST(ProcessMetricsTest, AreThoseOfThisProcess) {
  Metrics metrics;
  AddProcessMetrics(metrics);
  const double open_before = ValueOf(metrics, "process_open_fds");
  const int descriptor = open("/dev/null", O_RDONLY);
  EXPECT_EQ(ValueOf(metrics, "process_open_fds"), open_before + 1);
  close(descriptor);
  EXPECT_GE(ValueOf(metrics, "process_max_fds"), open_before);

  const double threads_before = ValueOf(metrics, "process_threads");
  // More than one: ThreadSanitizer begins one of its own beside the first.
  std::thread thread([&] { EXPECT_GT(ValueOf(metrics, "process_threads"), threads_before); });
  thread.join();

  const double bytes_before = ValueOf(metrics, "process_resident_memory_bytes");
  const std::vector<char> memory(32 << 20, 'x');
  EXPECT_GE(ValueOf(metrics, "process_resident_memory_bytes"), bytes_before + static_cast<double>(memory.size()) / 2);

  // The kernel gives a new file its own time, which is the one that a start time is told in.
  struct stat new_file {};
  const int file = memfd_create("now", 0);
  ASSERT_EQ(fstat(file, &new_file), 0);
  close(file);
  const double now = static_cast<double>(new_file.st_mtime);
  const double start = ValueOf(metrics, "process_start_time_seconds");
  EXPECT_LE(start, now + 1);
  EXPECT_GE(start, now - 3600);
  EXPECT_GE(ValueOf(metrics, "process_cpu_seconds_total"), 0);
  EXPECT_THAT(metrics.Text(), Not(HasSubstr("nan")));
}

}  // namespace
}  // namespace ladder
