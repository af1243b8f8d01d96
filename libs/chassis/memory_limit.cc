#include "libs/chassis/memory_limit.h"

#include <algorithm>
#include <fstream>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace ladder {
namespace {

// What version 1 says where there is no limit is a little less than 2^63.
constexpr std::int64_t kNoLimit = std::int64_t{1} << 60;

std::optional<std::int64_t> ReadLimit(const std::string& path) {
  std::ifstream file(path);
  std::string text;
  std::int64_t bytes = 0;
  // "max" is none.
  if (!(file >> text) || !absl::SimpleAtoi(text, &bytes) || bytes <= 0 || bytes >= kNoLimit) return std::nullopt;
  return bytes;
}

// The least limit in `group` and the groups above it. In a container a group may be named that is not mounted there;
// its own is the root then.
std::optional<std::int64_t> LeastLimit(const std::string& root, std::string group, const std::string& file) {
  std::optional<std::int64_t> least;
  for (;;) {
    if (const auto limit = ReadLimit(absl::StrCat(root, group, "/", file))) {
      least = std::min(least.value_or(*limit), *limit);
    }
    const std::size_t slash = group.rfind('/');
    if (slash == std::string::npos) return least;
    group.resize(slash);
  }
}

}  // namespace

std::optional<std::int64_t> CgroupMemoryLimit(const std::string& membership, const std::string& root) {
  std::ifstream file(membership);
  std::optional<std::int64_t> least;
  // Lines of hierarchy:controllers:group. Version 2 has the hierarchy 0 and names no controller.
  for (std::string line; std::getline(file, line);) {
    const std::vector<std::string> parts = absl::StrSplit(line, absl::MaxSplits(':', 2));
    if (parts.size() != 3) continue;
    std::optional<std::int64_t> limit;
    if (parts[0] == "0" && parts[1].empty()) {
      limit = LeastLimit(root, parts[2], "memory.max");
    } else if (std::vector<std::string> names = absl::StrSplit(parts[1], ',');
               std::find(names.begin(), names.end(), "memory") != names.end()) {
      limit = LeastLimit(absl::StrCat(root, "/memory"), parts[2], "memory.limit_in_bytes");
    }
    if (limit.has_value()) least = std::min(least.value_or(*limit), *limit);
  }
  return least;
}

}  // namespace ladder
