// File: compile_expression.h
//
// From the text of an expression to a compiled one: every name found, every type fitting, every code possible. Internal
// to libs/quiz.

#ifndef LADDER_LIBS_QUIZ_COMPILE_COMPILE_EXPRESSION_H_
#define LADDER_LIBS_QUIZ_COMPILE_COMPILE_EXPRESSION_H_

#include <string>

#include "libs/quiz/compile/compilation.h"

namespace ladder::quiz {

// What an expression may read.
struct Scope {
  absl::string_view described;  // For example "items and context".
  bool items = false;
  bool scales_and_decisions = false;
  bool it = false;

  static Scope Context() { return {.described = "context values"}; }
  static Scope ItemsAndContext() { return {.described = "items and context values", .items = true}; }
  static Scope All(bool with_it) {
    return {.described = "items, scales, decisions and context values",
            .items = true,
            .scales_and_decisions = true,
            .it = with_it};
  }
};

// Adds the expression to Program::expressions. kNone, and all of its faults, where it has any. `wanted` is its type.
Index CompileExpression(const std::string& path, const std::string& text, Type wanted, const Scope& scope,
                        Compilation& compilation);

}  // namespace ladder::quiz

#endif  // LADDER_LIBS_QUIZ_COMPILE_COMPILE_EXPRESSION_H_
