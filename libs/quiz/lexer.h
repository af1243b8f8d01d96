// File: lexer.h
//
// The tokens of an expression, one after another.
//
//   Lexer lexer("q9 >= 1");
//   while (lexer.Next().kind != Token::Kind::kEnd) { ... }
//
// Not thread-safe. Keeps a view of the text, which has to outlive it.

#ifndef LADDER_LIBS_QUIZ_LEXER_H_
#define LADDER_LIBS_QUIZ_LEXER_H_

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"

namespace ladder::quiz {

struct Token {
  enum class Kind : std::uint8_t {
    kNumber,  // text: as written
    kString,  // text: between the quotes
    kName,    // Identifiers, and the words true, false and in.
    kSymbol,  // Operators, parentheses, brackets, commas.
    kEnd,
    kFault,  // Not a token: Lexer::fault() says why.
  };
  Kind kind = Kind::kEnd;
  absl::string_view text;
  std::uint32_t column = 1;  // Counted from 1.

  bool Is(absl::string_view symbol_or_word) const {
    return (kind == Kind::kSymbol || kind == Kind::kName) && text == symbol_or_word;
  }
};

class Lexer {
 public:
  explicit Lexer(absl::string_view text) : text_(text) {}

  // kEnd for ever once the text is used up; kFault for ever once something is no token.
  Token Next();
  const std::string& fault() const { return fault_; }

 private:
  Token Number();
  Token String();
  Token Name();
  Token Symbol();
  Token Make(Token::Kind kind, std::size_t begin, std::size_t end) const;
  Token Fault(std::size_t position, std::string message);

  absl::string_view text_;
  std::size_t position_ = 0;
  std::string fault_;
};

}  // namespace ladder::quiz

#endif  // LADDER_LIBS_QUIZ_LEXER_H_
