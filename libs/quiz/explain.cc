// How each scale came about: what its members gave, then the steps. Contributions add up to the first step's value.

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "libs/quiz/limits.h"
#include "libs/quiz/render.h"
#include "libs/quiz/render_internal.h"
#include "libs/quiz/score/aggregate.h"
#include "libs/quiz/score/evaluate.h"

namespace ladder::quiz {
namespace {

using score_internal::AggregateParts;
using score_internal::MemberReading;
using score_internal::MemberState;

void AddStep(absl::string_view name, v1::Value value, v1::Explanation& out) {
  v1::Step& step = *out.add_steps();
  step.set_name(std::string(name));
  *step.mutable_value() = std::move(value);
}

absl::string_view NameOf(v1::Aggregate::Op op) {
  switch (op) {
    case v1::Aggregate::OP_COUNT:
      return "count";
    case v1::Aggregate::OP_MAX:
      return "max";
    case v1::Aggregate::OP_MIN:
      return "min";
    default:
      return "sum";
  }
}

// The name that a node reads, if it reads one.
std::optional<Name> NameRead(const Node& node) {
  switch (node.op) {
    case Op::kItem:
    case Op::kHasItem:
    case Op::kChosen:
      return Name{Name::Kind::kItem, node.index};
    case Op::kScale:
    case Op::kHasScale:
    case Op::kBand:
    case Op::kRange:
      return Name{Name::Kind::kScale, node.index};
    case Op::kDecision:
    case Op::kHasDecision:
      return Name{Name::Kind::kDecision, node.index};
    case Op::kContext:
    case Op::kHasContext:
      return Name{Name::Kind::kContext, node.index};
    default:
      return std::nullopt;
  }
}

// Explains one scale after the other, until there are too many bytes.
class Explainer {
 public:
  Explainer(const Program& program, const Input& input, const Result& result)
      : program_(program), input_(input), result_(result) {}

  bool is_too_large() const { return bytes_ > kMaxExplanationBytes; }

  void Explain(Index index, v1::Explanation& out) {
    const Scale& scale = program_.scales[index];
    const ScaleScore& score = result_.scales[index];
    out.set_scale(scale.id);
    if (const Aggregate* aggregate = std::get_if<Aggregate>(&scale.rule)) {
      ExplainAggregate(*aggregate, score, out);
    } else {
      ExplainFormula(program_.expressions[std::get<Index>(scale.rule)], score, out);
    }
    if (score.scored && scale.rounding.has_value()) AddStep("round", RenderValue(score.value, scale), out);
    bytes_ += out.formula().size();
    for (const v1::Step& step : out.steps()) bytes_ += step.ByteSizeLong();
  }

 private:
  void ExplainAggregate(const Aggregate& aggregate, const ScaleScore& score, v1::Explanation& out) {
    for (const Member& member : aggregate.members) {
      if (is_too_large()) return;
      ExplainMember(aggregate, member, score, *out.add_contributions());
      Count(out);
    }
    if (!score.scored) return;
    const AggregateParts parts = score_internal::AddUp(program_, input_, result_, aggregate);
    AddStep(NameOf(aggregate.op), RenderNumber(parts.extreme.value_or(parts.total)), out);
    if (aggregate.op == v1::Aggregate::OP_MEAN) {
      AddStep("mean", RenderNumber(score.raw), out);
    } else if (aggregate.missing.fill == MissingPolicy::Fill::kProrate) {
      AddStep("prorate", RenderNumber(score.raw), out);
    }
  }

  void ExplainMember(const Aggregate& aggregate, const Member& member, const ScaleScore& score,
                     v1::Contribution& out) const {
    const MemberReading reading = score_internal::ReadMember(program_, input_, result_, aggregate, member);
    Describe({member.kind, member.index}, out);
    const std::optional<Rational> counted =
        score.scored ? score_internal::CountedValue(aggregate, reading) : reading.value;
    if (reading.state == MemberState::kMissing && counted.has_value()) out.set_state(v1::Contribution::STATE_FILLED);
    if (member.weight != Rational(1)) *out.mutable_weight() = RenderNumber(member.weight);
    if (!counted.has_value() || counted->out_of_range()) {
      out.clear_value();
      return;
    }
    *out.mutable_value() = RenderMemberValue(member, *counted);
    if (score.scored) Contribute(aggregate, member, *counted, out);
  }

  // What the member added. The largest and the smallest add nothing.
  void Contribute(const Aggregate& aggregate, const Member& member, const Rational& value,
                  v1::Contribution& out) const {
    if (aggregate.op == v1::Aggregate::OP_COUNT) {
      const score_internal::Evaluator evaluator(program_, input_, result_);
      *out.mutable_contribution() = RenderNumber(evaluator.Evaluate(aggregate.where, &value).truth ? 1 : 0);
    } else if (aggregate.op == v1::Aggregate::OP_SUM || aggregate.op == v1::Aggregate::OP_MEAN) {
      *out.mutable_contribution() = RenderNumber(member.weight * value);
    }
  }

