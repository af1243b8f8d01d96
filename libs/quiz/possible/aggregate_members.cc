#include "libs/quiz/possible/aggregate_members.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "libs/quiz/possible/extremes.h"
#include "libs/quiz/possible/item_outcomes.h"

namespace ladder::quiz {
namespace {

// Members with up to so many values are put into `where` one value at a time, which misses no connection between the
// places where it names `it`.
constexpr std::size_t kValuesTriedInWhere = 64;
// On the set of one member, until the aggregate's range is there.
constexpr std::size_t kOperationsPerMember = 6;

// What `where` makes of a set of numbers: some of {0, 1}, and perhaps no value.
struct Indicator {
  NumberSet number;
  bool may_be_none = false;
  Exactness exactness = Exactness::kAll;
  Sources sources;  // Of what `where` reads besides `it`.

  void Include(const AbstractValue& truth, const AnalysisLimits& limits) {
    if (truth.may_be_true) number = Union(number, NumberSet::Of(Rational(1)), limits);
    if (truth.may_be_false) number = Union(number, NumberSet::Of(Rational(0)), limits);
    may_be_none = may_be_none || truth.may_be_none;
    exactness = std::min(exactness, truth.exactness);
    sources.Add(truth.sources);
  }
};

Indicator IndicatorOf(const Facts& facts, Index where, const NumberSet& set) {
  Indicator indicator;
  if (set.bounded() && set.CountUpTo(facts.limits.exhausted() ? 1 : kValuesTriedInWhere).has_value()) {
    for (const Rational& value : set.Points()) {
      const AbstractValue it = NumberIn(NumberSet::Of(value));
      indicator.Include(RangeOfExpression(facts, where, &it), facts.limits);
    }
    // Values that may not be reached themselves show nothing.
    if (set.exactness() != Exactness::kAll && indicator.number.CountUpTo(1) != 1) {
      indicator.exactness = Exactness::kOuter;
    }
    return indicator;
  }
  AbstractValue it = NumberIn(set);
  it.LowerExactness(Exactness::kOuter);
  indicator.Include(RangeOfExpression(facts, where, &it), facts.limits);
  indicator.exactness = Exactness::kOuter;
  return indicator;
}

struct ReadMember {
  AbstractMember member;
  Exactness exactness = Exactness::kAll;
  Sources sources;
};

ReadMember ReadOne(const Facts& facts, const Aggregate& aggregate, const Member& member) {
  ReadMember read;
  read.member.excused = member.may_miss;
  read.member.weight = aggregate.op == v1::Aggregate::OP_COUNT ? Rational(1) : member.weight;
  if (member.kind == Name::Kind::kItem) {
    const ItemOutcomes& item = (*facts.items)[member.index];
    read.member.number = aggregate.use_values == kNone
                             ? item.number
                             : NumbersOfItem(facts.program->items[member.index], facts.AnswerTo(member.index), item,
                                             aggregate.use_values, *facts.memory, facts.limits);
    read.member.may_have_value = item.may_have_value;
    read.member.may_be_missing = item.may_be_missing;
    read.member.may_have_left = item.may_have_left;
    read.exactness = item.exactness;
    read.sources = item.sources;
    if (item.is_certain() && read.member.number.is_single()) read.sources.Clear();
  } else {
    const AbstractValue& scale = (*facts.scales)[member.index];
    read.member.number = scale.number;
    read.member.may_have_value = !scale.number.empty();
    read.member.may_be_missing = scale.may_be_none;
    read.exactness = scale.exactness;
    read.sources = scale.sources;
  }
  if (!read.member.number.empty()) read.exactness = std::min(read.exactness, read.member.number.exactness());
  return read;
}

}  // namespace

AbstractMembers ReadMembers(const Facts& facts, const Aggregate& aggregate) {
  AbstractMembers all;
  if (aggregate.missing.fill == MissingPolicy::Fill::kValue) all.fill = NumberSet::Of(aggregate.missing.value);
  const bool counts = aggregate.op == v1::Aggregate::OP_COUNT;
  for (const Member& member : aggregate.members) {
    ReadMember read = ReadOne(facts, aggregate, member);
    facts.limits.Spend(kOperationsPerMember * read.member.number.steps());
    all.given_up = facts.limits.gives_up();
    if (all.given_up) return all;
    if (counts && read.member.may_have_value) {
      const Indicator indicator = IndicatorOf(facts, aggregate.where, read.member.number);
      read.member.number = indicator.number;
      read.member.may_have_value = !indicator.number.empty();
      all.may_be_silent = all.may_be_silent || indicator.may_be_none;
      read.exactness = std::min(read.exactness, indicator.exactness);
      if (read.sources.Overlaps(indicator.sources)) all.exactness = Exactness::kOuter;
      read.sources.Add(indicator.sources);
    }
    all.exactness = std::min(all.exactness, read.exactness);
    if (all.sources.Overlaps(read.sources)) all.exactness = Exactness::kOuter;
    all.sources.Add(read.sources);
    all.members.push_back(std::move(read.member));
  }
  if (counts && !all.fill.empty()) {
    const Indicator indicator = IndicatorOf(facts, aggregate.where, all.fill);
    all.fill = indicator.number;
    all.may_be_silent = all.may_be_silent || indicator.may_be_none;
    if (!all.fill.is_single()) all.exactness = Exactness::kOuter;
  }
  return all;
}

NeedOutcomes JudgeNeed(const MissingPolicy& policy, const std::vector<AbstractMember>& members) {
  const bool may_not_be_absent = policy.need == MissingPolicy::Need::kAll;
  const bool share = policy.need == MissingPolicy::Need::kAtLeastShare;
  NeedOutcomes outcomes;
  outcomes.all_may_have_left = true;
  outcomes.may_be_met_by_none = policy.need != MissingPolicy::Need::kAtLeast;
  std::size_t most_answered = 0;
  std::size_t least_missing = 0;
  std::size_t least_answered = 0;
  std::size_t most_missing = 0;
  bool some_may_stay = false;
  for (const AbstractMember& member : members) {
    const bool may_count_as_missing = member.may_be_missing && !member.excused;
    const bool may_be_uncounted = member.may_have_left || (member.may_be_missing && member.excused);
    outcomes.all_may_have_left = outcomes.all_may_have_left && member.may_have_left;
    some_may_stay = some_may_stay || member.may_have_value || member.may_be_missing;
    outcomes.may_be_met_by_none = outcomes.may_be_met_by_none && may_be_uncounted;
    // The best case for the need is a value, then an absence that does not count.
    if (member.may_have_value) {
      ++most_answered;
    } else if (!may_be_uncounted) {
      ++least_missing;
    }
    // The worst is an absence that counts, then one that does not. Of a share, a value is the best there is.
    if (may_count_as_missing) {
      ++most_missing;
    } else if (!may_be_uncounted) {
      ++least_answered;
    }
  }
  outcomes.may_be_met = some_may_stay && MeetsNeed(policy, most_answered, least_missing);
  outcomes.may_fail =
      may_not_be_absent ? most_missing > 0 : !MeetsNeed(policy, least_answered, share ? most_missing : 0);
  return outcomes;
}

}  // namespace ladder::quiz
