#include "libs/quiz/compile/codes.h"

#include <algorithm>

namespace ladder::quiz {

void ForEachPossibleCode(const Program& program, const Expression& expression, Index node_index,
                         absl::FunctionRef<void(Index code)> see) {
  const Node& node = expression.nodes[node_index];
  switch (node.op) {
    case Op::kCode:
      return see(node.index);
    case Op::kContext:
      for (const Index code : program.context[node.index].codes) see(code);
      return;
    case Op::kDecision:
      for (const Rule& rule : program.decisions[node.index].rules) see(rule.outcome);
      see(program.decisions[node.index].otherwise);
      return see(program.undecided_code);
    case Op::kBand:
      for (const Band& band : program.scales[node.index].band_sets[node.detail].bands) see(band.id);
      return;
    case Op::kRange:
      for (const Band& band : program.scales[node.index].band_sets[node.detail].bands) {
        for (const Range& range : band.ranges) see(range.id);
      }
      return;
    case Op::kConditional:
      ForEachPossibleCode(program, expression, node.args[1], see);
      return ForEachPossibleCode(program, expression, node.args[2], see);
    default:
      return;
  }
}

PossibleCodes::PossibleCodes(const Program& program, const Expression& expression, Index node) {
  ForEachPossibleCode(program, expression, node, [this](Index code) {
    if (known_.insert(code).second) list_.push_back(code);
  });
}

bool HasRanges(const BandSet& set) {
  return std::any_of(set.bands.begin(), set.bands.end(), [](const Band& band) { return !band.ranges.empty(); });
}

}  // namespace ladder::quiz
