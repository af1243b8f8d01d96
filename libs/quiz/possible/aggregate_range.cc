#include "libs/quiz/possible/aggregate_range.h"

#include <algorithm>
#include <initializer_list>
#include <iterator>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "libs/quiz/possible/aggregate_members.h"
#include "libs/quiz/possible/extremes.h"

namespace ladder::quiz {
namespace {

using Op = v1::Aggregate;
using Fill = MissingPolicy::Fill;

Rational Count(std::size_t n) { return Rational(static_cast<std::int64_t>(n)); }

// Bits of a sum of any of the members and of what it is multiplied and divided by.
struct Bits {
  int numerator = 1;
  int denominator = 1;
};

// The same for any sum of one number from each of some of the sets, or from what stands `instead` of it.
Bits BitsOfSum(const std::vector<NumberSet>& parts, const std::vector<NumberSet>& instead = {}) {
  int magnitude = 0;
  Denominators denominators;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    Denominators of_part;
    for (const NumberSet* set : {&parts[i], i < instead.size() ? &instead[i] : nullptr}) {
      if (set == nullptr || set->empty()) continue;
      magnitude = std::max(magnitude, set->magnitude_bits());
      of_part = DenominatorsOfEither(of_part, set->denominators());
    }
    denominators = DenominatorsOfSum(denominators, of_part);
  }
  return {magnitude + MagnitudeBits(Count(parts.size() + 1)) + denominators.bits, denominators.bits};
}

Bits Larger(const Bits& a, const Bits& b) {
  return {std::max(a.numerator, b.numerator), std::max(a.denominator, b.denominator)};
}

class AggregateAnalysis {
 public:
  AggregateAnalysis(const Facts& facts, const Aggregate& aggregate, const std::string& path)
      : facts_(facts), aggregate_(aggregate), path_(path), policy_(aggregate.missing) {}

  AbstractValue Run() {
    all_ = ReadMembers(facts_, aggregate_);
    if (all_.given_up) return Unknown();
    for (const AbstractMember& member : all_.members) {
      if (!member.number.bounded()) {
        // Of scales and of plain values somebody else has told; sums of named values are read here alone.
        return aggregate_.use_values == kNone ? Unknown() : TooLarge();
      }
      some_may_be_absent_ = some_may_be_absent_ || MayBeAbsentUnderNeed(policy_, member);
      some_may_have_left_ = some_may_have_left_ || member.may_have_left;
      weights_are_equal_ = weights_are_equal_ && member.weight == all_.members.front().weight;
    }
    filled_ = !all_.fill.empty();
    AbstractValue value;
    value.sources = all_.sources;
    value.exactness = all_.exactness;
    value.may_be_none = MayBeNone();
    if (!Weigh()) return TooLarge();
    value.number = Values();
    if (!value.number.bounded()) return TooLarge();
    if (value.number.empty()) value.may_be_none = true;
    value.LowerExactness(all_.exactness);
    value.Settle();
    return value;
  }

 private:
  AbstractValue Unknown() const {
    AbstractValue value;
    value.number = NumberSet::Unbounded();
    value.may_be_none = true;
    value.sources = all_.sources;
    value.exactness = Exactness::kOuter;
    return value;
  }

  AbstractValue TooLarge() const {
    if (facts_.faults != nullptr) facts_.faults->Error(path_, kTooLargeMessage);
    return Unknown();
  }

  bool MayBeNone() const {
    const NeedOutcomes need = JudgeNeed(policy_, all_.members);
    const bool needs_a_value = aggregate_.op == Op::OP_MEAN || aggregate_.op == Op::OP_MAX ||
                               aggregate_.op == Op::OP_MIN || policy_.fill == Fill::kProrate;
    return need.may_fail || need.all_may_have_left || all_.may_be_silent || (needs_a_value && need.may_be_met_by_none);
  }

