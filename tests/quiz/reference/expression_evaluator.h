// File: expression_evaluator.h
//
// The expressions of docs/quiz-language.md, evaluated while their text is read, one precedence level a function. There
// is no tree, no type check and no second pass: slow and obvious.
//
//   Value value = Evaluate("has(q1) ? q1 + 1 : 0", names, nullptr);

#ifndef LADDER_TESTS_QUIZ_REFERENCE_EXPRESSION_EVALUATOR_H_
#define LADDER_TESTS_QUIZ_REFERENCE_EXPRESSION_EVALUATOR_H_

#include <gmpxx.h>

#include <string>
#include <variant>
#include <vector>

namespace ladder::quiz::reference {

// Why something has no value, and the id of where that arose.
struct NoValue {
  std::string reason;  // "GATE", "NONE_APPLICABLE", "TOO_FEW_ANSWERED", "NOT_IN_TABLE" or "NO_VALUE".
  std::string subject;

  friend bool operator==(const NoValue&, const NoValue&) = default;
};

using CodeList = std::vector<std::string>;

// No value, a number, a boolean, a code, or the list to the right of `in`.
using Value = std::variant<NoValue, mpq_class, bool, std::string, CodeList>;

inline bool IsNone(const Value& value) { return std::holds_alternative<NoValue>(value); }

// What the names in an expression stand for.
class Names {
 public:
  virtual ~Names() = default;
  virtual Value Read(const std::string& id) = 0;
  virtual bool Has(const std::string& id) = 0;
  virtual Value Lookup(const std::string& table, const mpq_class& key) = 0;
  // `set` is empty where the expression leaves it out.
  virtual Value BandOf(const std::string& scale, const std::string& set) = 0;
  virtual Value RangeOf(const std::string& scale, const std::string& set) = 0;
  virtual Value Chosen(const std::string& option, const std::string& item) = 0;
};

// `it` is null where the expression has none. REQUIRES: the text is a sound expression; throws std::logic_error else.
Value Evaluate(const std::string& text, Names& names, const Value* it);

}  // namespace ladder::quiz::reference

#endif  // LADDER_TESTS_QUIZ_REFERENCE_EXPRESSION_EVALUATOR_H_
