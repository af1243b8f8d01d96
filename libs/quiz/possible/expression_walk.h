// File: expression_walk.h
//
// One walk over an expression, for RangeOfExpression alone.

#ifndef LADDER_LIBS_QUIZ_POSSIBLE_EXPRESSION_WALK_H_
#define LADDER_LIBS_QUIZ_POSSIBLE_EXPRESSION_WALK_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "libs/quiz/possible/abstract_value.h"
#include "libs/quiz/possible/expression_range.h"
#include "libs/quiz/program.h"

namespace ladder::quiz {

class ExpressionWalk {
 public:
  // With `follow_branches` a branch is read under what its condition says; that costs reading some parts again, so the
  // walk may run out of steps. Without, each node is read once.
  ExpressionWalk(const Facts& facts, const Expression& expression, const AbstractValue* it, bool follow_branches);

  AbstractValue Run();
  // The walk was given up; its result says nothing.
  bool ran_out() const { return ran_out_; }

 private:
  enum class Outcome : std::uint8_t { kTrue, kFalse, kNoValue };

  // What is taken to hold for every part of the expression that reads the same as one node.
  struct Assumption {
    // The node, or, where that is kNone, any leaf with this op and index.
    Index node = kNone;
    Op op = Op::kFalse;
    Index index = kNone;

    bool has_value = false;
    bool has_none = false;
    std::optional<Bound> lower;
    std::optional<Bound> upper;
    std::optional<Rational> never;
  };

  const Node& NodeAt(Index node) const { return expression_.nodes[node]; }
  const Node& Argument(const Node& node, std::size_t i) const { return NodeAt(node.args[i]); }

  AbstractValue Read(Index node);
  AbstractValue ReadPlain(const Node& node);
  AbstractValue ReadLeaf(const Node& node);
  AbstractValue ReadHas(const Node& node);
  AbstractValue ReadPlace(const Node& node);
  AbstractValue ReadLookup(const Node& node);
  AbstractValue ReadNegated(const Node& node);
  AbstractValue ReadBinary(const Node& node);
  AbstractValue ReadExtreme(const Node& node);
  AbstractValue ReadInList(const Node& node);
  AbstractValue ReadLogical(const Node& node);
  AbstractValue ReadConditional(const Node& node);
  NumberSet Calculate(const Node& node, const NumberSet& a, const NumberSet& b);

  // Reads `node` as it is where `condition` came out so.
  AbstractValue ReadUnder(Index condition, Outcome outcome, Index node);
  void Assume(Index condition, Outcome outcome);
  void AssumeComparison(const Node& node, Outcome outcome);
  void AssumeOrder(Index less, Index more, bool strictly);
  void AssumeHas(const Node& node, Outcome outcome);
  void ApplyAssumptions(Index node, AbstractValue& value) const;
  bool IsAbout(const Assumption& assumption, Index node) const;
  bool ReadsSame(Index a, Index b) const;

  void Tell(const Node& node, const std::string& message);

  const Facts& facts_;
  const Program& program_;
  const Expression& expression_;
  const AbstractValue* it_;
  const bool follow_branches_;
  std::vector<Assumption> assumptions_;
  int steps_ = 0;
  bool ran_out_ = false;
};

}  // namespace ladder::quiz

#endif  // LADDER_LIBS_QUIZ_POSSIBLE_EXPRESSION_WALK_H_
