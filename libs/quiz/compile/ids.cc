#include "libs/quiz/compile/ids.h"

#include <algorithm>
#include <iterator>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_split.h"
#include "libs/quiz/limits.h"

namespace ladder::quiz {
namespace {

constexpr absl::string_view kReserved[] = {"in", "has", "min", "max", "lookup", "band", "range", "true", "false", "it"};
constexpr std::size_t kMaxSubtagCharacters = 8;

bool IsSubtag(absl::string_view tag) {
  return !tag.empty() && tag.size() <= kMaxSubtagCharacters && std::all_of(tag.begin(), tag.end(), absl::ascii_isalnum);
}

}  // namespace

bool IsId(absl::string_view text) {
  const auto allowed = [](char c) { return absl::ascii_islower(c) || absl::ascii_isdigit(c) || c == '_'; };
  return !text.empty() && text.size() <= kMaxIdCharacters && absl::ascii_islower(text.front()) &&
         std::all_of(text.begin(), text.end(), allowed);
}

bool IsReserved(absl::string_view id) {
  return std::find(std::begin(kReserved), std::end(kReserved), id) != std::end(kReserved);
}

bool IsCode(absl::string_view text) {
  const auto allowed = [](char c) { return absl::ascii_isalnum(c) || c == '_' || c == '-'; };
  return !text.empty() && text.size() <= kMaxIdCharacters && std::all_of(text.begin(), text.end(), allowed);
}

bool IsLocale(absl::string_view text) {
  if (text.size() < 2 || text.size() > kMaxLocaleCharacters) return false;
  const std::vector<absl::string_view> subtags = absl::StrSplit(text, '-');
  return std::all_of(subtags.begin(), subtags.end(), IsSubtag) && subtags.front().size() >= 2 &&
         std::all_of(subtags.front().begin(), subtags.front().end(), absl::ascii_isalpha);
}

}  // namespace ladder::quiz
