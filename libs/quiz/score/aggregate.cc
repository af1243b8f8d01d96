#include "libs/quiz/score/aggregate.h"

#include "libs/quiz/score/evaluate.h"

namespace ladder::quiz::score_internal {
namespace {

// Members counted by their states.
struct Attendance {
  std::uint32_t answered = 0;
  std::uint32_t applicable = 0;
  std::uint32_t excused = 0;   // Missing, and may be.
  Index first_absent = kNone;  // The first that is missing and may not be.

  void Count(MemberState state, bool may_miss, Index position) {
    if (state == MemberState::kLeft) return;
    ++applicable;
    if (state == MemberState::kValue) {
      ++answered;
    } else if (may_miss) {
      ++excused;
    } else if (first_absent == kNone) {
      first_absent = position;
    }
  }
};

std::uint32_t Needed(const MissingPolicy& policy, const Attendance& attendance) {
  const std::uint32_t expected = attendance.applicable - attendance.excused;
  switch (policy.need) {
    case MissingPolicy::Need::kAll:
      return expected;
    case MissingPolicy::Need::kAtLeast:
      return policy.at_least;
    case MissingPolicy::Need::kAtLeastShare:
      // A share is at most 1, and one of 60 digits times a number of members is far below 256 bits.
      return static_cast<std::uint32_t>(Ceiling(policy.share * Rational(expected)).ToInt64().value_or(expected));
  }
  return expected;
}

MissingUse JudgeNeed(const MissingPolicy& policy, const Attendance& attendance) {
  MissingUse use;
  use.answered = attendance.answered;
  use.applicable = attendance.applicable;
  use.needed = Needed(policy, attendance);
  use.met = use.answered >= use.needed;
  return use;
}

// Why a need that is not met leaves the scale unscored: a member scale tells its own reason.
NoValue WhyTooFew(const Aggregate& aggregate, const Result& result, const Attendance& attendance, Index scale) {
  if (attendance.first_absent != kNone) {
    const Member& absent = aggregate.members[attendance.first_absent];
    if (absent.kind == Name::Kind::kScale) return result.scales[absent.index].why_not;
  }
  return {NoValue::Reason::kTooFewAnswered, {Name::Kind::kScale, scale}};
}

void KeepExtreme(v1::Aggregate::Op op, const Rational& value, std::optional<Rational>& extreme) {
  const bool replaces = !extreme.has_value() || (op == v1::Aggregate::OP_MAX ? value > *extreme : value < *extreme);
  if (replaces) extreme = value;
}

// The aggregate's value. What divides or picks has a member that counts: a policy by which its need could be met
// without any answer is refused for it.
Rational Finish(const Aggregate& aggregate, const AggregateParts& parts) {
  switch (aggregate.op) {
    case v1::Aggregate::OP_MAX:
    case v1::Aggregate::OP_MIN:
      return *parts.extreme;
    case v1::Aggregate::OP_MEAN:
      return parts.total / parts.weight_counted;
    default:
      if (aggregate.missing.fill != MissingPolicy::Fill::kProrate) return parts.total;
      return parts.total * parts.weight_applicable / parts.weight_counted;
  }
}

}  // namespace

MemberState StateOfMember(const Program& program, const Result& result, const Member& member) {
  if (member.kind == Name::Kind::kItem) return StateOfItem(program, result, member.index);
  return result.scales[member.index].scored ? MemberState::kValue : MemberState::kMissing;
}

MemberReading ReadMember(const Program& program, const Input& input, const Result& result, const Aggregate& aggregate,
                         const Member& member) {
  MemberReading reading;
  reading.state = StateOfMember(program, result, member);
  if (reading.state != MemberState::kValue) return reading;
  if (member.kind == Name::Kind::kItem) {
    reading.value = ItemValue(program, input, result, member.index, aggregate.use_values);
  } else {
    reading.value = result.scales[member.index].value;
  }
  return reading;
}

std::optional<Rational> CountedValue(const Aggregate& aggregate, const MemberReading& reading) {
  if (reading.state == MemberState::kMissing && aggregate.missing.fill == MissingPolicy::Fill::kValue) {
    return aggregate.missing.value;
  }
  return reading.value;
}

AggregateParts AddUp(const Program& program, const Input& input, const Result& result, const Aggregate& aggregate) {
  const Evaluator evaluator(program, input, result);
  const bool counts = aggregate.op == v1::Aggregate::OP_COUNT;
  AggregateParts parts;
  for (const Member& member : aggregate.members) {
    const MemberReading reading = ReadMember(program, input, result, aggregate, member);
    if (reading.state == MemberState::kLeft) continue;
    const Rational weight = counts ? Rational(1) : member.weight;
    parts.weight_applicable += weight;
    const std::optional<Rational> value = CountedValue(aggregate, reading);
    if (!value.has_value()) continue;
    if (value->out_of_range()) {
      parts.why_not = NoValue{NoValue::Reason::kOutOfRange, {member.kind, member.index}};
      return parts;
    }
    parts.weight_counted += weight;
    if (counts) {
      const Value meets = evaluator.Evaluate(aggregate.where, &*value);
      if (!meets.has_value()) {
        parts.why_not = meets.why;
        return parts;
      }
      if (meets.truth) parts.total += 1;
    } else if (aggregate.op == v1::Aggregate::OP_MAX || aggregate.op == v1::Aggregate::OP_MIN) {
      KeepExtreme(aggregate.op, *value, parts.extreme);
    } else {
      parts.total += weight * *value;
    }
  }
  return parts;
}

void ScoreAggregate(const Program& program, const Input& input, const Result& result, Index scale, ScaleScore& score) {
  const Aggregate& aggregate = std::get<Aggregate>(program.scales[scale].rule);
  Attendance attendance;
  for (Index position = 0; position < aggregate.members.size(); ++position) {
    const Member& member = aggregate.members[position];
    attendance.Count(StateOfMember(program, result, member), member.may_miss, position);
  }
  score.missing = JudgeNeed(aggregate.missing, attendance);
  if (attendance.applicable == 0) {
    score.missing.met = false;
    score.why_not = {NoValue::Reason::kNoneApplicable, {Name::Kind::kScale, scale}};
    return;
  }
  if (!score.missing.met) {
    score.why_not = WhyTooFew(aggregate, result, attendance, scale);
    return;
  }
  const AggregateParts parts = AddUp(program, input, result, aggregate);
  if (parts.why_not.has_value()) {
    score.why_not = *parts.why_not;
    return;
  }
  score.scored = true;
  score.raw = Finish(aggregate, parts);
}

bool GateFails(const Program& program, const Result& result) {
  if (!program.gate.has_value()) return false;
  const Gate& gate = *program.gate;
  Attendance attendance;
  for (Index position = 0; position < gate.members.size(); ++position) {
    const Member& member = gate.members[position];
    attendance.Count(StateOfItem(program, result, member.index), member.may_miss, position);
  }
  return !JudgeNeed(gate.need, attendance).met;
}

}  // namespace ladder::quiz::score_internal
