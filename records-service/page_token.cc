#include "records-service/page_token.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "libs/chassis/errors.h"
#include "libs/quiz/published.h"

namespace ladder::records {
namespace {

// Ids and numbers never hold it.
constexpr char kSeparator = '\n';
constexpr std::size_t kQuestionLength = 16;

}  // namespace

std::string QuestionOf(absl::Span<const std::string> parts) {
  return quiz::DigestOf(absl::StrJoin(parts, "\n")).substr(0, kQuestionLength);
}

std::string MakePageToken(absl::string_view question, absl::Span<const std::string> place) {
  return absl::WebSafeBase64Escape(
      absl::StrCat(question, absl::string_view(&kSeparator, 1), absl::StrJoin(place, "\n")));
}

absl::StatusOr<std::vector<std::string>> ReadPageToken(absl::string_view question, std::size_t parts,
                                                       absl::string_view token, const TokenField& field) {
  std::string text;
  std::vector<std::string> found;
  if (token.size() <= field.max_length && absl::WebSafeBase64Unescape(token, &text)) {
    found = absl::StrSplit(text, kSeparator);
  }
  // A place is ids and numbers; anything else would go into a query as it is.
  const auto is_plain = [](const std::string& part) {
    return std::all_of(part.begin(), part.end(), absl::ascii_isgraph);
  };
  if (found.size() == parts + 1 && found.front() == question && std::all_of(found.begin(), found.end(), is_plain)) {
    found.erase(found.begin());
    return found;
  }
  return InvalidArgument({{field.name, "was not given for this question: send the request that it came with"}});
}

}  // namespace ladder::records
