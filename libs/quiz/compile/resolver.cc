#include "libs/quiz/compile/resolver.h"

#include <optional>
#include <utility>
#include <variant>

#include "absl/strings/str_cat.h"
#include "libs/quiz/compile/codes.h"
#include "libs/quiz/compile/ids.h"
#include "libs/quiz/compile/items.h"
#include "libs/quiz/parser.h"
#include "libs/quiz/quote.h"

namespace ladder::quiz {
namespace {

absl::string_view Describe(Type type) {
  switch (type) {
    case Type::kNumber:
      return "a number";
    case Type::kBoolean:
      return "a condition (true or false)";
    case Type::kCode:
      return "a code";
    case Type::kCodeList:
      return "a list of codes";
  }
  return "";
}

// What a part of the syntax came to. Without a node it is faulty; the fault is reported, and nothing follows from it.
struct Value {
  Index node = kNone;
  Type type = Type::kBoolean;

  bool ok() const { return node != kNone; }
};

// Goes once over the syntax, children before parents. Names, strings and lists are left to their parents, since they
// mean different things in different places.
class Resolver {
 public:
  Resolver(const std::string& path, const Syntax& syntax, const Scope& scope, Expression& out, Compilation& compilation)
      : path_(path),
        syntax_(syntax),
        scope_(scope),
        out_(out),
        compilation_(compilation),
        values_(syntax.nodes.size()) {}

  // False where the expression is faulty.
  bool Run(Type wanted) {
    for (Index i = 0; i < syntax_.nodes.size(); ++i) values_[i] = Resolve(syntax_.nodes[i]);
    const Index root = static_cast<Index>(syntax_.nodes.size() - 1);
    return Expect(root, wanted, "the expression").ok() && !failed_;
  }

 private:
  using Kind = SyntaxNode::Kind;

  Value Resolve(const SyntaxNode& node);
  Value ResolveOperator(const SyntaxNode& node);
  Value Uniform(const SyntaxNode& node, Type operands, Type result);
  Value Equality(const SyntaxNode& node);
  Value Conditional(const SyntaxNode& node);
  Value In(const SyntaxNode& node);
  Value InList(const SyntaxNode& node, const SyntaxNode& list);
  Value Chosen(const SyntaxNode& node, const SyntaxNode& name);

  Value ResolveCall(const SyntaxNode& node);
  Value Has(const SyntaxNode& node);
  Value Lookup(const SyntaxNode& node);
  Value Extreme(const SyntaxNode& node, Op op);
  Value Place(const SyntaxNode& node, Op op);
  Index FindBandSet(const SyntaxNode& call, Index scale);

  // The value of a child, names and strings included.
  Value ValueOf(Index child);
  Value ValueOfName(const SyntaxNode& node);
  Value ValueOfItem(const SyntaxNode& node, Index item);
  // The value of a child where it has the type; else a fault. `who` is for example "`+`".
  Value Expect(Index child, Type wanted, absl::string_view who);
  // What a name stands for where the scope lets it be read; else a fault.
  std::optional<Name> FindName(const SyntaxNode& node);
  void CheckPossible(Index literal, Index other);
  void CheckLiterals(Index left, Index right);

  Value Emit(Op op, Type type, std::uint32_t column, Index index = kNone, Index detail = kNone,
             std::vector<Index> args = {}) {
    out_.nodes.push_back({op, type, index, detail, std::move(args), column});
    return {static_cast<Index>(out_.nodes.size() - 1), type};
  }
  Value Fail(const SyntaxNode& node, std::string message) { return Fail(node.column, std::move(message)); }
  Value Fail(std::uint32_t column, std::string message) {
    compilation_.faults.Error(absl::StrCat(path_, ":", column), std::move(message));
    failed_ = true;
    return {};
  }

  const Program& program() const { return compilation_.program; }
  const SyntaxNode& Child(const SyntaxNode& node, std::size_t i) const { return syntax_.nodes[node.args[i]]; }

