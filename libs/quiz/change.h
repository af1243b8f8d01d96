// File: change.h
//
// Reliable change between two scores, after Jacobson and Truax, "Clinical significance" (1991), J Consult Clin Psychol
// 59(1):12-19:
//
//   RCI = (x2 - x1) / (sd * sqrt(2) * sqrt(1 - reliability))
//
// |RCI| > 1.96 is compared by squares, so the verdict is exact; what is shown is rounded half up to four digits from an
// integer root.

#ifndef LADDER_LIBS_QUIZ_CHANGE_H_
#define LADDER_LIBS_QUIZ_CHANGE_H_

#include <optional>
#include <string>

#include "libs/quiz/input.h"
#include "libs/quiz/number.h"
#include "libs/quiz/program.h"

namespace ladder::quiz {

// The bound that |RCI| has to exceed, strictly.
inline constexpr char kReliableChangeThreshold[] = "1.96";

struct ReliableChange {
  enum class Verdict { kReliablyBetter, kReliablyWorse, kNoReliableChange, kReliableChange };
  Rational difference;                       // Later less earlier, in points.
  std::string reliable_change_index;         // Four digits, for example "-3.7752".
  std::string standard_error_of_difference;  // Four digits, in points.
  Verdict verdict = Verdict::kNoReliableChange;
};

// REQUIRES: sd > 0, 0 <= reliability < 1; both scores are of one scale.
ReliableChange ChangeBetween(const Rational& earlier, const Rational& later, const Rational& sd,
                             const Rational& reliability, v1::Scale::Direction direction);

// sd * sqrt(1 - reliability), four digits, in points.
std::string StandardErrorOfMeasurement(const Rational& sd, const Rational& reliability);

// The first norms of `scale` whose condition holds under this context and which have sd and reliability; null where
// none do.
const Norms* FindNorms(const Program& program, Index scale, const Input& input);

// The published cut-off between a clinical and a functional population, else criterion C of Jacobson and Truax, which
// weighs the means of both by each other's deviation; nothing where the norms have neither.
std::optional<Rational> CutOffOf(const Norms& norms);

}  // namespace ladder::quiz

#endif  // LADDER_LIBS_QUIZ_CHANGE_H_
