#include "libs/quiz/compile/codes.h"
#include "libs/quiz/compile/ids.h"
#include "libs/quiz/compile/resolver.h"
#include "libs/quiz/quote.h"

namespace ladder::quiz {

ResolvedValue Resolver::ResolveOperator(const SyntaxNode& node) {
  switch (node.op) {
    case Op::kAnd:
    case Op::kOr:
    case Op::kNot:
      return Uniform(node, Type::kBoolean, Type::kBoolean);
    case Op::kLess:
    case Op::kLessOrEqual:
    case Op::kGreater:
    case Op::kGreaterOrEqual:
      return Uniform(node, Type::kNumber, Type::kBoolean);
    case Op::kEqual:
    case Op::kNotEqual:
      return Equality(node);
    case Op::kInList:
      return In(node);
    case Op::kConditional:
      return Conditional(node);
    default:
      return Uniform(node, Type::kNumber, Type::kNumber);
  }
}

// All operands have one type, whatever is done with them.
ResolvedValue Resolver::Uniform(const SyntaxNode& node, Type operands, Type result) {
  std::vector<Index> args;
  for (const Index child : node.args) {
    const ResolvedValue value = Expect(child, operands, "the operator");
    if (value.ok()) args.push_back(value.node);
  }
  if (args.size() != node.args.size()) return {};
  return Emit(node.op, result, node.column, kNone, kNone, std::move(args));
}

ResolvedValue Resolver::Equality(const SyntaxNode& node) {
  const ResolvedValue left = ValueOf(node.args[0]);
  const ResolvedValue right = ValueOf(node.args[1]);
  if (!left.ok() || !right.ok()) return {};
  if (left.type != right.type) {
    return Fail(node, absl::StrCat("only what is of one kind can be compared; this compares ", Describe(left.type),
                                   " with ", Describe(right.type)));
  }
  if (left.type == Type::kCode) CheckLiterals(left.node, right.node);
  return Emit(node.op, Type::kBoolean, node.column, kNone, kNone, {left.node, right.node});
}

void Resolver::CheckLiterals(Index left, Index right) {
  const bool left_is_literal = out_.nodes[left].op == Op::kCode;
  const bool right_is_literal = out_.nodes[right].op == Op::kCode;
  if (left_is_literal && !right_is_literal) CheckPossible({left}, right);
  if (right_is_literal && !left_is_literal) CheckPossible({right}, left);
}

// A literal that can never occur is a slip of the pen, and a condition that silently never holds.
void Resolver::CheckPossible(const std::vector<Index>& literals, Index other) {
  if (literals.size() == 1) {
    // Most comparisons are of this kind, and to look is less work than to gather.
    bool is_possible = false;
    const Index wanted = out_.nodes[literals[0]].index;
    ForEachPossibleCode(program(), out_, other, [&](Index code) { is_possible = is_possible || code == wanted; });
    if (is_possible) return;
  }
  const PossibleCodes possible(program(), out_, other);
  std::vector<absl::string_view> codes;
  for (const Index literal : literals) {
    if (possible.Contains(out_.nodes[literal].index)) continue;
    if (codes.empty()) {
      for (const Index code : possible.list()) codes.push_back(program().codes[code]);
    }
    const std::string& written = program().codes[out_.nodes[literal].index];
    Fail(out_.nodes[literal].column,
         absl::StrCat(QuoteCode(written, "this"), " can never be; there are ", QuoteList(codes, kMaxCandidatesListed),
                      compilation_.Suggest(written, codes)));
  }
}

ResolvedValue Resolver::Conditional(const SyntaxNode& node) {
  const ResolvedValue condition = Expect(node.args[0], Type::kBoolean, "`?`");
  const ResolvedValue then = ValueOf(node.args[1]);
  const ResolvedValue otherwise = ValueOf(node.args[2]);
  if (!condition.ok() || !then.ok() || !otherwise.ok()) return {};
  if (then.type != otherwise.type) {
    return Fail(Child(node, 2), absl::StrCat("both branches have to be of one type; the first is ", Describe(then.type),
                                             ", this is ", Describe(otherwise.type)));
  }
  return Emit(Op::kConditional, then.type, node.column, kNone, kNone, {condition.node, then.node, otherwise.node});
}

ResolvedValue Resolver::In(const SyntaxNode& node) {
  const SyntaxNode& right = Child(node, 1);
  if (right.kind == Kind::kList) return InList(node, right);
  if (right.kind == Kind::kName) return Chosen(node, right);
  return Fail(right, "right of `in` stands a list such as ['a', 'b'], or an item of multiple choice");
}

ResolvedValue Resolver::InList(const SyntaxNode& node, const SyntaxNode& list) {
  const ResolvedValue left = Expect(node.args[0], Type::kCode, "`in`");
  std::vector<Index> codes;
  for (const Index child : list.args) {
    if (syntax_.nodes[child].kind != Kind::kString) {
      Fail(syntax_.nodes[child], "a list holds codes in quotes, such as ['a', 'b']");
      continue;
    }
    codes.push_back(ValueOf(child).node);
  }
  if (left.ok() && out_.nodes[left.node].op != Op::kCode) CheckPossible(codes, left.node);
  if (list.args.empty()) return Fail(list, "the list is empty; name at least one code");
  if (!left.ok() || codes.size() != list.args.size()) return {};
  const ResolvedValue right = Emit(Op::kCodeList, Type::kCodeList, list.column, kNone, kNone, std::move(codes));
  return Emit(Op::kInList, Type::kBoolean, node.column, kNone, kNone, {left.node, right.node});
}

ResolvedValue Resolver::Chosen(const SyntaxNode& node, const SyntaxNode& name_node) {
  const std::optional<Name> name = FindName(name_node);
  if (!name.has_value()) return {};
  const bool is_item = name->kind == Name::Kind::kItem;
  if (!is_item || program().items[name->index].kind != Item::Kind::kMultipleChoice) {
    return Fail(name_node, absl::StrCat("'", name_node.text, "' is not an item of multiple choice; compare its value"));
  }
  const Item& item = program().items[name->index];
  const SyntaxNode& option_node = Child(node, 0);
  if (option_node.kind != Kind::kString) {
    return Fail(option_node, absl::StrCat("left of `in ", item.id, "` stands an option in quotes"));
  }
  if (item.option_set == kNone) return {};  // That there is no such set is reported already.
  const Index option = item.options.Find(option_node.text);
  if (option == kNone) {
    std::vector<absl::string_view> ids;
    for (const Option& offered : item.options) ids.push_back(offered.id);
    return Fail(
        option_node,
        absl::StrCat("item '", item.id, "' has no option ", QuoteCode(option_node.text, "like this"), "; it has ",
                     QuoteList(ids, kMaxCandidatesListed), compilation_.Suggest(option_node.text, ids)));
  }
  if (item.options[option].meaning != Option::Meaning::kScored) {
    return Fail(option_node, absl::StrCat("option '", option_node.text,
                                          "' means that there is no answer, so this is "
                                          "never true; ask has(",
                                          item.id, ")"));
  }
  return Emit(Op::kChosen, Type::kBoolean, node.column, name->index, option);
}

}  // namespace ladder::quiz
