// File: parser.h
//
// From the text of an expression to its syntax tree, by the grammar of docs/quiz-language.md. Names and types are not
// looked at; that is the resolver's part.
//
//   std::variant<Syntax, SyntaxFault> parsed = ParseExpression("q9 >= 1");
//
// Pure and thread-safe. Text of any length and content is safe: recursion ends with the permitted nesting.

#ifndef LADDER_LIBS_QUIZ_PARSER_H_
#define LADDER_LIBS_QUIZ_PARSER_H_

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "absl/strings/string_view.h"
#include "libs/quiz/expression.h"

namespace ladder::quiz {

struct SyntaxNode {
  enum class Kind : std::uint8_t {
    kNumber,    // text: as written
    kString,    // text: between the quotes
    kTrue,      //
    kFalse,     //
    kName,      // text: an id
    kCall,      // text: the function; args
    kList,      // args
    kOperator,  // op; args. `in` is kInList whatever stands right of it.
  };
  Kind kind = Kind::kFalse;
  Op op = Op::kFalse;
  std::string text;
  std::vector<Index> args;   // In Syntax::nodes.
  std::uint32_t column = 1;  // Where it begins, counted from 1.
};

struct Syntax {
  std::vector<SyntaxNode> nodes;  // Children before parents; the last one is the root.
};

struct SyntaxFault {
  std::uint32_t column = 1;
  std::string message;
};

std::variant<Syntax, SyntaxFault> ParseExpression(absl::string_view text);

}  // namespace ladder::quiz

#endif  // LADDER_LIBS_QUIZ_PARSER_H_
