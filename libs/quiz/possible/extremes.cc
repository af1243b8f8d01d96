#include "libs/quiz/possible/extremes.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

namespace ladder::quiz {
namespace {

// What the absence of a member may mean, as bits.
enum Absence : unsigned {
  kNever = 0,      // It always has a value.
  kCounted = 1,    // Missing, and counts against the need.
  kUncounted = 2,  // Missing, and does not.
  kGone = 4,       // It has left.
  kClasses = 8,
};

unsigned AbsenceOf(const SearchMember& member, const MissingPolicy& policy) {
  unsigned absence = member.may_have_left ? kGone : kNever;
  if (!member.may_be_missing) return absence;
  if (member.excused || policy.need == MissingPolicy::Need::kAtLeast) return absence | kUncounted;
  if (policy.need == MissingPolicy::Need::kAtLeastShare) return absence | kCounted;
  return absence;  // All are needed: a form in which it is missing does not score.
}

// Members whose absence may mean the same.
struct Class {
  std::vector<Rational> costs;  // Of answering; ascending once sorted.
  std::vector<Rational> least;  // least[n]: what n answered ones come to at least, from n = 1.
  std::size_t always_absent = 0;
};

class Search {
 public:
  Search(const std::vector<SearchMember>& members, const SearchTask& task) : members_(members), task_(task) {}

  SearchResult Run(const AnalysisLimits& limits) {
    if (!Classify(/*merged=*/false)) return result_;
    const std::size_t steps = StepsToTry(members_);
    const bool tries_all = Combinations() <= limits.combinations && limits.Afford(Combinations() * steps);
    if (!tries_all) {
      result_.exact = false;
      Classify(/*merged=*/true);
      result_.given_up = !limits.Afford(Combinations() * steps);
    }
    if (result_.given_up) return result_;
    for (Class& one : classes_) SortAndCombine(one);
    std::array<std::size_t, kClasses> answered{};
    answered[0] = classes_[0].costs.size();
    do {
      Try(answered);
    } while (Advance(answered));
    return result_;
  }

 private:
  // Only where missing members count towards the result does it matter how many of the absent ones have left.
  bool AbsenceMatters() const {
    return task_.result == SearchTask::Result::kProrated || task_.result == SearchTask::Result::kFilledMean ||
           task_.filled;
  }

  // False where some member can neither be answered nor be absent. `merged`: every absence may mean anything, which
  // allows more than the policy does and leaves a single class.
  bool Classify(bool merged) {
    classes_.assign(kClasses, Class());
    base_ = Rational(0);
    staying_.reset();
    for (const SearchMember& member : members_) {
      unsigned absence = AbsenceOf(member, task_.policy);
      if (!member.may_have_value && absence == 0) return false;
      Rational cost = member.value;
      if (task_.result == SearchTask::Result::kSum) {
        cost = CostOverAbsence(member, absence);
      } else if (!AbsenceMatters() && (absence & (kUncounted | kGone)) != 0) {
        absence = kGone;
      }
      if (merged && absence != 0) absence = AbsenceMatters() ? kUncounted | kGone : kGone;
      if (member.may_have_value) {
        classes_[absence].costs.push_back(std::move(cost));
      } else {
        ++classes_[absence].always_absent;
      }
    }
    return true;
  }

  // Counts the member's cheapest absence into the base and returns what answering it costs beyond that.
  Rational CostOverAbsence(const SearchMember& member, unsigned& absence) {
    if (absence == 0) return member.value;
    const unsigned all = absence;
    std::optional<Rational> cheapest;
    if ((absence & kGone) != 0) cheapest = Rational(0);
    if ((absence & kUncounted) != 0 && (!cheapest.has_value() || member.missing_value < *cheapest)) {
      cheapest = member.missing_value;
    }
    if (!cheapest.has_value()) {
      cheapest = member.missing_value;
    } else {
      // To be missing may be cheaper and count against the need: taken as if it did not.
      if ((absence & kCounted) != 0 && member.missing_value < *cheapest) {
        cheapest = member.missing_value;
        result_.exact = false;
      }
      absence = kGone;
    }
    if ((all & kUncounted) != 0) {
      const Rational extra = Noted(member.missing_value - *cheapest);
      if (!staying_.has_value() || extra < *staying_) staying_ = extra;
    }
    base_ += *cheapest;
    return Noted(member.value - *cheapest);
  }

  // Remembers if the value, which others are compared with, is none.
  const Rational& Noted(const Rational& value) {
    if (value.out_of_range()) result_.in_range = false;
    return value;
  }

  std::size_t Combinations() const {
    std::size_t product = AbsenceMatters() ? members_.size() + 1 : 1;
    for (std::size_t i = 1; i < classes_.size(); ++i) product *= classes_[i].costs.size() + 1;
    return product;
  }

  void SortAndCombine(Class& one) const {
    std::sort(one.costs.begin(), one.costs.end());
    one.least.assign(one.costs.size() + 1, Rational(0));
    for (std::size_t n = 1; n <= one.costs.size(); ++n) {
      switch (task_.result) {
        case SearchTask::Result::kLargest:
          one.least[n] = one.costs[n - 1];
          break;
        case SearchTask::Result::kSmallest:
          one.least[n] = one.costs[0];
          break;
        default:
          one.least[n] = one.least[n - 1] + one.costs[n - 1];
      }
    }
  }

