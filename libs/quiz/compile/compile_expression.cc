#include "libs/quiz/compile/compile_expression.h"

#include <utility>
#include <variant>

#include "absl/strings/str_cat.h"
#include "libs/quiz/compile/resolver.h"
#include "libs/quiz/parser.h"

namespace ladder::quiz {

Index CompileExpression(const std::string& path, const std::string& text, Type wanted, const Scope& scope,
                        Compilation& compilation) {
  if (compilation.stop.stop_requested() || !compilation.CountNodes(path, 0)) return kNone;
  const std::variant<Syntax, SyntaxFault> parsed = ParseExpression(text);
  if (const auto* fault = std::get_if<SyntaxFault>(&parsed)) {
    compilation.faults.Error(absl::StrCat(path, ":", fault->column), fault->message);
    return kNone;
  }
  Expression expression{.path = path, .text = text, .nodes = {}};
  if (!Resolver(path, std::get<Syntax>(parsed), scope, expression, compilation).Run(wanted)) return kNone;
  if (!compilation.CountNodes(path, expression.nodes.size())) return kNone;
  compilation.program.expressions.push_back(std::move(expression));
  return static_cast<Index>(compilation.program.expressions.size() - 1);
}

}  // namespace ladder::quiz
