// File: analysis.h
//
// Everything in a program that may still come out in more than one way, evaluated once in the order of the program: its
// context, items, gate, scales and decisions.
//
//   AnalysisBudget budget(kMaxStepsWhileAnswering);
//   Analysis analysis(program, &input, LimitsWhileAnswering(budget), nullptr);
//   analysis.ReportedScale(0).number.low();
//
// Not thread-safe: what is asked for first is kept. The program, the input, the budget and the faults outlive it.

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

inline AnalysisLimits LimitsAtPublish(AnalysisBudget& budget) {
  return {/*listed_values=*/100'000, /*combinations=*/200'000, &budget, /*goes_on_with_intervals=*/true};
}
// What is left out is known for all forms, and so for this one.
inline AnalysisLimits LimitsWhileAnswering(AnalysisBudget& budget) {
  return {/*listed_values=*/4'096, /*combinations=*/4'096, &budget, /*goes_on_with_intervals=*/false};
}

class Analysis {
 public:
  // `input` null: nothing is answered and nothing known of the context. `faults` null: none are told.
  // REQUIRES: `limits` have a budget.
  Analysis(const Program& program, const Input* input, const AnalysisLimits& limits, ProofFaults* faults);

  Analysis(const Analysis&) = delete;
  Analysis& operator=(const Analysis&) = delete;

  // What readers outside of the scales see: decisions, alerts, guidance, completeness.
  const Facts& facts() const { return open_; }

  // A scale as results report it. REQUIRES: HasScale(scale).
  const AbstractValue& ReportedScale(Index scale) const { return open_scales_[scale]; }
  const AbstractValue& context(Index context) const { return context_[context]; }
  // REQUIRES: HasDecision(decision).
  const AbstractValue& OutcomesOf(Index decision) const { return decisions_[decision]; }
  // REQUIRES: HasScale(scale). Null where the budget was used up before.
  const ReachedSet* BandsOf(Index scale, Index set) const {
    return open_.limits.gives_up() ? nullptr : &quiz::BandsOf(open_, scale, set);
  }

  // Whether these were evaluated before the budget was used up.
  bool HasScale(Index scale) const { return has_scale_[scale]; }
  bool HasDecision(Index decision) const { return has_decision_[decision]; }

  // Something was left out, or some scale has no bounds: a fault was told, or limits or budget were too low.
  bool is_incomplete() const;

  // What a condition without `it` may come to, read once.
  struct Truth {
    bool may_be_true = false;
    bool may_be_false = false;
    bool may_be_none = false;
  };
  Truth Judge(Index expression);

 private:
  void ReadContext();
  void ReadItems();
  void JudgeGate();
  void RestrictToGate();
  void EvaluateSteps();
  AbstractValue EvaluateScale(Index scale);
  AbstractValue EvaluateDecision(Index decision);
  // Gives context values that are earlier scores the range of their scale; false where none became bounded by it.
  bool BoundEarlierScores();
  void EvaluateAll();

  // Reads a condition and keeps what Judge says of it.
  AbstractValue ReadCondition(Index expression);

  const Program& program_;
  const Input* input_;
  AnalysisMemory memory_;
  std::vector<std::optional<Truth>> judged_;  // By expression.

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
  std::vector<bool> has_scale_;
  std::vector<bool> has_decision_;

  Facts open_;
  Facts gated_;
};

}  // namespace ladder::quiz

#endif  // LADDER_LIBS_QUIZ_POSSIBLE_ANALYSIS_H_
