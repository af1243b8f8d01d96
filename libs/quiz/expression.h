// File: expression.h
//
// Compiled expressions: the CEL subset of docs/quiz-language.md as a tree in an arena, with every name resolved and
// every type known. The scorer evaluates them over values, the range analysis over sets of values.

#ifndef LADDER_LIBS_QUIZ_EXPRESSION_H_
#define LADDER_LIBS_QUIZ_EXPRESSION_H_

#include <cstdint>
#include <string>
#include <vector>

namespace ladder::quiz {

// Position in one of the program's lists.
using Index = std::uint32_t;
inline constexpr Index kNone = UINT32_MAX;

enum class Type : std::uint8_t {
  kNumber,
  kBoolean,
  kCode,      // A context code, a band or range id, a decision's outcome.
  kCodeList,  // Right of `in` only.
};

enum class Op : std::uint8_t {
  // Leaves. `index` is what they name.
  kNumber,    // Program::numbers
  kCode,      // Program::codes
  kTrue,      //
  kFalse,     //
  kItem,      // Program::items; its value as a number
  kScale,     // Program::scales
  kDecision,  // Program::decisions; its outcome as a code
  kContext,   // Program::context; number or code, see `type`
  kIt,        // The member under judgement in `where` and in an alert with for_each.
  kCodeList,  // args: kCode nodes

  // Calls.
  kHasItem,      // index: item
  kHasScale,     // index: scale
  kHasDecision,  // index: decision; false while it is UNDECIDED
  kHasContext,   // index: context
  kBand,         // index: scale, detail: band set of that scale; a code
  kRange,        // likewise
  kLookup,       // index: table, args[0]: key
  kMin,          // args
  kMax,          // args

  // Operators over args.
  kNegate,
  kNot,
  kAdd,
  kSubtract,
  kMultiply,
  kDivide,
  kLess,
  kLessOrEqual,
  kGreater,
  kGreaterOrEqual,
  kEqual,
  kNotEqual,
  kInList,  // args[0]: code, args[1]: kCodeList
  kChosen,  // 'x' in item: index: item of multiple choice, detail: its option
  kAnd,
  kOr,
  kConditional,  // args: condition, then, else
};

struct Node {
  Op op = Op::kFalse;
  Type type = Type::kBoolean;
  Index index = kNone;
  Index detail = kNone;
  std::vector<Index> args;   // Nodes of the same expression.
  std::uint32_t column = 1;  // Where it begins in the text, counted from 1.
};

struct Expression {
  std::string path;         // In the definition, for faults: "scales[2].formula".
  std::string text;         // As written.
  std::vector<Node> nodes;  // Children before parents; the last one is the root.

  const Node& root() const { return nodes.back(); }
};

}  // namespace ladder::quiz

#endif  // LADDER_LIBS_QUIZ_EXPRESSION_H_
