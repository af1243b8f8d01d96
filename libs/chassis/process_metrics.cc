#include "libs/chassis/process_metrics.h"

#include <sys/resource.h>
#include <unistd.h>

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>
#include <system_error>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"

namespace ladder {
namespace {

// Places in /proc/self/stat (man 5 proc), counted from the state, which follows the name in parentheses.
constexpr std::size_t kUserTicks = 11;
constexpr std::size_t kSystemTicks = 12;
constexpr std::size_t kThreads = 17;
constexpr std::size_t kStartTicks = 19;
constexpr std::size_t kResidentPages = 21;

std::string ReadFile(const char* path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

std::optional<double> FieldOfStat(std::size_t place) {
  const std::string stat = ReadFile("/proc/self/stat");
  const std::size_t name_end = stat.rfind(") ");
  if (name_end == std::string::npos) return std::nullopt;
  const std::vector<std::string> fields = absl::StrSplit(stat.substr(name_end + 2), ' ');
  std::int64_t value = 0;
  if (place >= fields.size() || !absl::SimpleAtoi(fields[place], &value)) return std::nullopt;
  return static_cast<double>(value);
}

double TicksEachSecond() { return static_cast<double>(sysconf(_SC_CLK_TCK)); }

std::optional<double> CpuSeconds() {
  const std::optional<double> user = FieldOfStat(kUserTicks);
  const std::optional<double> system = FieldOfStat(kSystemTicks);
  if (!user.has_value() || !system.has_value()) return std::nullopt;
  return (*user + *system) / TicksEachSecond();
}

std::optional<double> ResidentBytes() {
  const std::optional<double> pages = FieldOfStat(kResidentPages);
  if (!pages.has_value()) return std::nullopt;
  return *pages * static_cast<double>(sysconf(_SC_PAGESIZE));
}

// Unix time.
std::optional<double> StartSeconds() {
  const std::optional<double> ticks = FieldOfStat(kStartTicks);
  for (const absl::string_view line : absl::StrSplit(ReadFile("/proc/stat"), '\n')) {
    const std::vector<absl::string_view> words = absl::StrSplit(line, ' ');
    double boot = 0;
    if (words.size() != 2 || words[0] != "btime" || !absl::SimpleAtod(words[1], &boot) || !ticks.has_value()) continue;
    return boot + *ticks / TicksEachSecond();
  }
  return std::nullopt;
}

std::optional<double> OpenDescriptors() {
  std::error_code error;
  std::filesystem::directory_iterator entry("/proc/self/fd", error);
  std::int64_t open = -1;  // The one that reads the folder does not count.
  while (!error && entry != std::filesystem::directory_iterator()) {
    ++open;
    entry.increment(error);
  }
  if (error) return std::nullopt;
  return static_cast<double>(open);
}

std::optional<double> MaxDescriptors() {
  rlimit limit;
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return std::nullopt;
  return static_cast<double>(limit.rlim_cur);
}

}  // namespace

void AddProcessMetrics(Metrics& metrics) {
  metrics.AddCounter("process_cpu_seconds_total", "Processor time, of user and system.", CpuSeconds);
  metrics.AddGauge("process_resident_memory_bytes", "Resident memory.", ResidentBytes);
  metrics.AddGauge("process_open_fds", "Open file descriptors.", OpenDescriptors);
  metrics.AddGauge("process_max_fds", "The most file descriptors that may be open.", MaxDescriptors);
  metrics.AddGauge("process_start_time_seconds", "Start of the process, as Unix time.", StartSeconds);
  metrics.AddGauge("process_threads", "Threads.", [] { return FieldOfStat(kThreads); });
}

}  // namespace ladder
