#include "tests/fuzz/expressions.h"

namespace ladder::quiz {

std::vector<std::string> ExpressionSeeds() {
  return {"total + 2 * sleep",
          "has(before) ? before - total : 0",
          "lookup('metric', total)",
          "band(total, 'severity') == 'high' ? 1 : 2",
          "'stick' in aids ? max(packs, 1) : min(packs, total)",
          "sex in ['male', 'female'] && !(count > 1) ? -sleep : 1.5",
          "verdict == 'case' || total / max(1, count) > 2 ? 1 : 0",
          "range(total) != 'upper' ? 7 : (((1 + 2) * 3) - packs)"};
}

const std::vector<std::string>& ExpressionTokens() {
  static const auto* const tokens = new std::vector<std::string>{"(",
                                                                 ")",
                                                                 "[",
                                                                 "]",
                                                                 ",",
                                                                 "?",
                                                                 ":",
                                                                 "+",
                                                                 "-",
                                                                 "*",
                                                                 "/",
                                                                 "<",
                                                                 "==",
                                                                 "&&",
                                                                 "||",
                                                                 "!",
                                                                 " in ",
                                                                 "'",
                                                                 "\"",
                                                                 "1",
                                                                 "0.5",
                                                                 "total",
                                                                 "sleep",
                                                                 "packs",
                                                                 "aids",
                                                                 "has(",
                                                                 "min(",
                                                                 "lookup('metric', ",
                                                                 "((((((((",
                                                                 "!!!!!!!!",
                                                                 "a ? b : ",
                                                                 "\xff",
                                                                 "99999999999999999999999999999999999999",
                                                                 "1/99999999999999999999999999999"};
  return *tokens;
}

}  // namespace ladder::quiz
