#include "libs/quiz/quote.h"

#include <algorithm>
#include <array>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"

namespace ladder::quiz {
namespace {

constexpr std::size_t kMaxQuotedBytes = 60;
constexpr std::size_t kMaxEdits = 2;

bool LooksLikeCode(absl::string_view value) {
  const auto allowed = [](char c) {
    return absl::ascii_isalnum(c) || absl::string_view("_-+./").find(c) != absl::string_view::npos;
  };
  return !value.empty() && value.size() <= kMaxQuotedBytes && std::all_of(value.begin(), value.end(), allowed);
}

// Levenshtein's distance between words of at most kMaxQuotedBytes.
std::size_t EditDistance(absl::string_view a, absl::string_view b) {
  std::array<std::size_t, kMaxQuotedBytes + 1> row;
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({replaced, row[j] + 1, row[j - 1] + 1});
    }
  }
  return row[b.size()];
}

}  // namespace

std::string QuoteCode(absl::string_view value, absl::string_view otherwise) {
  return LooksLikeCode(value) ? absl::StrCat("'", value, "'") : std::string(otherwise);
}

std::string QuoteList(const std::vector<absl::string_view>& codes, std::size_t limit) {
  std::string list;
  const std::size_t shown = std::min(codes.size(), limit);
  for (std::size_t i = 0; i < shown; ++i) absl::StrAppend(&list, i == 0 ? "'" : ", '", codes[i], "'");
  if (codes.size() > shown) absl::StrAppend(&list, " and ", codes.size() - shown, " more");
  return list;
}

absl::string_view NearestOf(absl::string_view word, const std::vector<absl::string_view>& candidates) {
  if (!LooksLikeCode(word)) return {};
  absl::string_view nearest;
  std::size_t least = kMaxEdits + 1;
  for (const absl::string_view candidate : candidates) {
    const std::size_t longer = std::max(word.size(), candidate.size());
    const std::size_t shorter = std::min(word.size(), candidate.size());
    // A word that would have to change throughout is another word, not a slip.
    if (longer > kMaxQuotedBytes || longer - shorter >= least || shorter <= kMaxEdits) continue;
    const std::size_t distance = EditDistance(word, candidate);
    if (distance >= least) continue;
    least = distance;
    nearest = candidate;
  }
  return nearest;
}

}  // namespace ladder::quiz
