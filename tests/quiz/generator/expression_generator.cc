#include "tests/quiz/generator/expression_generator.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace ladder::quiz::generator {

std::string ExpressionGenerator::Literal() {
  static constexpr const char* kLiterals[] = {"0", "1", "2", "3", "5", "0.5", "1.25", "10", "0.1", "4"};
  return kLiterals[random_.Below(10)];
}

std::string ExpressionGenerator::NumberName() {
  if (with_it_ && random_.Chance(50)) return "it";
  if (scope_.numbers.empty()) return Literal();
  return random_.Pick(scope_.numbers).id;
}

std::string ExpressionGenerator::Quote(const std::string& code) {
  return random_.Chance(70) ? absl::StrCat("'", code, "'") : absl::StrCat("\"", code, "\"");
}

std::string ExpressionGenerator::Binary(const std::string& left, const std::string& sign, const std::string& right) {
  const std::string space = Space();
  return absl::StrCat(left, space, sign, space, right);
}

std::string ExpressionGenerator::Divisor(int depth) {
  const int kind = random_.Below(10);
  if (kind < 5) {
    static constexpr const char* kDivisors[] = {"2", "3", "7", "0.5", "10"};
    return kDivisors[random_.Below(5)];
  }
  if (kind < 8) return absl::StrCat("max(1,", Space(), Number(depth - 1), ")");
  const std::string name = NumberName();
  return absl::StrCat("(", name, " == 0 ? 1 : ", name, ")");
}

std::string ExpressionGenerator::Number(int depth) {
  if (depth <= 0) return random_.Chance(75) ? NumberName() : Literal();
  switch (random_.Below(12)) {
    case 0:
    case 1:
      return absl::StrCat("(", Binary(Number(depth - 1), "+", Number(depth - 1)), ")");
    case 2:
      return absl::StrCat("(", Binary(Number(depth - 1), "-", Number(depth - 2)), ")");
    case 3:
      return Binary(NumberName(), "*", random_.Chance(70) ? Literal() : NumberName());
    case 4:
      return Binary(NumberName(), "/", Divisor(depth));
    case 5:
      return absl::StrCat("-", NumberName());
    case 6:
    case 7: {
      std::string text = absl::StrCat(random_.Chance(50) ? "min(" : "max(", Number(depth - 1));
      for (int more = random_.Between(1, 2); more > 0; --more) absl::StrAppend(&text, ",", Space(), Number(depth - 2));
      return text + ")";
    }
    case 8:
      if (scope_.tables.empty()) return NumberName();
      return absl::StrCat("lookup(", Quote(random_.Pick(scope_.tables)), ", ", Number(depth - 2), ")");
    case 9:
    case 10:
      return absl::StrCat("(", Boolean(depth - 1), " ? ", Number(depth - 1), " : ", Number(depth - 1), ")");
    default:
      return Binary(NumberName(), "+", Literal());
  }
}

// A name beside a number that it takes, so that both answers come up.
std::string ExpressionGenerator::Threshold() {
  static constexpr const char* kSigns[] = {"<", "<=", ">", ">=", "==", "!="};
  const std::string sign = kSigns[random_.Below(6)];
  if (scope_.numbers.empty()) return Binary("1", sign, Literal());
  const Scope::Number& number = random_.Pick(scope_.numbers);
  if (number.values.empty()) return Binary(number.id, sign, Literal());
  std::string value = random_.Pick(number.values);
  if (value.find('/') != std::string::npos) value = absl::StrCat("(", value, ")");
  return Binary(number.id, sign, value);
}

std::string ExpressionGenerator::Comparison(int depth) {
  static constexpr const char* kSigns[] = {"<", "<=", ">", ">=", "==", "!="};
  if (with_it_ && random_.Chance(60)) return Binary("it", kSigns[random_.Below(6)], Literal());
  if (random_.Chance(70)) return Threshold();
  return Binary(Number(depth - 1), kSigns[random_.Below(6)], Number(depth - 2));
}

std::string ExpressionGenerator::CodeTest() {
  const bool selection = !scope_.selections.empty() && random_.Chance(40);
  if (selection || scope_.codes.empty()) {
    if (scope_.selections.empty()) return Threshold();
    const Scope::Code& item = random_.Pick(scope_.selections);
    return absl::StrCat(Quote(random_.Pick(item.codes)), " in ", item.text);
  }
  const Scope::Code& code = random_.Pick(scope_.codes);
  if (random_.Chance(60)) return Binary(code.text, random_.Chance(65) ? "==" : "!=", Quote(random_.Pick(code.codes)));
  std::vector<std::string> list;
  for (const std::string& one : random_.Sample(code.codes, random_.Between(1, 3))) list.push_back(Quote(one));
  return absl::StrCat(code.text, " in [", absl::StrJoin(list, ", "), "]");
}

std::string ExpressionGenerator::Boolean(int depth) {
  if (depth <= 0) {
    const int kind = random_.Below(10);
    if (kind < 5) return Comparison(1);
    if (kind < 8) return CodeTest();
    if (scope_.ids.empty()) return Threshold();
    return absl::StrCat("has(", random_.Pick(scope_.ids), ")");
  }
  switch (random_.Below(9)) {
    case 0:
    case 1:
      return absl::StrCat("(", Binary(Boolean(depth - 1), "&&", Boolean(depth - 1)), ")");
    case 2:
    case 3:
      return absl::StrCat("(", Binary(Boolean(depth - 1), "||", Boolean(depth - 1)), ")");
    case 4:
      return absl::StrCat("!(", Boolean(depth - 1), ")");
    case 5:
      return absl::StrCat("(", Boolean(depth - 1), " ? ", Boolean(depth - 1), " : ", Boolean(depth - 1), ")");
    case 6:
      if (!scope_.ids.empty() && !scope_.numbers.empty()) {
        const Scope::Number& number = random_.Pick(scope_.numbers);
        return absl::StrCat("has(", number.id, ") && ", Comparison(depth));
      }
      return Comparison(depth);
    default:
      return Comparison(depth);
  }
}

}  // namespace ladder::quiz::generator
