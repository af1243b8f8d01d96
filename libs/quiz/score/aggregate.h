// File: aggregate.h
//
// Aggregates and the gate: how many members are needed, what stands for those that are missing, and what comes out.
// Internal to libs/quiz.

#ifndef LADDER_LIBS_QUIZ_SCORE_AGGREGATE_H_
#define LADDER_LIBS_QUIZ_SCORE_AGGREGATE_H_

#include <cstdint>
#include <optional>

#include "libs/quiz/input.h"
#include "libs/quiz/program.h"
#include "libs/quiz/score.h"
#include "libs/quiz/score/item_values.h"

namespace ladder::quiz::score_internal {

// One member of an aggregate as it stands.
struct MemberReading {
  MemberState state = MemberState::kMissing;
  std::optional<Rational> value;  // Where the state is kValue.
};

// What an aggregate comes to between its members and its rounding. Which of these an operation uses is told beside
// each.
struct AggregateParts {
  Rational total;              // SUM, MEAN: weight times value, summed. COUNT: how many met `where`.
  Rational weight_counted;     // Weights of the members in `total`, those filled with a value included. COUNT: 1 each.
  Rational weight_applicable;  // Weights of all members that have not left. COUNT: 1 each.
  std::optional<Rational> extreme;  // MAX, MIN.
  std::optional<NoValue> why_not;   // A `where` without a value, or a member's value that is out of range.
};

// REQUIRES, for these two: items are judged, and so is the scale that the member is.
MemberState StateOfMember(const Program& program, const Result& result, const Member& member);
MemberReading ReadMember(const Program& program, const Input& input, const Result& result, const Aggregate& aggregate,
                         const Member& member);

// The value that a member counts with: its own, or the one that fills its place; nothing where it does not count.
std::optional<Rational> CountedValue(const Aggregate& aggregate, const MemberReading& reading);

// Weighs and counts the members. REQUIRES: the policy's need was met.
AggregateParts AddUp(const Program& program, const Input& input, const Result& result, const Aggregate& aggregate);

// Fills all of the scale's score but places, unrounded. `raw` may be out of range.
void ScoreAggregate(const Program& program, const Input& input, const Result& result, Index scale, ScaleScore& score);

// REQUIRES: items are judged.
bool GateFails(const Program& program, const Result& result);

}  // namespace ladder::quiz::score_internal

#endif  // LADDER_LIBS_QUIZ_SCORE_AGGREGATE_H_