  v1::Value RenderMemberValue(const Member& member, const Rational& value) const {
    return member.kind == Name::Kind::kScale ? RenderBeside(value, program_.scales[member.index]) : RenderNumber(value);
  }

  void ExplainFormula(const Expression& formula, const ScaleScore& score, v1::Explanation& out) {
    out.set_formula(formula.text);
    absl::flat_hash_set<std::string> seen;
    for (const Node& node : formula.nodes) {
      const std::optional<Name> name = NameRead(node);
      if (!name.has_value() || !seen.insert(IdOf(program_, *name)).second) continue;
      if (is_too_large()) return;
      Describe(*name, *out.add_contributions());
      Count(out);
    }
    if (score.scored) AddStep("formula", RenderNumber(score.raw), out);
  }

  // A name as it stands: its state, the answer and the value.
  void Describe(const Name& name, v1::Contribution& out) const {
    out.set_member(IdOf(program_, name));
    switch (name.kind) {
      case Name::Kind::kItem:
        return DescribeItem(name.index, out);
      case Name::Kind::kScale:
        return DescribeScale(name.index, out);
      case Name::Kind::kContext:
        return DescribeContext(name.index, out);
      case Name::Kind::kDecision: {
        const Index outcome = result_.outcomes[name.index];
        out.set_state(StateOf(outcome != program_.undecided_code));
        out.set_answer(program_.codes[outcome]);
        return;
      }
      default:
        return;
    }
  }

  static v1::Contribution::State StateOf(bool has_value) {
    return has_value ? v1::Contribution::STATE_COUNTED : v1::Contribution::STATE_MISSING;
  }

  void DescribeItem(Index item, v1::Contribution& out) const {
    const MemberState state = score_internal::StateOfItem(program_, result_, item);
    out.set_state(state == MemberState::kLeft ? v1::Contribution::STATE_LEFT : StateOf(state == MemberState::kValue));
    const ItemState shown = result_.items[item];
    // What was sent for an item that is not shown was not used.
    if (shown != ItemState::kHidden && shown != ItemState::kUndecided) out.set_answer(AnswerOf(item));
    const std::optional<Rational> value = score_internal::ItemValue(program_, input_, result_, item);
    if (value.has_value() && !value->out_of_range()) *out.mutable_value() = RenderNumber(*value);
  }

  void DescribeScale(Index scale, v1::Contribution& out) const {
    const ScaleScore& score = result_.scales[scale];
    out.set_state(StateOf(score.scored));
    if (!score.scored) return;
    *out.mutable_value() = RenderValue(score.value, program_.scales[scale]);
    out.set_answer(out.value().decimal());
  }

  void DescribeContext(Index index, v1::Contribution& out) const {
    const ContextInput& context = input_.context[index];
    out.set_state(StateOf(context.present));
    if (!context.present) return;
    if (program_.context[index].kind == ContextValue::Kind::kCodes) {
      out.set_answer(program_.codes[context.code]);
      return;
    }
    *out.mutable_value() = RenderNumber(context.number);
    out.set_answer(out.value().decimal());
  }

  // Never free text.
  std::string AnswerOf(Index index) const {
    const Item& item = program_.items[index];
    const AnswerValue& answer = input_.answers[index];
    if (!answer.given) return "";
    switch (item.kind) {
      case Item::Kind::kSingleChoice:
        return item.options[answer.option].id;
      case Item::Kind::kMultipleChoice: {
        std::string ids;
        for (const Index option : answer.options)
          absl::StrAppend(&ids, ids.empty() ? "" : ", ", item.options[option].id);
        return ids;
      }
      case Item::Kind::kNumber:
        return RenderNumber(answer.number).decimal();
      case Item::Kind::kFreeText:
        return "";
    }
    return "";
  }

  // The last contribution.
  void Count(const v1::Explanation& out) {
    bytes_ += out.contributions(out.contributions_size() - 1).ByteSizeLong() + kBytesOfAFrame;
  }

  // Of a message in a list, besides its own bytes.
  static constexpr std::size_t kBytesOfAFrame = 4;

  const Program& program_;
  const Input& input_;
  const Result& result_;
  std::size_t bytes_ = 0;
};

}  // namespace

bool RenderExplanations(const Program& program, const Input& input, const Result& result, v1::QuizResult& out) {
  Explainer explainer(program, input, result);
  for (const Step& step : program.evaluation_order) {
    if (step.kind == Name::Kind::kScale) explainer.Explain(step.index, *out.add_explanations());
    if (!explainer.is_too_large()) continue;
    out.clear_explanations();
    return false;
  }
  return true;
}

}  // namespace ladder::quiz
