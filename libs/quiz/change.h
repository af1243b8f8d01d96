// File: change.h
//
// Reliable and clinically significant change between two scores, after Jacobson and Truax, "Clinical significance"
// (1991), J Consult Clin Psychol 59(1):12-19:
//
//   RCI = (x2 - x1) / (sd * sqrt(2) * sqrt(1 - reliability))
//
// |RCI| > 1.96 is compared by squares, so the verdict is exact; what is shown is rounded half up to four digits from an
// integer root. A change is clinically significant where it is reliable and leads over the cut-off between a clinical
// and a functional population.
//
// Any numbers may come in, also such as no quiz scores: stored results are not all our own. What cannot be calculated
// is nothing.

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

// Between two scores of one scale. Nothing if a number or the difference is out of range, or unless sd > 0 and
// 0 <= reliability < 1.
std::optional<ReliableChange> ChangeBetween(const Rational& earlier, const Rational& later, const Rational& sd,
                                            const Rational& reliability, v1::Scale::Direction direction);

// sd * sqrt(1 - reliability), four digits, in points. Empty unless sd > 0 and 0 <= reliability < 1.
std::string StandardErrorOfMeasurement(const Rational& sd, const Rational& reliability);

// The first norms of `scale` whose condition holds under this context and which have sd and reliability; null where
// none do.
const Norms* FindNorms(const Program& program, Index scale, const Input& input);

// Where a clinical and a functional population part.
struct CutOff {
  enum class Criterion { kPublished, kC };
  Criterion criterion = Criterion::kPublished;
  Rational value;  // In points.
};

// The published cut-off, else criterion C of Jacobson and Truax, which weighs the means of both populations by each
// other's deviation; nothing where the norms have neither, or one of these steps is out of range.
std::optional<CutOff> CutOffOf(const Norms& norms);

struct ClinicalSignificance {
  enum class Verdict { kRecovered, kImproved, kUnchanged, kDeteriorated, kNotAssessable };
  Verdict verdict = Verdict::kNotAssessable;
  // Whether each score lies on the functional side. Nothing without a cut-off or without a direction.
  std::optional<bool> earlier_is_functional;
  std::optional<bool> later_is_functional;
};

// The functional side begins strictly beyond the cut-off: at criterion C itself both populations are equally near, and
// published cut-offs such as "10 or more" count as cases. Recovered is reliably better and from the clinical to the
// functional side; who was functional already has nothing to recover from, and improved. Without a cut-off nobody has
// recovered. Without a direction a reliable change is not assessable. REQUIRES: the scores are in range.
ClinicalSignificance SignificanceOf(const Rational& earlier, const Rational& later, ReliableChange::Verdict reliable,
                                    const std::optional<CutOff>& cut_off, v1::Scale::Direction direction);

}  // namespace ladder::quiz

#endif  // LADDER_LIBS_QUIZ_CHANGE_H_
