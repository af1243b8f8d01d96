#include "libs/quiz/lexer.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"

namespace ladder::quiz {
namespace {

constexpr absl::string_view kTwoCharacterSymbols[] = {"<=", ">=", "==", "!=", "&&", "||"};
constexpr absl::string_view kOneCharacterSymbols = "()[],?:<>+-*/!";

bool IsNameCharacter(char c) { return absl::ascii_isalnum(c) || c == '_'; }

}  // namespace

Token Lexer::Make(Token::Kind kind, std::size_t begin, std::size_t end) const {
  return {kind, text_.substr(begin, end - begin), static_cast<std::uint32_t>(begin + 1)};
}

Token Lexer::Fault(std::size_t position, std::string message) {
  fault_ = std::move(message);
  position_ = position;
  return Make(Token::Kind::kFault, position, position);
}

Token Lexer::Next() {
  if (!fault_.empty()) return Make(Token::Kind::kFault, position_, position_);
  while (position_ < text_.size() && absl::ascii_isspace(text_[position_])) ++position_;
  if (position_ == text_.size()) return Make(Token::Kind::kEnd, position_, position_);
  const char first = text_[position_];
  if (absl::ascii_isdigit(first)) return Number();
  if (first == '\'' || first == '"') return String();
  if (absl::ascii_isalpha(first) || first == '_') return Name();
  return Symbol();
}

Token Lexer::Number() {
  const std::size_t begin = position_;
  const auto skip_digits = [this] {
    while (position_ < text_.size() && absl::ascii_isdigit(text_[position_])) ++position_;
  };
  skip_digits();
  if (position_ < text_.size() && text_[position_] == '.') {
    const std::size_t point = position_++;
    skip_digits();
    if (position_ == point + 1) return Fault(point, "digits have to follow the decimal point");
  }
  if (position_ < text_.size() && IsNameCharacter(text_[position_])) {
    return Fault(position_, "a number is digits and a decimal point only: no exponent, no suffix");
  }
  return Make(Token::Kind::kNumber, begin, position_);
}

Token Lexer::String() {
  const std::size_t open = position_;
  const std::size_t close = text_.find(text_[open], open + 1);
  if (close == absl::string_view::npos) return Fault(open, "the string is not closed: its second quote is missing");
  Token token = Make(Token::Kind::kString, open + 1, close);
  token.column = static_cast<std::uint32_t>(open + 1);
  position_ = close + 1;
  return token;
}

Token Lexer::Name() {
  const std::size_t begin = position_;
  while (position_ < text_.size() && IsNameCharacter(text_[position_])) ++position_;
  return Make(Token::Kind::kName, begin, position_);
}

Token Lexer::Symbol() {
  const std::size_t begin = position_;
  const absl::string_view two = text_.substr(begin, 2);
  if (std::find(std::begin(kTwoCharacterSymbols), std::end(kTwoCharacterSymbols), two) !=
      std::end(kTwoCharacterSymbols)) {
    position_ += 2;
    return Make(Token::Kind::kSymbol, begin, position_);
  }
  const char one = text_[begin];
  if (one == '=') return Fault(begin, "write == to compare");
  if (one == '&' || one == '|') return Fault(begin, absl::StrCat("write ", std::string(2, one), " between conditions"));
  if (kOneCharacterSymbols.find(one) == absl::string_view::npos) {
    return Fault(begin, absl::StrCat("'", absl::CHexEscape(text_.substr(begin, 1)), "' has no meaning here"));
  }
  ++position_;
  return Make(Token::Kind::kSymbol, begin, position_);
}

}  // namespace ladder::quiz
