// File: evaluate.h
//
// Expressions over the values of one person. Internal to libs/quiz.
//
//   const Evaluator evaluator(program, input, result);
//   const Value holds = evaluator.Evaluate(rule.when);
//   if (holds.has_value() && holds.truth) ...

#ifndef LADDER_LIBS_QUIZ_SCORE_EVALUATE_H_
#define LADDER_LIBS_QUIZ_SCORE_EVALUATE_H_

#include <cstdint>

#include "libs/quiz/expression.h"
#include "libs/quiz/input.h"
#include "libs/quiz/number.h"
#include "libs/quiz/program.h"
#include "libs/quiz/score.h"

namespace ladder::quiz::score_internal {

// What an expression gives: a number, a truth, a code, or why it has no value.
struct Value {
  enum class Kind : std::uint8_t { kNone, kNumber, kBoolean, kCode };

  static Value Of(Rational number);  // None if it is out of range; the subject is left to who knows it.
  static Value Of(bool truth);
  static Value OfCode(Index code);
  static Value None(NoValue why);

  bool has_value() const { return kind != Kind::kNone; }

  Kind kind = Kind::kNone;
  bool truth = false;
  Index code = kNone;  // Program::codes.
  Rational number;
  NoValue why;
};

// Evaluates expressions against as much of a result as is known: items before scales and decisions, and these in
// Program::evaluation_order. Keeps references only; as long-lived as the shortest of them.
class Evaluator {
 public:
  Evaluator(const Program& program, const Input& input, const Result& result)
      : program_(program), input_(input), result_(result) {}

  // `it` is the member under judgement, for expressions that may name it.
  Value Evaluate(Index expression, const Rational* it = nullptr) const;

 private:
  // One expression under evaluation.
  struct Frame {
    const Expression& expression;
    const Rational* it;

    const Node& node(Index index) const { return expression.nodes[index]; }
  };

  Value EvaluateNode(const Frame& frame, const Node& node) const;
  Value EvaluateItem(Index item) const;
  Value EvaluateScale(Index scale) const;
  Value EvaluateContext(const Node& node) const;
  Value EvaluateHas(const Node& node) const;
  Value EvaluatePlace(const Node& node) const;
  Value EvaluateChosen(const Node& node) const;
  Value EvaluateLookup(const Frame& frame, const Node& node) const;
  Value EvaluateExtreme(const Frame& frame, const Node& node) const;
  Value EvaluateUnary(const Frame& frame, const Node& node) const;
  Value EvaluateLogical(const Frame& frame, const Node& node) const;
  Value EvaluateConditional(const Frame& frame, const Node& node) const;
  Value EvaluateInList(const Frame& frame, const Node& node) const;
  Value EvaluateBinary(const Frame& frame, const Node& node) const;

  const Program& program_;
  const Input& input_;
  const Result& result_;
};

}  // namespace ladder::quiz::score_internal

#endif  // LADDER_LIBS_QUIZ_SCORE_EVALUATE_H_
