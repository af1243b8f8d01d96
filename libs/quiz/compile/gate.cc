#include <string>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "libs/quiz/compile/aggregates.h"
#include "libs/quiz/compile/steps.h"

namespace ladder::quiz {
namespace {

Member ItemMember(Index index) { return {.kind = Name::Kind::kItem, .index = index, .weight = 1, .may_miss = false}; }

std::vector<Member> NamedItems(const v1::Gate& source, Compilation& compilation) {
  std::vector<Member> members;
  absl::flat_hash_set<Index> seen;
  for (int i = 0; i < source.of_size(); ++i) {
    const std::string path = absl::StrCat("gate.", At("of", i));
    const Index item = compilation.Find(path, Name::Kind::kItem, source.of(i));
    if (item == kNone) continue;
    if (!seen.insert(item).second) {
      compilation.faults.Error(path, absl::StrCat("'", source.of(i), "' is listed already; list it once"));
      continue;
    }
    members.push_back(ItemMember(item));
  }
  return members;
}

std::vector<Member> EveryItem(const Program& program) {
  std::vector<Member> members;
  for (Index i = 0; i < program.items.size(); ++i) members.push_back(ItemMember(i));
  return members;
}

}  // namespace

void CompileGate(Compilation& compilation) {
  if (!compilation.definition.has_gate()) return;
  const v1::Gate& source = compilation.definition.gate();
  Gate gate;
  gate.every_shown_item = source.of().empty();
  gate.members = gate.every_shown_item ? EveryItem(compilation.program) : NamedItems(source, compilation);
  gate.need = CompileNeed("gate.need", source.need(), gate.members, compilation);
  if (source.need().fill() != v1::MissingPolicy::FILL_UNSPECIFIED || !source.need().value().empty()) {
    compilation.faults.Error("gate.need.fill",
                             "a gate only counts answers and fills nothing in; remove fill and value");
  }
  compilation.program.gate = std::move(gate);
}

}  // namespace ladder::quiz
