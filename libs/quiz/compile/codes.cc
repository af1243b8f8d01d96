#include "libs/quiz/compile/codes.h"

#include <algorithm>

namespace ladder::quiz {
namespace {

void AddOnce(Index code, std::vector<Index>& codes) {
  if (std::find(codes.begin(), codes.end(), code) == codes.end()) codes.push_back(code);
}

std::vector<Index> OutcomesOf(const Program& program, const Decision& decision) {
  std::vector<Index> codes;
  for (const Rule& rule : decision.rules) AddOnce(rule.outcome, codes);
  AddOnce(decision.otherwise, codes);
  AddOnce(program.undecided_code, codes);
  return codes;
}

std::vector<Index> BandCodes(const BandSet& set) {
  std::vector<Index> codes;
  for (const Band& band : set.bands) AddOnce(band.id, codes);
  return codes;
}

}  // namespace

std::vector<Index> RangeCodes(const BandSet& set) {
  std::vector<Index> codes;
  for (const Band& band : set.bands) {
    for (const Range& range : band.ranges) AddOnce(range.id, codes);
  }
  return codes;
}

std::vector<Index> PossibleCodes(const Program& program, const Expression& expression, Index node_index) {
  const Node& node = expression.nodes[node_index];
  switch (node.op) {
    case Op::kCode:
      return {node.index};
    case Op::kContext:
      return program.context[node.index].codes;
    case Op::kDecision:
      return OutcomesOf(program, program.decisions[node.index]);
    case Op::kBand:
      return BandCodes(program.scales[node.index].band_sets[node.detail]);
    case Op::kRange:
      return RangeCodes(program.scales[node.index].band_sets[node.detail]);
    case Op::kConditional: {
      std::vector<Index> codes = PossibleCodes(program, expression, node.args[1]);
      for (const Index code : PossibleCodes(program, expression, node.args[2])) AddOnce(code, codes);
      return codes;
    }
    default:
      return {};
  }
}

}  // namespace ladder::quiz
