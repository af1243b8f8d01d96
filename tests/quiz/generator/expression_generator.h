// File: expression_generator.h
//
// Random expressions of a wanted type over the names that are in scope, with every operator and call of the language.

#ifndef LADDER_TESTS_QUIZ_GENERATOR_EXPRESSION_GENERATOR_H_
#define LADDER_TESTS_QUIZ_GENERATOR_EXPRESSION_GENERATOR_H_

#include <string>
#include <vector>

#include "tests/quiz/generator/random.h"

namespace ladder::quiz::generator {

// What an expression may read.
struct Scope {
  // A name that stands for a number, and numbers that it takes, smallest first: good to compare it with.
  struct Number {
    std::string id;
    std::vector<std::string> values;
  };
  // A text that stands for a code, for example "sex" or "band(total)", and the codes that it takes.
  struct Code {
    std::string text;
    std::vector<std::string> codes;
  };

  std::vector<Number> numbers;
  std::vector<Code> codes;
  std::vector<Code> selections;  // Items of multiple choice and their options.
  std::vector<std::string> ids;  // For has().
  std::vector<std::string> tables;
};

class ExpressionGenerator {
 public:
  // Keeps references to both. `with_it`: the expression may read `it`.
  ExpressionGenerator(Random& random, const Scope& scope, bool with_it = false)
      : random_(random), scope_(scope), with_it_(with_it) {}

  std::string Number(int depth);
  std::string Boolean(int depth);

 private:
  std::string Literal();
  std::string NumberName();
  std::string Divisor(int depth);
  std::string Comparison(int depth);
  std::string Threshold();
  std::string CodeTest();
  std::string Quote(const std::string& code);
  std::string Space() { return random_.Chance(80) ? " " : ""; }
  std::string Binary(const std::string& left, const std::string& sign, const std::string& right);

  Random& random_;
  const Scope& scope_;
  bool with_it_;
};

}  // namespace ladder::quiz::generator

#endif  // LADDER_TESTS_QUIZ_GENERATOR_EXPRESSION_GENERATOR_H_
