#include "libs/quiz/compile/compilation.h"

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "libs/quiz/compile/ids.h"
#include "libs/quiz/quote.h"

namespace ladder::quiz {
namespace {

constexpr absl::string_view kUnprintable = "what is written here";

}  // namespace

Index Compilation::Intern(absl::string_view code) {
  const auto [entry, is_new] = code_index_.try_emplace(std::string(code), static_cast<Index>(program.codes.size()));
  if (is_new) program.codes.emplace_back(code);
  return entry->second;
}

std::optional<Rational> Compilation::Number(const std::string& path, absl::string_view text) {
  if (text.empty()) {
    faults.Error(path, "a number is missing; write one like \"12\", \"-1.25\" or \"5/6\"");
    return std::nullopt;
  }
  absl::StatusOr<Rational> number = Rational::Parse(text);
  if (number.ok()) return *std::move(number);
  faults.Error(path, std::string(number.status().message()));
  return std::nullopt;
}

std::optional<Rational> Compilation::OptionalNumber(const std::string& path, absl::string_view text) {
  return text.empty() ? std::nullopt : Number(path, text);
}

bool Compilation::CheckInRange(const std::string& path, const Rational& number) {
  if (number.out_of_range()) {
    faults.Limit(path, "the numbers here cannot be calculated with in 256 bits; give them fewer digits");
  }
  return !number.out_of_range();
}

Index Compilation::Find(const std::string& path, Name::Kind kind, absl::string_view id) {
  const auto found = program.names.find(id);
  if (found == program.names.end()) {
    const auto candidates = [&] {
      std::vector<absl::string_view> ids;
      for (const auto& [name, meaning] : program.names) {
        if (meaning.kind == kind) ids.push_back(name);
      }
      return ids;
    };
    faults.Error(path, absl::StrCat(QuoteCode(id, kUnprintable), " is the id of nothing; ", Describe(kind),
                                    " has to be named here", Suggest(id, candidates)));
    return kNone;
  }
  if (found->second.kind != kind) {
    faults.Error(path, absl::StrCat("'", id, "' is ", Describe(found->second.kind), "; ", Describe(kind),
                                    " has to be named here"));
    return kNone;
  }
  return found->second.index;
}

Index Compilation::FindAmong(const std::string& path, absl::string_view what, absl::string_view id,
                             const std::vector<absl::string_view>& ids) {
  for (Index i = 0; i < ids.size(); ++i) {
    if (ids[i] == id) return i;
  }
  faults.Error(path,
               absl::StrCat("there is no ", what, " ", QuoteCode(id, "of that id"), Suggest(id, ids),
                            ids.empty() ? "" : absl::StrCat("; there are ", QuoteList(ids, kMaxCandidatesListed))));
  return kNone;
}

bool Compilation::CountNodes(const std::string& path, std::size_t nodes) {
  const bool passed_before = expression_nodes_ > kMaxExpressionNodes;
  expression_nodes_ += nodes;
  if (expression_nodes_ <= kMaxExpressionNodes) return true;
  if (!passed_before) {
    faults.Limit(path, absl::StrCat("with this the expressions of the quiz have more than ", kMaxExpressionNodes,
                                    " names, numbers and operators in all; use tables and aggregates instead"));
  }
  return false;
}

std::string Compilation::Suggest(absl::string_view id, absl::FunctionRef<std::vector<absl::string_view>()> candidates) {
  if (id.empty() || id.size() > kMaxIdCharacters || suggestions_left_ == 0) return "";
  --suggestions_left_;
  const std::vector<absl::string_view> known = candidates();
  if (known.size() > candidates_left_) return "";
  candidates_left_ -= known.size();
  const absl::string_view nearest = NearestOf(id, known);
  return nearest.empty() ? "" : absl::StrCat(", did you mean '", nearest, "'?");
}

absl::string_view Describe(Name::Kind kind) {
  switch (kind) {
    case Name::Kind::kItem:
      return "an item";
    case Name::Kind::kScale:
      return "a scale";
    case Name::Kind::kDecision:
      return "a decision";
    case Name::Kind::kAlert:
      return "an alert";
    case Name::Kind::kContext:
      return "a context value";
    case Name::Kind::kTable:
      return "a table";
  }
  return "";
}

std::string At(absl::string_view list, int position) { return absl::StrCat(list, "[", position, "]"); }

std::string AtKey(absl::string_view map, absl::string_view key) {
  const bool is_long = key.size() > kMaxIdCharacters;
  return absl::StrCat(map, "[\"", key.substr(0, kMaxIdCharacters), is_long ? "..." : "", "\"]");
}

void UniqueCodes::Check(const std::string& path, absl::string_view code) {
  if (!IsCode(code)) {
    faults_.Error(path, absl::StrCat(QuoteCode(code, "this"), " is not a code; ", kCodeForm));
    return;
  }
  const auto [entry, is_new] = first_path_.try_emplace(std::string(code), path);
  if (!is_new) {
    faults_.Error(path, absl::StrCat("'", code, "' is used already, at ", entry->second, "; choose another"));
  }
}

}  // namespace ladder::quiz
