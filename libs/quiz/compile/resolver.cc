#include "libs/quiz/compile/resolver.h"

#include "absl/status/statusor.h"
#include "libs/quiz/compile/items.h"
#include "libs/quiz/quote.h"

namespace ladder::quiz {

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

ResolvedValue Resolver::Resolve(const SyntaxNode& node) {
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

ResolvedValue Resolver::ValueOf(Index child) {
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

ResolvedValue Resolver::Expect(Index child, Type wanted, absl::string_view who) {
  const ResolvedValue value = ValueOf(child);
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
    const auto candidates = [this] {
      std::vector<absl::string_view> ids;
      for (const auto& [name, meaning] : program().names) ids.push_back(name);
      return ids;
    };
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

ResolvedValue Resolver::ValueOfName(const SyntaxNode& node) {
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

ResolvedValue Resolver::ValueOfItem(const SyntaxNode& node, Index item) {
  const std::string why = WhyNoNumber(program(), program().items[item], kNone);
  return why.empty() ? Emit(Op::kItem, Type::kNumber, node.column, item) : Fail(node, why);
}

}  // namespace ladder::quiz
