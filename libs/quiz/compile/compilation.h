// File: compilation.h
//
// What the steps of one compilation share: the definition that is read, the program that is made, and the faults.
// Internal to libs/quiz. Not thread-safe.

#ifndef LADDER_LIBS_QUIZ_COMPILE_COMPILATION_H_
#define LADDER_LIBS_QUIZ_COMPILE_COMPILATION_H_

#include <google/protobuf/map.h>

#include <map>
#include <optional>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/functional/function_ref.h"
#include "absl/strings/string_view.h"
#include "ladder/quiz/v1/definition.pb.h"
#include "libs/quiz/fault.h"
#include "libs/quiz/limits.h"
#include "libs/quiz/possible.h"
#include "libs/quiz/program.h"

namespace ladder::quiz {

class Compilation {
 public:
  // `source` has to outlive this. Once `stop_token` is requested, steps end early and what they have made says nothing.
  Compilation(const v1::QuizDefinition& source, std::stop_token stop_token)
      : definition(source), stop(std::move(stop_token)) {
    program.undecided_code = Intern("UNDECIDED");
  }

  const v1::QuizDefinition& definition;
  const std::stop_token stop;
  Program program;
  FaultList faults;
  AnalysisUse analysis;

  // The code's place in Program::codes, where it is added if it is new.
  Index Intern(absl::string_view code);

  // The number that the text holds; a fault and nothing where it holds none.
  std::optional<Rational> Number(const std::string& path, absl::string_view text);
  // Likewise, and nothing without a fault where the text is empty.
  std::optional<Rational> OptionalNumber(const std::string& path, absl::string_view text);

  // Whether a number that was calculated is in range; a fault if it is not.
  bool CheckInRange(const std::string& path, const Rational& number);

  // The item, scale or other thing of the shared name space; a fault and kNone where there is none of that kind.
  Index Find(const std::string& path, Name::Kind kind, absl::string_view id);
  // The position of `id` among `ids`; a fault and kNone where it is not there. `what` is for example "option set".
  Index FindAmong(const std::string& path, absl::string_view what, absl::string_view id,
                  const std::vector<absl::string_view>& ids);

  // Counts the nodes of one more expression; a fault and false once there are too many in all.
  bool CountNodes(const std::string& path, std::size_t nodes);

  // ", did you mean 'total'?" if one of the candidates is near, else "". They are asked for only while suggestions are
  // left, so it costs nothing that 100,000 ids are unknown.
  std::string Suggest(absl::string_view id, absl::FunctionRef<std::vector<absl::string_view>()> candidates);
  std::string Suggest(absl::string_view id, const std::vector<absl::string_view>& candidates) {
    return Suggest(id, [&candidates] { return candidates; });
  }

 private:
  absl::flat_hash_map<std::string, Index> code_index_;
  int suggestions_left_ = kMaxSuggestions;
  std::size_t candidates_left_ = kMaxCandidates;
  std::size_t expression_nodes_ = 0;
};

// "an item", "a scale".
absl::string_view Describe(Name::Kind kind);

// "items[3]" and "scales[0].aggregate.weights[\"q1\"]". A key that is longer than an id may be is cut off.
std::string At(absl::string_view list, int position);
std::string AtKey(absl::string_view map, absl::string_view key);

// The ids of entries that have one, in order.
template <typename List>
std::vector<absl::string_view> IdsOf(const List& entries) {
  std::vector<absl::string_view> ids;
  for (const auto& entry : entries) ids.push_back(entry.id());
  return ids;
}

// A map of the definition in the order of its keys, so that faults come in the same order each time.
template <typename Value>
std::map<absl::string_view, const Value*> Sorted(const google::protobuf::Map<std::string, Value>& map) {
  std::map<absl::string_view, const Value*> sorted;
  for (const auto& [key, value] : map) sorted.emplace(key, &value);
  return sorted;
}

// Codes that have to differ from each other, for example those of one option set.
class UniqueCodes {
 public:
  explicit UniqueCodes(FaultList& faults) : faults_(faults) {}

  // A fault where the code is malformed or was there before.
  void Check(const std::string& path, absl::string_view code);

 private:
  FaultList& faults_;
  absl::flat_hash_map<std::string, std::string> first_path_;
};

}  // namespace ladder::quiz

#endif  // LADDER_LIBS_QUIZ_COMPILE_COMPILATION_H_
