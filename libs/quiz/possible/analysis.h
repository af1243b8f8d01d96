// File: analysis.h
//
// Everything in a program that may still come out in more than one way, evaluated once in the order of the program: its
// context, items, gate, scales and decisions.
//
//   Analysis analysis(program, &input, kLimitsWhileAnswering, nullptr);
//   analysis.ReportedScale(0).number.low();
//
// Thread-compatible. The program, the input and the faults outlive the analysis.

#ifndef LADDER_LIBS_QUIZ_POSSIBLE_ANALYSIS_H_
#define LADDER_LIBS_QUIZ_POSSIBLE_ANALYSIS_H_

#include <optional>
#include <vector>

#include "libs/quiz/input.h"
#include "libs/quiz/possible/abstract_value.h"
#include "libs/quiz/possible/expression_range.h"
#include "libs/quiz/possible/proof_faults.h"
#include "libs/quiz/program.h"

namespace ladder::quiz {

inline constexpr AnalysisLimits kLimitsAtPublish{/*listed_values=*/100'000, /*combinations=*/200'000};
inline constexpr AnalysisLimits kLimitsWhileAnswering{/*listed_values=*/4'096, /*combinations=*/4'096};

class Analysis {
 public:
  // `input` null: nothing is answered and nothing known of the context. `faults` null: none are told.
  Analysis(const Program& program, const Input* input, const AnalysisLimits& limits, ProofFaults* faults);

  Analysis(const Analysis&) = delete;
  Analysis& operator=(const Analysis&) = delete;

  // What readers outside of the scales see: decisions, alerts, guidance, completeness.
  const Facts& facts() const { return open_; }

  // A scale as results report it.
  const AbstractValue& ReportedScale(Index scale) const { return open_scales_[scale]; }
  const AbstractValue& context(Index context) const { return context_[context]; }
  const AbstractValue& OutcomesOf(Index decision) const { return decisions_[decision]; }

  // Some scale has no bounds: a fault was told, or the limits were too low.
  bool has_unbounded_scale() const;

 private:
  void ReadContext();
  void ReadItems(const Facts& facts, std::vector<ItemOutcomes>& items);
  void JudgeGate();
  void RestrictToGate();
  void EvaluateSteps();
  AbstractValue EvaluateScale(Index scale);
  AbstractValue EvaluateDecision(Index decision);
  // Gives context values that are earlier scores the range of their scale; false where none became bounded by it.
  bool BoundEarlierScores();
  void EvaluateAll();

  const Program& program_;
  const Input* input_;

  std::vector<AbstractValue> context_;
  std::vector<ItemOutcomes> items_;
  // Where the gate asks for all of its items: as they are in forms that pass it, the only ones in which scales score.
  std::vector<ItemOutcomes> gated_items_;
  bool gate_may_pass_ = true;
  bool gate_may_fail_ = false;
  Sources gate_sources_;
  bool gate_is_a_product_ = true;  // What passes the gate is decided for each item alone.

  std::vector<AbstractValue> scales_;       // As scales see them: in forms that pass the gate.
  std::vector<AbstractValue> open_scales_;  // As everything else sees them: not scored where the gate fails.
  std::vector<AbstractValue> decisions_;

  Facts open_;
  Facts gated_;
};

}  // namespace ladder::quiz

#endif  // LADDER_LIBS_QUIZ_POSSIBLE_ANALYSIS_H_