  // Fills weighted_, weighted_fill_, total_weight_ and bits_; false if a number may get too large.
  bool Weigh() {
    std::vector<NumberSet> weights;
    for (const AbstractMember& member : all_.members) {
      const NumberSet& set = member.number;
      const NumberSet weight = NumberSet::Of(member.weight);
      for (const NumberSet* counted : std::initializer_list<const NumberSet*>{&set, &all_.fill}) {
        if (counted->empty()) continue;
        if (!Fits(counted->numerator_bits() + weight.numerator_bits(),
                  counted->denominator_bits() + weight.denominator_bits())) {
          return false;
        }
      }
      weights.push_back(weight);
      weighted_.push_back(Scaled(set, member.weight));
      weighted_fill_.push_back(Scaled(all_.fill, member.weight));
    }
    Bits sum = BitsOfSum(weighted_, weighted_fill_);
    if (aggregate_.op == Op::OP_MEAN) {
      // Equal weights cancel out, so that the search adds the numbers as they are.
      std::vector<NumberSet> numbers;
      for (const AbstractMember& member : all_.members) numbers.push_back(member.number);
      sum = Larger(sum, BitsOfSum(numbers, std::vector<NumberSet>(numbers.size(), all_.fill)));
    }
    const Bits weight = BitsOfSum(weights);
    if (!Fits(sum.numerator, sum.denominator) || !Fits(weight.numerator, weight.denominator)) return false;
    for (const AbstractMember& member : all_.members) total_weight_ += member.weight;
    bits_ = sum;
    if (aggregate_.op == Op::OP_MEAN) {
      bits_ = {sum.numerator + weight.denominator, sum.denominator + weight.numerator};
    } else if (policy_.fill == Fill::kProrate) {
      bits_ = {sum.numerator + weight.numerator + weight.denominator,
               sum.denominator + weight.numerator + weight.denominator};
    }
    return Fits(bits_.numerator, bits_.denominator);
  }

  static bool Fits(int numerator_bits, int denominator_bits) {
    return std::max(numerator_bits, denominator_bits) <= kMostBits;
  }

  NumberSet Values() const {
    switch (aggregate_.op) {
      case Op::OP_MEAN:
        return Means();
      case Op::OP_MAX:
        return Largest();
      case Op::OP_MIN:
        return Smallest();
      default:
        return policy_.fill == Fill::kProrate && some_may_be_absent_ ? ProratedSums() : Sums();
    }
  }

  // The members for the search. `mirrored`: with every number negated, so that the lowest is the highest.
  std::vector<SearchMember> SearchMembers(bool mirrored, bool weighted) const {
    std::vector<SearchMember> members;
    members.reserve(all_.members.size());
    for (std::size_t i = 0; i < all_.members.size(); ++i) {
      const AbstractMember& from = all_.members[i];
      SearchMember member;
      member.may_have_value = from.may_have_value && !from.number.empty();
      member.may_be_missing = from.may_be_missing;
      member.may_have_left = from.may_have_left;
      member.excused = from.excused;
      member.weight = from.weight;
      if (member.may_have_value) member.value = Least(weighted ? weighted_[i] : from.number, mirrored);
      if (filled_) member.missing_value = Least(weighted ? weighted_fill_[i] : all_.fill, mirrored);
      members.push_back(std::move(member));
    }
    return members;
  }

  static Rational Least(const NumberSet& set, bool mirrored) { return mirrored ? -set.high() : set.low(); }

  struct Ends {
    std::map<std::size_t, std::pair<Rational, Rational>> by_divisor;
    bool exact = true;
    bool in_range = true;   // As SearchResult has it.
    bool given_up = false;  // Nothing is known of them.
  };

  // By classes of members where these tell all, else by trying every state, where that is few.
  SearchResult Search(const std::vector<SearchMember>& members, const SearchTask& task) const {
    const bool is_mean = task.result == SearchTask::Result::kMean || task.result == SearchTask::Result::kProrated ||
                         task.result == SearchTask::Result::kFilledMean;
    SearchResult result;
    result.exact = false;
    result.given_up = true;
    if (!is_mean || weights_are_equal_) result = FindLowest(members, task, facts_.limits);
    const bool by_states = is_mean ? !weights_are_equal_ : task.result == SearchTask::Result::kSum;
    if (result.exact || !by_states) return result;
    return FindLowestOfAllStates(members, task, facts_.limits).value_or(std::move(result));
  }

  Ends FindEnds(SearchTask::Result result, SearchTask::Result mirrored_result, bool weighted) const {
    SearchTask task;
    task.policy = policy_;
    task.filled = filled_;
    task.result = result;
    if (filled_) task.fill = Least(all_.fill, false);
    const SearchResult low = Search(SearchMembers(false, weighted), task);
    task.result = mirrored_result;
    if (filled_) task.fill = Least(all_.fill, true);
    const SearchResult high = Search(SearchMembers(true, weighted), task);
    Ends ends;
    ends.exact = low.exact && high.exact;
    ends.in_range = low.in_range && high.in_range;
    ends.given_up = low.given_up || high.given_up;
    for (const auto& [divisor, value] : low.lowest) {
      const auto mirrored = high.lowest.find(divisor);
      if (mirrored == high.lowest.end()) continue;  // Both searches find the same divisors.
      ends.by_divisor.emplace(divisor, std::pair(value, -mirrored->second));
    }
    return ends;
  }

