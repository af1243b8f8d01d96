#include <charconv>
#include <cstdint>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "libs/quiz/compile/steps.h"
#include "libs/quiz/quote.h"
#include "libs/quiz/resource_names.h"

namespace ladder::quiz {
namespace {

void CheckProvenance(Compilation& compilation) {
  const v1::Provenance& provenance = compilation.definition.provenance();
  const auto require = [&compilation](absl::string_view field, const std::string& text, absl::string_view what) {
    if (text.empty()) compilation.faults.Error(absl::StrCat("provenance.", field), absl::StrCat("say ", what));
  };
  require("source", provenance.source(), "where the quiz comes from: author, title, year");
  require("licence", provenance.licence(), "under which licence the quiz is used");
  require("who_may_use", provenance.who_may_use(), "who may use the quiz");
}

// A version counts from 1 and has no sign and no leading zero.
bool IsVersion(absl::string_view text) {
  std::int64_t version = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), version);
  return error == std::errc() && end == text.data() + text.size() && version > 0 && !absl::StartsWith(text, "0");
}

void CheckComparableVersions(Compilation& compilation) {
  absl::flat_hash_set<absl::string_view> seen;
  for (int i = 0; i < compilation.definition.comparable_with_size(); ++i) {
    const std::string& version = compilation.definition.comparable_with(i);
    if (!IsVersion(version)) {
      compilation.faults.Error(At("comparable_with", i), absl::StrCat(QuoteCode(version, "this"),
                                                                      " is not the number of a version; versions count "
                                                                      "1, 2, 3"));
    } else if (!seen.insert(version).second) {
      compilation.faults.Error(At("comparable_with", i),
                               absl::StrCat("version ", version, " is listed already; list it once"));
    }
  }
}

}  // namespace

void CheckHead(Compilation& compilation) {
  if (!IsQuizId(compilation.definition.id())) {
    compilation.faults.Error("id", absl::StrCat(QuoteCode(compilation.definition.id(), "this"),
                                                " is not the id of a quiz; begin with a lower-case letter and go on "
                                                "with lower-case letters, digits and -, at most 63 in all"));
  }
  CheckProvenance(compilation);
  CheckComparableVersions(compilation);
}

}  // namespace ladder::quiz