  const std::string& path_;
  const Syntax& syntax_;
  const Scope& scope_;
  Expression& out_;
  Compilation& compilation_;
  std::vector<Value> values_;  // One for each node of the syntax.
  bool failed_ = false;
};

Value Resolver::Resolve(const SyntaxNode& node) {
  switch (node.kind) {
    case Kind::kNumber: {
      absl::StatusOr<Rational> number = Rational::Parse(node.text);
      if (!number.ok()) return Fail(node, std::string(number.status().message()));
      compilation_.program.numbers.push_back(*std::move(number));
      return Emit(Op::kNumber, Type::kNumber, node.column, static_cast<Index>(program().numbers.size() - 1));
    }
    case Kind::kTrue:
      return Emit(Op::kTrue, Type::kBoolean, node.column);
    case Kind::kFalse:
      return Emit(Op::kFalse, Type::kBoolean, node.column);
    case Kind::kCall:
      return ResolveCall(node);
    case Kind::kOperator:
      return ResolveOperator(node);
    case Kind::kName:
    case Kind::kString:
    case Kind::kList:
      return {};
  }
  return {};
}

Value Resolver::ValueOf(Index child) {
  const SyntaxNode& node = syntax_.nodes[child];
  switch (node.kind) {
    case Kind::kName:
      return ValueOfName(node);
    case Kind::kString:
      return Emit(Op::kCode, Type::kCode, node.column, compilation_.Intern(node.text));
    case Kind::kList:
      return Fail(node, "a list stands right of `in` only");
    default:
      return values_[child];
  }
}

Value Resolver::Expect(Index child, Type wanted, absl::string_view who) {
  const Value value = ValueOf(child);
  if (!value.ok() || value.type == wanted) return value;
  absl::string_view mend;
  if (value.type == Type::kNumber && wanted == Type::kBoolean) mend = "; compare it, for example with > 0";
  if (value.type == Type::kBoolean && wanted == Type::kNumber) mend = "; write condition ? 1 : 0";
  return Fail(syntax_.nodes[child],
              absl::StrCat(who, " needs ", Describe(wanted), " here, and this is ", Describe(value.type), mend));
}

std::optional<Name> Resolver::FindName(const SyntaxNode& node) {
  const auto found = program().names.find(node.text);
  if (found == program().names.end()) {
    std::vector<absl::string_view> candidates;
    for (const auto& [name, meaning] : program().names) candidates.push_back(name);
    Fail(node, node.text == "it" ? "`it` is there only in `where` and in an alert with for_each"
                                 : absl::StrCat(QuoteCode(node.text, "this"), " is the id of nothing",
                                                compilation_.Suggest(node.text, candidates)));
    return std::nullopt;
  }
  const Name name = found->second;
  const bool readable =
      name.kind == Name::Kind::kContext || (name.kind == Name::Kind::kItem && scope_.items) ||
      ((name.kind == Name::Kind::kScale || name.kind == Name::Kind::kDecision) && scope_.scales_and_decisions);
  if (readable) return name;
  Fail(node, absl::StrCat("'", node.text, "' is ", Describe(name.kind), "; this expression reads ", scope_.described,
                          " only"));
  return std::nullopt;
}

Value Resolver::ValueOfName(const SyntaxNode& node) {
  if (node.text == "it" && scope_.it) return Emit(Op::kIt, Type::kNumber, node.column);
  const std::optional<Name> name = FindName(node);
  if (!name.has_value()) return {};
  switch (name->kind) {
    case Name::Kind::kItem:
      return ValueOfItem(node, name->index);
    case Name::Kind::kScale:
      return Emit(Op::kScale, Type::kNumber, node.column, name->index);
    case Name::Kind::kDecision:
      return Emit(Op::kDecision, Type::kCode, node.column, name->index);
    case Name::Kind::kContext: {
      const bool is_code = program().context[name->index].kind == ContextValue::Kind::kCodes;
      return Emit(Op::kContext, is_code ? Type::kCode : Type::kNumber, node.column, name->index);
    }
    case Name::Kind::kAlert:
    case Name::Kind::kTable:
      return {};  // FindName has refused them.
  }
  return {};
}

Value Resolver::ValueOfItem(const SyntaxNode& node, Index item) {
  const std::string why = WhyNoNumber(program(), program().items[item], kNone);
  return why.empty() ? Emit(Op::kItem, Type::kNumber, node.column, item) : Fail(node, why);
}

Value Resolver::ResolveOperator(const SyntaxNode& node) {
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
Value Resolver::Uniform(const SyntaxNode& node, Type operands, Type result) {
  std::vector<Index> args;
  for (const Index child : node.args) {
    const Value value = Expect(child, operands, "the operator");
    if (value.ok()) args.push_back(value.node);
  }
  if (args.size() != node.args.size()) return {};
  return Emit(node.op, result, node.column, kNone, kNone, std::move(args));
}

Value Resolver::Equality(const SyntaxNode& node) {
  const Value left = ValueOf(node.args[0]);
  const Value right = ValueOf(node.args[1]);
  if (!left.ok() || !right.ok()) return {};
  if (left.type != right.type || left.type == Type::kBoolean) {
    return Fail(node, absl::StrCat("numbers are compared with numbers and codes with codes; this compares ",
                                   Describe(left.type), " with ", Describe(right.type)));
  }
  if (left.type == Type::kCode) CheckLiterals(left.node, right.node);
  return Emit(node.op, Type::kBoolean, node.column, kNone, kNone, {left.node, right.node});
}

void Resolver::CheckLiterals(Index left, Index right) {
  const bool left_is_literal = out_.nodes[left].op == Op::kCode;
  const bool right_is_literal = out_.nodes[right].op == Op::kCode;
  if (left_is_literal && !right_is_literal) CheckPossible(left, right);
  if (right_is_literal && !left_is_literal) CheckPossible(right, left);
}

// A literal that can never occur is a slip of the pen, and a condition that silently never holds.
void Resolver::CheckPossible(Index literal, Index other) {
  const std::vector<Index> possible = PossibleCodes(program(), out_, other);
  std::vector<absl::string_view> codes;
  for (const Index code : possible) {
    if (code == out_.nodes[literal].index) return;
    codes.push_back(program().codes[code]);
  }
  const std::string& written = program().codes[out_.nodes[literal].index];
  Fail(out_.nodes[literal].column,
       absl::StrCat(QuoteCode(written, "this"), " can never be; there are ", QuoteList(codes, kMaxCandidatesListed),
                    compilation_.Suggest(written, codes)));
}

Value Resolver::Conditional(const SyntaxNode& node) {
  const Value condition = Expect(node.args[0], Type::kBoolean, "`?`");
  const Value then = ValueOf(node.args[1]);
  const Value otherwise = ValueOf(node.args[2]);
  if (!condition.ok() || !then.ok() || !otherwise.ok()) return {};
  if (then.type != otherwise.type) {
    return Fail(Child(node, 2), absl::StrCat("both branches have to be of one type; the first is ", Describe(then.type),
                                             ", this is ", Describe(otherwise.type)));
  }
  return Emit(Op::kConditional, then.type, node.column, kNone, kNone, {condition.node, then.node, otherwise.node});
}

Value Resolver::In(const SyntaxNode& node) {
  const SyntaxNode& right = Child(node, 1);
  if (right.kind == Kind::kList) return InList(node, right);
  if (right.kind == Kind::kName) return Chosen(node, right);
  return Fail(right, "right of `in` stands a list such as ['a', 'b'], or an item of multiple choice");
}

Value Resolver::InList(const SyntaxNode& node, const SyntaxNode& list) {
  const Value left = Expect(node.args[0], Type::kCode, "`in`");
  std::vector<Index> codes;
  for (const Index child : list.args) {
    if (syntax_.nodes[child].kind != Kind::kString) {
      Fail(syntax_.nodes[child], "a list holds codes in quotes, such as ['a', 'b']");
      continue;
    }
    codes.push_back(ValueOf(child).node);
    if (left.ok()) CheckLiterals(left.node, codes.back());
  }
  if (list.args.empty()) return Fail(list, "the list is empty; name at least one code");
  if (!left.ok() || codes.size() != list.args.size()) return {};
  const Value right = Emit(Op::kCodeList, Type::kCodeList, list.column, kNone, kNone, std::move(codes));
  return Emit(Op::kInList, Type::kBoolean, node.column, kNone, kNone, {left.node, right.node});
}

Value Resolver::Chosen(const SyntaxNode& node, const SyntaxNode& name_node) {
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
  const auto option = item.option_by_id.find(option_node.text);
  if (option == item.option_by_id.end()) {
    std::vector<absl::string_view> ids;
    for (const Option& offered : item.options) ids.push_back(offered.id);
    return Fail(
        option_node,
        absl::StrCat("item '", item.id, "' has no option ", QuoteCode(option_node.text, "like this"), "; it has ",
                     QuoteList(ids, kMaxCandidatesListed), compilation_.Suggest(option_node.text, ids)));
  }
  if (item.options[option->second].meaning != Option::Meaning::kScored) {
    return Fail(option_node, absl::StrCat("option '", option_node.text,
                                          "' means that there is no answer, so this is "
                                          "never true; ask has(",
                                          item.id, ")"));
  }
  return Emit(Op::kChosen, Type::kBoolean, node.column, name->index, option->second);
}

Value Resolver::ResolveCall(const SyntaxNode& node) {
  if (node.text == "has") return Has(node);
  if (node.text == "min") return Extreme(node, Op::kMin);
  if (node.text == "max") return Extreme(node, Op::kMax);
  if (node.text == "lookup") return Lookup(node);
  if (node.text == "band") return Place(node, Op::kBand);
  if (node.text == "range") return Place(node, Op::kRange);
  return Fail(node, absl::StrCat("there is no function ", QuoteCode(node.text, "of that name"),
                                 "; there are has, min, max, lookup, band and range"));
}

Value Resolver::Has(const SyntaxNode& node) {
  if (node.args.size() != 1 || Child(node, 0).kind != Kind::kName || Child(node, 0).text == "it") {
    return Fail(node, "has takes one id, such as has(total)");
  }
  const std::optional<Name> name = FindName(Child(node, 0));
  if (!name.has_value()) return {};
  const auto op_of = [](Name::Kind kind) {
    switch (kind) {
      case Name::Kind::kItem:
        return Op::kHasItem;
      case Name::Kind::kScale:
        return Op::kHasScale;
      case Name::Kind::kDecision:
        return Op::kHasDecision;
      default:
        return Op::kHasContext;
    }
  };
  return Emit(op_of(name->kind), Type::kBoolean, node.column, name->index);
}

Value Resolver::Extreme(const SyntaxNode& node, Op op) {
  if (node.args.empty()) return Fail(node, absl::StrCat(node.text, " takes at least one number"));
  std::vector<Index> args;
  for (const Index child : node.args) {
    const Value value = Expect(child, Type::kNumber, node.text);
    if (value.ok()) args.push_back(value.node);
  }
  if (args.size() != node.args.size()) return {};
  return Emit(op, Type::kNumber, node.column, kNone, kNone, std::move(args));
}

Value Resolver::Lookup(const SyntaxNode& node) {
  if (node.args.size() != 2 || Child(node, 0).kind != Kind::kString) {
    return Fail(node, "lookup takes a table's id in quotes and a number, such as lookup('metric', total)");
  }
  const SyntaxNode& table = Child(node, 0);
  const Index index = compilation_.Find(absl::StrCat(path_, ":", table.column), Name::Kind::kTable, table.text);
  const Value key = Expect(node.args[1], Type::kNumber, "lookup");
  if (index == kNone || !key.ok()) return {};
  return Emit(Op::kLookup, Type::kNumber, node.column, index, kNone, {key.node});
}

// band(scale, 'set') and range(scale, 'set').
Value Resolver::Place(const SyntaxNode& node, Op op) {
  const bool named = !node.args.empty() && node.args.size() <= 2 && Child(node, 0).kind == Kind::kName &&
                     (node.args.size() == 1 || Child(node, 1).kind == Kind::kString);
  if (!named) {
    return Fail(node, absl::StrCat(node.text, " takes a scale's id and, in quotes, one of its band sets, such as ",
                                   node.text, "(total, 'severity')"));
  }
  const std::optional<Name> name = FindName(Child(node, 0));
  if (!name.has_value()) return {};
  if (name->kind != Name::Kind::kScale) {
    return Fail(Child(node, 0),
                absl::StrCat("'", Child(node, 0).text, "' is ", Describe(name->kind), "; only scales have bands"));
  }
  const Index set = FindBandSet(node, name->index);
  if (set == kNone) return {};
  if (op == Op::kRange && RangeCodes(program().scales[name->index].band_sets[set]).empty()) {
    return Fail(node, "no band of this set has ranges; use band");
  }
  return Emit(op, Type::kCode, node.column, name->index, set);
}

Index Resolver::FindBandSet(const SyntaxNode& call, Index scale_index) {
  const Scale& scale = program().scales[scale_index];
  const std::vector<absl::string_view> ids =
      IdsOf(compilation_.definition.scales(static_cast<int>(scale_index)).band_sets());
  if (call.args.size() == 2) {
    return compilation_.FindAmong(absl::StrCat(path_, ":", Child(call, 1).column), "band set", Child(call, 1).text,
                                  ids);
  }
  if (ids.size() == 1) return 0;
  Fail(call, ids.empty() ? absl::StrCat("scale '", scale.id, "' has no bands")
                         : absl::StrCat("scale '", scale.id, "' has several band sets; name one of ",
                                        QuoteList(ids, kMaxCandidatesListed)));
  return kNone;
}

}  // namespace

Index CompileExpression(const std::string& path, const std::string& text, Type wanted, const Scope& scope,
                        Compilation& compilation) {
  const std::variant<Syntax, SyntaxFault> parsed = ParseExpression(text);
  if (const auto* fault = std::get_if<SyntaxFault>(&parsed)) {
    compilation.faults.Error(absl::StrCat(path, ":", fault->column), fault->message);
    return kNone;
  }
  Expression expression{.path = path, .text = text, .nodes = {}};
  if (!Resolver(path, std::get<Syntax>(parsed), scope, expression, compilation).Run(wanted)) return kNone;
  compilation.program.expressions.push_back(std::move(expression));
  return static_cast<Index>(compilation.program.expressions.size() - 1);
}

}  // namespace ladder::quiz