  // The part of `set` between the ends that the policy allows.
  NumberSet Clipped(NumberSet set, const Ends& ends, Exactness exactness) const {
    if (!ends.in_range) return NumberSet::Unbounded();
    if (ends.given_up) {
      set.LowerExactness(Exactness::kOuter);
      return set;
    }
    if (ends.by_divisor.empty()) return NumberSet();
    const auto& [low, high] = ends.by_divisor.begin()->second;
    NumberSet clipped = set.Within(Bound{low}, Bound{high});
    clipped.SetExactness(ends.exact ? exactness : Exactness::kOuter);
    return clipped;
  }

  // All that one member may add to a sum.
  NumberSet Contribution(std::size_t i) const {
    const AbstractMember& member = all_.members[i];
    const NumberSet nothing = NumberSet::Of(Rational(0));
    NumberSet added = member.may_have_value ? weighted_[i] : NumberSet();
    if (member.may_have_left) added = Union(added, nothing, facts_.limits);
    if (MayBeAbsentUnderNeed(policy_, member)) {
      added = Union(added, filled_ ? weighted_fill_[i] : nothing, facts_.limits);
    }
    return added;
  }

  NumberSet Sums() const {
    NumberSet sums = NumberSet::Of(Rational(0));
    bool some_always_there = false;
    for (std::size_t i = 0; i < all_.members.size(); ++i) {
      sums = Add(sums, Contribution(i), facts_.limits);
      const AbstractMember& member = all_.members[i];
      some_always_there = some_always_there || (!member.may_have_left && !MayBeAbsentUnderNeed(policy_, member));
    }
    if (sums.empty()) return sums;
    // Where the policy forbids no combination of what members may add, every sum of them is reached.
    const bool free_choice = policy_.need == MissingPolicy::Need::kAll && some_always_there;
    const Exactness exactness = free_choice ? sums.exactness() : std::min(sums.exactness(), Exactness::kEnds);
    return Clipped(sums, FindEnds(SearchTask::Result::kSum, SearchTask::Result::kSum, /*weighted=*/true), exactness);
  }

  NumberSet Means() const {
    const bool some_left_out = some_may_be_absent_ && !filled_;
    if (!some_may_have_left_ && !some_left_out) {
      if (total_weight_.sign() == 0) return NumberSet::Unbounded();
      return Scaled(Sums(), Rational(1) / total_weight_);
    }
    const auto result = filled_ ? SearchTask::Result::kFilledMean : SearchTask::Result::kMean;
    const Ends ends = FindEnds(result, result, /*weighted=*/!weights_are_equal_);
    if (!weights_are_equal_ || ends.given_up) return BetweenEnds(ends, MeanHull());
    const NumberSet values = UnionOfMembers(/*weighted=*/false);
    return ByDivisor(ends, [&](std::size_t divisor) {
      return values.grid().has_value() ? std::optional(*values.grid() / Count(divisor)) : std::nullopt;
    });
  }

  // The numbers between ends that all states were tried for; the hull where they were too many.
  NumberSet BetweenEnds(const Ends& ends, const NumberSet& hull) const {
    if (!ends.in_range) return NumberSet::Unbounded();
    if (!ends.exact) return hull;
    if (ends.by_divisor.empty()) return NumberSet();
    const auto& [low, high] = ends.by_divisor.begin()->second;
    return NumberSet::Interval(low, high, DenominatorsOfBits(bits_.denominator));
  }

  // A mean lies between the least and the greatest of what it is made of, whatever the weights.
  NumberSet MeanHull() const {
    NumberSet hull = all_.fill;
    for (const AbstractMember& member : all_.members) {
      if (!member.may_have_value) continue;
      const NumberSet& set = member.number;
      hull = hull.empty() ? set
                          : NumberSet::Interval(std::min(hull.low(), set.low()), std::max(hull.high(), set.high()),
                                                DenominatorsOfBits(bits_.denominator));
    }
    if (!hull.empty()) hull = NumberSet::Interval(hull.low(), hull.high(), DenominatorsOfBits(bits_.denominator));
    hull.SetExactness(Exactness::kOuter);
    return hull;
  }

