#include "tests/quiz/reference/expression_evaluator.h"

#include <algorithm>
#include <cctype>
#include <cstddef>
#include <stdexcept>

#include "tests/quiz/reference/exact.h"

namespace ladder::quiz::reference {
namespace {

bool IsWordCharacter(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

bool IsDigit(char c) { return std::isdigit(static_cast<unsigned char>(c)) != 0; }

class Reader {
 public:
  Reader(const std::string& text, Names& names, const Value* it) : text_(text), names_(names), it_(it) {}

  Value ReadAll() {
    Value value = Expr();
    SkipSpace();
    if (at_ != text_.size()) Fail("an end");
    return value;
  }

 private:
  // expr = or [ "?" expr ":" expr ]
  Value Expr() {
    const Value condition = Or();
    if (!Take("?")) return condition;
    const Value yes = Expr();
    Expect(":");
    const Value no = Expr();
    if (IsNone(condition)) return condition;
    return std::get<bool>(condition) ? yes : no;
  }

  // `true || none` is true, and so is `none || true`.
  Value Or() {
    Value left = And();
    while (Take("||")) {
      const Value right = And();
      if (IsTrue(left)) continue;
      if (!IsNone(left) || IsTrue(right)) left = right;
    }
    return left;
  }

  // `false && none` is false, and so is `none && false`.
  Value And() {
    Value left = Rel();
    while (Take("&&")) {
      const Value right = Rel();
      if (IsFalse(left)) continue;
      if (!IsNone(left) || IsFalse(right)) left = right;
    }
    return left;
  }

  Value Rel() {
    const Value left = Add();
    for (const char* sign : {"<=", ">=", "==", "!=", "<", ">"}) {
      if (Take(sign)) return Compare(left, sign, Add());
    }
    if (TakeWord("in")) return In(left);
    return left;
  }

  Value In(const Value& left) {
    SkipSpace();
    if (at_ < text_.size() && text_[at_] == '[') {
      const Value list = Primary();
      if (IsNone(left)) return left;
      const CodeList& codes = std::get<CodeList>(list);
      return std::find(codes.begin(), codes.end(), std::get<std::string>(left)) != codes.end();
    }
    return names_.Chosen(std::get<std::string>(left), Word());
  }

  static Value Compare(const Value& left, const std::string& sign, const Value& right) {
    if (IsNone(left)) return left;
    if (IsNone(right)) return right;
    if (sign == "==") return left == right;
    if (sign == "!=") return left != right;
    const mpq_class& a = std::get<mpq_class>(left);
    const mpq_class& b = std::get<mpq_class>(right);
    if (sign == "<") return a < b;
    if (sign == "<=") return a <= b;
    if (sign == ">") return a > b;
    return a >= b;
  }

  Value Add() {
    Value left = Mul();
    while (true) {
      if (Take("+")) {
        left = Calculate(left, '+', Mul());
      } else if (Take("-")) {
        left = Calculate(left, '-', Mul());
      } else {
        return left;
      }
    }
  }

  Value Mul() {
    Value left = Unary();
    while (true) {
      if (Take("*")) {
        left = Calculate(left, '*', Unary());
      } else if (Take("/")) {
        left = Calculate(left, '/', Unary());
      } else {
        return left;
      }
    }
  }

  static Value Calculate(const Value& left, char sign, const Value& right) {
    if (IsNone(left)) return left;
    if (IsNone(right)) return right;
    const mpq_class& a = std::get<mpq_class>(left);
    const mpq_class& b = std::get<mpq_class>(right);
    if (sign == '+') return mpq_class(a + b);
    if (sign == '-') return mpq_class(a - b);
    if (sign == '*') return mpq_class(a * b);
    // A branch that is not taken may divide by zero; no value that is read ever may.
    if (sgn(b) == 0) return NoValue{"DIVIDED_BY_ZERO", ""};
    return mpq_class(a / b);
  }

  Value Unary() {
    SkipSpace();
    if (at_ < text_.size() && text_[at_] == '!') {
      ++at_;
      const Value value = Unary();
      return IsNone(value) ? value : Value(!std::get<bool>(value));
    }
    if (Take("-")) {
      const Value value = Unary();
      return IsNone(value) ? value : Value(mpq_class(-std::get<mpq_class>(value)));
    }
    return Primary();
  }

  Value Primary() {
    SkipSpace();
    if (at_ == text_.size()) Fail("an operand");
    const char c = text_[at_];
    if (IsDigit(c)) return Number();
    if (c == '\'' || c == '"') return String();
    if (Take("(")) {
      const Value value = Expr();
      Expect(")");
      return value;
    }
    if (Take("[")) return List();
    const std::string word = Word();
    if (word == "true") return true;
    if (word == "false") return false;
    if (word == "it") return *it_;
    if (Take("(")) return Call(word);
    return names_.Read(word);
  }

  Value Call(const std::string& name) {
    if (name == "has") {
      const std::string id = Word();
      Expect(")");
      return names_.Has(id);
    }
    if (name == "lookup") {
      const std::string table = String();
      Expect(",");
      const Value key = Expr();
      Expect(")");
      return IsNone(key) ? key : names_.Lookup(table, std::get<mpq_class>(key));
    }
    if (name == "band" || name == "range") {
      const std::string scale = Word();
      const std::string set = Take(",") ? String() : "";
      Expect(")");
      return name == "band" ? names_.BandOf(scale, set) : names_.RangeOf(scale, set);
    }
    return MinOrMax(name == "max");
  }

  static bool IsBetter(const mpq_class& a, const mpq_class& b, bool max) { return max ? a > b : a < b; }

  Value MinOrMax(bool max) {
    Value best = Expr();
    while (Take(",")) {
      const Value next = Expr();
      if (IsNone(best)) continue;
      if (IsNone(next) || IsBetter(std::get<mpq_class>(next), std::get<mpq_class>(best), max)) best = next;
    }
    Expect(")");
    return best;
  }

  mpq_class Number() {
    const std::size_t begin = at_;
    while (at_ < text_.size() && (IsDigit(text_[at_]) || text_[at_] == '.')) ++at_;
    return ParseExact(text_.substr(begin, at_ - begin));
  }

  std::string String() {
    SkipSpace();
    const char quote = text_.at(at_);
    const std::size_t end = text_.find(quote, at_ + 1);
    if ((quote != '\'' && quote != '"') || end == std::string::npos) Fail("a string");
    std::string string = text_.substr(at_ + 1, end - at_ - 1);
    at_ = end + 1;
    return string;
  }

  Value List() {
    CodeList codes;
    if (Take("]")) return codes;
    do {
      codes.push_back(String());
    } while (Take(","));
    Expect("]");
    return codes;
  }

  std::string Word() {
    SkipSpace();
    const std::size_t begin = at_;
    while (at_ < text_.size() && IsWordCharacter(text_[at_])) ++at_;
    if (begin == at_) Fail("a name");
    return text_.substr(begin, at_ - begin);
  }

  bool Take(const std::string& sign) {
    SkipSpace();
    if (text_.compare(at_, sign.size(), sign) != 0) return false;
    at_ += sign.size();
    return true;
  }

  bool TakeWord(const std::string& word) {
    SkipSpace();
    if (text_.compare(at_, word.size(), word) != 0) return false;
    if (at_ + word.size() < text_.size() && IsWordCharacter(text_[at_ + word.size()])) return false;
    at_ += word.size();
    return true;
  }

  void Expect(const std::string& sign) {
    if (!Take(sign)) Fail(sign);
  }

  void SkipSpace() {
    while (at_ < text_.size() && std::isspace(static_cast<unsigned char>(text_[at_])) != 0) ++at_;
  }

  [[noreturn]] void Fail(const std::string& wanted) const {
    throw std::logic_error("expected " + wanted + " at " + std::to_string(at_) + " of: " + text_);
  }

  static bool IsTrue(const Value& value) { return std::holds_alternative<bool>(value) && std::get<bool>(value); }
  static bool IsFalse(const Value& value) { return std::holds_alternative<bool>(value) && !std::get<bool>(value); }

  const std::string& text_;
  Names& names_;
  const Value* it_;
  std::size_t at_ = 0;
};

}  // namespace

Value Evaluate(const std::string& text, Names& names, const Value* it) { return Reader(text, names, it).ReadAll(); }

}  // namespace ladder::quiz::reference
