#include "libs/quiz/compile/codes.h"
#include "libs/quiz/compile/ids.h"
#include "libs/quiz/compile/resolver.h"
#include "libs/quiz/quote.h"

namespace ladder::quiz {

ResolvedValue Resolver::ResolveCall(const SyntaxNode& node) {
  if (node.text == "has") return Has(node);
  if (node.text == "min") return Extreme(node, Op::kMin);
  if (node.text == "max") return Extreme(node, Op::kMax);
  if (node.text == "lookup") return Lookup(node);
  if (node.text == "band") return Place(node, Op::kBand);
  if (node.text == "range") return Place(node, Op::kRange);
  return Fail(node, absl::StrCat("there is no function ", QuoteCode(node.text, "of that name"),
                                 "; there are has, min, max, lookup, band and range"));
}

ResolvedValue Resolver::Has(const SyntaxNode& node) {
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

ResolvedValue Resolver::Extreme(const SyntaxNode& node, Op op) {
  if (node.args.empty()) return Fail(node, absl::StrCat(node.text, " takes at least one number"));
  std::vector<Index> args;
  for (const Index child : node.args) {
    const ResolvedValue value = Expect(child, Type::kNumber, node.text);
    if (value.ok()) args.push_back(value.node);
  }
  if (args.size() != node.args.size()) return {};
  return Emit(op, Type::kNumber, node.column, kNone, kNone, std::move(args));
}

ResolvedValue Resolver::Lookup(const SyntaxNode& node) {
  if (node.args.size() != 2 || Child(node, 0).kind != Kind::kString) {
    return Fail(node, "lookup takes a table's id in quotes and a number, such as lookup('metric', total)");
  }
  const SyntaxNode& table = Child(node, 0);
  const Index index = compilation_.Find(absl::StrCat(path_, ":", table.column), Name::Kind::kTable, table.text);
  const ResolvedValue key = Expect(node.args[1], Type::kNumber, "lookup");
  if (index == kNone || !key.ok()) return {};
  return Emit(Op::kLookup, Type::kNumber, node.column, index, kNone, {key.node});
}

// band(scale, 'set') and range(scale, 'set').
ResolvedValue Resolver::Place(const SyntaxNode& node, Op op) {
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
  if (op == Op::kRange && !HasRanges(program().scales[name->index].band_sets[set])) {
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

}  // namespace ladder::quiz
