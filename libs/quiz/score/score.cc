#include "libs/quiz/score.h"

#include <utility>

#include "libs/quiz/score/aggregate.h"
#include "libs/quiz/score/evaluate.h"
#include "libs/quiz/score/item_values.h"
#include "libs/quiz/score/outcomes.h"

namespace ladder::quiz {
namespace {

using score_internal::Evaluator;
using score_internal::Value;

void ScoreFormula(const Program& program, const Input& input, const Result& result, Index formula, ScaleScore& score) {
  Value value = Evaluator(program, input, result).Evaluate(formula);
  score.scored = value.has_value();
  if (score.scored) {
    score.raw = std::move(value.number);
  } else {
    score.why_not = value.why;
  }
}

// Forgets what an earlier scoring left, but for storage.
void Clear(ScaleScore& score) {
  score.scored = false;
  score.value = 0;
  score.raw = 0;
  score.why_not = {};
  score.missing = {};
}

// A number that no other reader may see.
void MarkOutOfRange(ScaleScore& score) {
  score.scored = false;
  score.value = 0;
  score.raw = 0;
  score.why_not = {NoValue::Reason::kOutOfRange, {}};
}

void ScoreScale(const Program& program, const Input& input, Result& result, Index index) {
  const Scale& scale = program.scales[index];
  ScaleScore& score = result.scales[index];
  Clear(score);
  if (result.gate_failed) {
    score.why_not = {NoValue::Reason::kGate, {}};
  } else if (const Index* formula = std::get_if<Index>(&scale.rule)) {
    ScoreFormula(program, input, result, *formula, score);
  } else {
    score_internal::ScoreAggregate(program, input, result, index, score);
  }
  if (score.scored) {
    score.value =
        scale.rounding.has_value() ? Round(score.raw, scale.rounding->digits, scale.rounding->mode) : score.raw;
    if (score.value.out_of_range()) MarkOutOfRange(score);
  }
  const bool nobody_named = score.why_not.subject.index == kNone;
  if (score.why_not.reason == NoValue::Reason::kOutOfRange && nobody_named) {
    score.why_not.subject = {Name::Kind::kScale, index};
  }
  score_internal::FindPlaces(program, input, result, index, score);
}

}  // namespace

void Score(const Program& program, const Input& input, Result& result) {
  result.scales.resize(program.scales.size());
  result.outcomes.assign(program.decisions.size(), program.undecided_code);
  score_internal::JudgeItems(program, input, result);
  result.gate_failed = score_internal::GateFails(program, result);
  for (const Step& step : program.evaluation_order) {
    if (step.kind == Name::Kind::kScale) {
      ScoreScale(program, input, result, step.index);
    } else {
      result.outcomes[step.index] = score_internal::Decide(program, input, result, step.index);
    }
  }
  score_internal::JudgeAlerts(program, input, result);
  score_internal::ChooseGuidance(program, input, result);
  score_internal::JudgeCompleteness(program, input, result);
}

}  // namespace ladder::quiz