  // The next way to say how many of each class are answered. All of class 0 always are.
  bool Advance(std::array<std::size_t, kClasses>& answered) const {
    for (std::size_t i = 1; i < kClasses; ++i) {
      if (answered[i] < classes_[i].costs.size()) {
        ++answered[i];
        return true;
      }
      answered[i] = 0;
    }
    return false;
  }

  void Try(const std::array<std::size_t, kClasses>& answered) {
    std::size_t count = 0;
    std::array<std::size_t, kClasses> absent{};
    std::optional<Rational> total;
    for (std::size_t i = 0; i < kClasses; ++i) {
      count += answered[i];
      absent[i] = classes_[i].costs.size() - answered[i] + classes_[i].always_absent;
      if (answered[i] > 0) Combine(classes_[i].least[answered[i]], total);
    }
    if (task_.result == SearchTask::Result::kSum) {
      if (!MeetsNeed(task_.policy, count, absent[kCounted])) return;
      // Where nobody is answered somebody has to be missing and not gone, or nothing is left to score.
      if (count == 0 && !staying_.has_value()) return;
      if (count == 0) total = *staying_;
      Keep(1, base_ + total.value_or(Rational(0)));
      return;
    }
    TryAbsences(count, absent, total);
  }

  // `flexible` ones may be missing or gone: every number of missing ones that the need allows is tried.
  void TryAbsences(std::size_t count, const std::array<std::size_t, kClasses>& absent,
                   const std::optional<Rational>& total) {
    const std::size_t counted = absent[kCounted];
    const std::size_t flexible_counted = absent[kCounted | kGone];
    const std::size_t flexible_uncounted = absent[kUncounted | kGone];
    if (!MeetsNeed(task_.policy, count, counted)) return;
    const std::size_t fixed = counted + absent[kUncounted];
    for (std::size_t flexible = 0; flexible <= flexible_counted + flexible_uncounted; ++flexible) {
      const std::size_t more_counted = flexible > flexible_uncounted ? flexible - flexible_uncounted : 0;
      if (!MeetsNeed(task_.policy, count, counted + more_counted)) return;
      Finish(count, fixed + flexible, total);
      if (!AbsenceMatters()) return;
    }
  }

  void Combine(const Rational& part, std::optional<Rational>& total) const {
    if (!total.has_value()) {
      total = part;
    } else if (task_.result == SearchTask::Result::kLargest) {
      total = std::max(*total, part);
    } else if (task_.result == SearchTask::Result::kSmallest) {
      total = std::min(*total, part);
    } else {
      *total += part;
    }
  }

  void Finish(std::size_t count, std::size_t missing, std::optional<Rational> total) {
    const auto number = [](std::size_t n) { return Rational(static_cast<std::int64_t>(n)); };
    switch (task_.result) {
      case SearchTask::Result::kSum:
        return;
      case SearchTask::Result::kMean:
        if (count > 0) Keep(count, *total / number(count));
        return;
      case SearchTask::Result::kProrated:
        if (count > 0) Keep(count, *total * number(count + missing) / number(count));
        return;
      case SearchTask::Result::kFilledMean:
        if (count + missing == 0) return;
        Keep(count + missing, (total.value_or(Rational(0)) + task_.fill * number(missing)) / number(count + missing));
        return;
      case SearchTask::Result::kLargest:
      case SearchTask::Result::kSmallest:
        if (task_.filled && missing > 0) Combine(task_.fill, total);
        if (total.has_value()) Keep(1, *total);
        return;
    }
  }

  void Keep(std::size_t divisor, const Rational& value) {
    const auto [entry, is_new] = result_.lowest.emplace(divisor, Noted(value));
    if (!is_new && value < entry->second) entry->second = value;
  }

  const std::vector<SearchMember>& members_;
  const SearchTask& task_;
  std::vector<Class> classes_;
  Rational base_;                    // kSum: what comes together where nobody who may be absent is answered.
  std::optional<Rational> staying_;  // kSum: what it costs at least that somebody is missing and not gone.
  SearchResult result_;
};

}  // namespace

bool MeetsNeed(const MissingPolicy& policy, std::size_t answered, std::size_t missing) {
  switch (policy.need) {
    case MissingPolicy::Need::kAll:
      return missing == 0;
    case MissingPolicy::Need::kAtLeast:
      return answered >= policy.at_least;
    case MissingPolicy::Need::kAtLeastShare:
      // The answered are whole, so they reach the share where they reach it rounded up.
      return Rational(static_cast<std::int64_t>(answered)) >=
             policy.share * Rational(static_cast<std::int64_t>(answered + missing));
  }
  return false;
}

std::size_t StepsToTry(const std::vector<SearchMember>& members) {
  constexpr std::size_t kSteps = 8;
  constexpr std::size_t kStepsWithLongNumbers = 64;
  const bool is_short = std::all_of(members.begin(), members.end(), [](const SearchMember& member) {
    return IsHandy(member.value) && IsHandy(member.missing_value) && IsHandy(member.weight);
  });
  return is_short ? kSteps : kStepsWithLongNumbers;
}

SearchResult FindLowest(const std::vector<SearchMember>& members, const SearchTask& task,
                        const AnalysisLimits& limits) {
  return Search(members, task).Run(limits);
}

}  // namespace ladder::quiz