  NumberSet ProratedSums() const {
    const auto result = SearchTask::Result::kProrated;
    const Ends ends = FindEnds(result, result, /*weighted=*/true);
    if (!weights_are_equal_ || ends.given_up) return BetweenEnds(ends, ProratedHull());
    const NumberSet values = UnionOfMembers(/*weighted=*/true);
    const std::size_t members = all_.members.size();
    // The sum of a of n members lies on a * low + grid * Z, so n / a of it on n * low + n / a * grid * Z. Where members
    // leave, n varies and multiples of `low` come in between.
    const auto step = [&](std::size_t divisor) -> std::optional<Rational> {
      if (!values.grid().has_value()) return std::nullopt;
      if (!some_may_have_left_) return *values.grid() * Count(members) / Count(divisor);
      const Rational low = values.low().sign() < 0 ? -values.low() : values.low();
      return CommonDivisor(low, *values.grid() / Count(divisor));
    };
    return ByDivisor(ends, step);
  }

  NumberSet ProratedHull() const {
    const NumberSet mean = MeanHull();
    if (mean.empty()) return mean;
    Rational least_weight;
    std::optional<Rational> lightest;
    for (const AbstractMember& member : all_.members) {
      if (!member.may_have_left) least_weight += member.weight;
      if (!lightest.has_value() || member.weight < *lightest) lightest = member.weight;
    }
    least_weight = std::max(least_weight, *lightest);
    const Rational corners[] = {mean.low() * least_weight, mean.low() * total_weight_, mean.high() * least_weight,
                                mean.high() * total_weight_};
    const auto [low, high] = std::minmax_element(std::begin(corners), std::end(corners));
    NumberSet hull = NumberSet::Interval(*low, *high, DenominatorsOfBits(bits_.denominator));
    hull.SetExactness(Exactness::kOuter);
    return hull;
  }

  NumberSet Largest() const {
    return Clipped(UnionOfMembers(/*weighted=*/false),
                   FindEnds(SearchTask::Result::kLargest, SearchTask::Result::kSmallest, /*weighted=*/false),
                   Exactness::kEnds);
  }

  NumberSet Smallest() const {
    return Clipped(UnionOfMembers(/*weighted=*/false),
                   FindEnds(SearchTask::Result::kSmallest, SearchTask::Result::kLargest, /*weighted=*/false),
                   Exactness::kEnds);
  }

  // Every number that some member may count as.
  NumberSet UnionOfMembers(bool weighted) const {
    NumberSet values;
    for (std::size_t i = 0; i < all_.members.size(); ++i) {
      const AbstractMember& member = all_.members[i];
      if (member.may_have_value) values = Union(values, weighted ? weighted_[i] : member.number, facts_.limits);
      if (filled_ && MayBeAbsentUnderNeed(policy_, member)) {
        values = Union(values, weighted ? weighted_fill_[i] : all_.fill, facts_.limits);
      }
    }
    return values;
  }

  // For each divisor an interval with a grid of its own, joined.
  template <typename StepOf>
  NumberSet ByDivisor(const Ends& ends, StepOf step_of) const {
    if (!ends.in_range) return NumberSet::Unbounded();
    std::vector<NumberSet> parts;
    for (const auto& [divisor, end] : ends.by_divisor) {
      const auto& [low, high] = end;
      const std::optional<Rational> step = step_of(divisor);
      const bool on_grid = step.has_value() && step->sign() > 0 && ((high - low) / *step).is_integer();
      parts.push_back(low == high ? NumberSet::Of(low)
                      : on_grid   ? NumberSet::Progression(low, high, *step)
                                  : NumberSet::Interval(low, high, DenominatorsOfBits(bits_.denominator)));
    }
    NumberSet joined = UnionOf(parts, facts_.limits);
    joined.SetExactness(ends.exact ? Exactness::kEnds : Exactness::kOuter);
    return joined;
  }

  const Facts& facts_;
  const Aggregate& aggregate_;
  const std::string& path_;
  const MissingPolicy& policy_;
  AbstractMembers all_;
  bool filled_ = false;
  bool some_may_be_absent_ = false;  // Missing, while the aggregate still scores.
  bool some_may_have_left_ = false;
  bool weights_are_equal_ = true;
  Rational total_weight_;
  std::vector<NumberSet> weighted_;       // Members' numbers times their weights.
  std::vector<NumberSet> weighted_fill_;  // What stands for them where they are missing, likewise.
  Bits bits_;                             // Of any result, and of the steps to it.
};

}  // namespace

AbstractValue RangeOfAggregate(const Facts& facts, const Aggregate& aggregate, const std::string& path) {
  return AggregateAnalysis(facts, aggregate, path).Run();
}

}  // namespace ladder::quiz
