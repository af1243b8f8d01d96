// File: resolver.h
//
// From the syntax of one expression to its compiled nodes. resolver.cc has names and values, resolver_operators.cc what
// operators ask of their operands, resolver_calls.cc what functions ask of their arguments. Internal to libs/quiz.

#ifndef LADDER_LIBS_QUIZ_COMPILE_RESOLVER_H_
#define LADDER_LIBS_QUIZ_COMPILE_RESOLVER_H_

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "libs/quiz/compile/compilation.h"
#include "libs/quiz/compile/compile_expression.h"
#include "libs/quiz/parser.h"

namespace ladder::quiz {

// "a number", "a code".
absl::string_view Describe(Type type);

// What a part of the syntax came to. Without a node it is faulty; the fault is reported, and nothing follows from it.
struct ResolvedValue {
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

  ResolvedValue Resolve(const SyntaxNode& node);
  ResolvedValue ResolveOperator(const SyntaxNode& node);
  ResolvedValue Uniform(const SyntaxNode& node, Type operands, Type result);
  ResolvedValue Equality(const SyntaxNode& node);
  ResolvedValue Conditional(const SyntaxNode& node);
  ResolvedValue In(const SyntaxNode& node);
  ResolvedValue InList(const SyntaxNode& node, const SyntaxNode& list);
  ResolvedValue Chosen(const SyntaxNode& node, const SyntaxNode& name);

  ResolvedValue ResolveCall(const SyntaxNode& node);
  ResolvedValue Has(const SyntaxNode& node);
  ResolvedValue Lookup(const SyntaxNode& node);
  ResolvedValue Extreme(const SyntaxNode& node, Op op);
  ResolvedValue Place(const SyntaxNode& node, Op op);
  Index FindBandSet(const SyntaxNode& call, Index scale);

  // The value of a child, names and strings included.
  ResolvedValue ValueOf(Index child);
  ResolvedValue ValueOfName(const SyntaxNode& node);
  ResolvedValue ValueOfItem(const SyntaxNode& node, Index item);
  // The value of a child where it has the type; else a fault. `who` is for example "`+`".
  ResolvedValue Expect(Index child, Type wanted, absl::string_view who);
  // What a name stands for where the scope lets it be read; else a fault.
  std::optional<Name> FindName(const SyntaxNode& node);
  void CheckPossible(const std::vector<Index>& literals, Index other);
  void CheckLiterals(Index left, Index right);

  ResolvedValue Emit(Op op, Type type, std::uint32_t column, Index index = kNone, Index detail = kNone,
                     std::vector<Index> args = {}) {
    out_.nodes.push_back({op, type, index, detail, std::move(args), column});
    return {static_cast<Index>(out_.nodes.size() - 1), type};
  }
  ResolvedValue Fail(const SyntaxNode& node, std::string message) { return Fail(node.column, std::move(message)); }
  ResolvedValue Fail(std::uint32_t column, std::string message) {
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
  std::vector<ResolvedValue> values_;  // One for each node of the syntax.
  bool failed_ = false;
};

}  // namespace ladder::quiz

#endif  // LADDER_LIBS_QUIZ_COMPILE_RESOLVER_H_
