#include <string>

#include "absl/strings/str_cat.h"
#include "libs/quiz/compile/compile_expression.h"
#include "libs/quiz/compile/steps.h"

namespace ladder::quiz {
namespace {

// Compiles the expressions of a definition, each with what it may read, in the definition's order.
class ExpressionCompiler {
 public:
  explicit ExpressionCompiler(Compilation& compilation)
      : definition_(compilation.definition), program_(compilation.program), compilation_(compilation) {}

  void CompileItem(int i) {
    const v1::Item& source = definition_.items(i);
    Item& item = program_.items[i];
    item.show_when = OptionalCondition(At("items", i) + ".show_when", source.show_when(), Scope::ItemsAndContext());
    item.required_when =
        OptionalCondition(At("items", i) + ".required_when", source.required_when(), Scope::All(/*with_it=*/false));
  }

  void CompileScale(int i) {
    const v1::Scale& source = definition_.scales(i);
    Scale& scale = program_.scales[i];
    const std::string path = At("scales", i);
    if (source.has_formula()) {
      scale.rule = Compile(path + ".formula", source.formula(), Type::kNumber, Scope::All(/*with_it=*/false));
    } else if (auto* aggregate = std::get_if<Aggregate>(&scale.rule)) {
      aggregate->where =
          OptionalCondition(path + ".aggregate.where", source.aggregate().where(), Scope::All(/*with_it=*/true));
    }
    for (int j = 0; j < source.band_sets_size(); ++j) {
      scale.band_sets[j].when = OptionalCondition(absl::StrCat(path, ".", At("band_sets", j), ".when"),
                                                  source.band_sets(j).when(), Scope::Context());
    }
  }

  void CompileDecision(int i) {
    const v1::Decision& source = definition_.decisions(i);
    for (int j = 0; j < source.rules_size(); ++j) {
      program_.decisions[i].rules[j].when = Condition(absl::StrCat(At("decisions", i), ".", At("rules", j), ".when"),
                                                      source.rules(j).when(), Scope::All(/*with_it=*/false));
    }
  }

  void CompileAlert(int i) {
    const v1::Alert& source = definition_.alerts(i);
    const bool with_it = source.for_each_size() > 0;
    program_.alerts[i].when = Condition(At("alerts", i) + ".when", source.when(), Scope::All(with_it));
  }

  void CompileGuidance(int i) {
    program_.guidance[i].when =
        OptionalCondition(At("guidance", i) + ".when", definition_.guidance(i).when(), Scope::All(/*with_it=*/false));
  }

  void CompileNorms(int i) {
    program_.norms[i].when = OptionalCondition(At("norms", i) + ".when", definition_.norms(i).when(), Scope::Context());
  }

 private:
  Index Compile(const std::string& path, const std::string& text, Type wanted, const Scope& scope) {
    if (text.empty()) {
      compilation_.faults.Error(path, "an expression is missing");
      return kNone;
    }
    return CompileExpression(path, text, wanted, scope, compilation_);
  }
  Index Condition(const std::string& path, const std::string& text, const Scope& scope) {
    return Compile(path, text, Type::kBoolean, scope);
  }
  Index OptionalCondition(const std::string& path, const std::string& text, const Scope& scope) {
    return text.empty() ? kNone : Condition(path, text, scope);
  }

  const v1::QuizDefinition& definition_;
  Program& program_;
  Compilation& compilation_;
};

}  // namespace

void CompileExpressions(Compilation& compilation) {
  const v1::QuizDefinition& definition = compilation.definition;
  ExpressionCompiler compiler(compilation);
  for (int i = 0; i < definition.items_size(); ++i) compiler.CompileItem(i);
  for (int i = 0; i < definition.scales_size(); ++i) compiler.CompileScale(i);
  for (int i = 0; i < definition.decisions_size(); ++i) compiler.CompileDecision(i);
  for (int i = 0; i < definition.alerts_size(); ++i) compiler.CompileAlert(i);
  for (int i = 0; i < definition.guidance_size(); ++i) compiler.CompileGuidance(i);
  for (int i = 0; i < definition.norms_size(); ++i) compiler.CompileNorms(i);
}

}  // namespace ladder::quiz
