#include "libs/chassis/trace.h"

#include <algorithm>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace ladder {
namespace {

// Lower-case hexadecimal of so many bytes.
std::optional<std::string> ReadHex(absl::string_view text, std::size_t bytes) {
  const auto is_digit = [](char c) { return absl::ascii_isdigit(c) || (c >= 'a' && c <= 'f'); };
  if (text.size() != 2 * bytes || !std::all_of(text.begin(), text.end(), is_digit)) return std::nullopt;
  return absl::HexStringToBytes(text);
}

bool IsZero(const std::string& bytes) {
  return std::all_of(bytes.begin(), bytes.end(), [](char c) { return c == 0; });
}

}  // namespace

std::optional<TraceContext> ParseTraceparent(absl::string_view text) {
  constexpr std::size_t kParts = 4;
  const std::vector<absl::string_view> parts = absl::StrSplit(text, '-');
  // A later version may add parts; version 00 has four, and ff is no version.
  if (parts.size() < kParts || (parts[0] == "00" && parts.size() != kParts) || parts[0] == "ff") return std::nullopt;
  const std::optional<std::string> version = ReadHex(parts[0], 1);
  const std::optional<std::string> trace_id = ReadHex(parts[1], 16);
  const std::optional<std::string> span_id = ReadHex(parts[2], 8);
  const std::optional<std::string> flags = ReadHex(parts[3], 1);
  if (!version || !trace_id || !span_id || !flags || IsZero(*trace_id) || IsZero(*span_id)) return std::nullopt;
  return TraceContext{*trace_id, *span_id, (flags->front() & 1) != 0};
}

std::string ToTraceparent(const TraceContext& context) {
  return absl::StrCat("00-", HexOf(context.trace_id), "-", HexOf(context.span_id), context.sampled ? "-01" : "-00");
}

std::string HexOf(absl::string_view bytes) { return absl::BytesToHexString(bytes); }

}  // namespace ladder
