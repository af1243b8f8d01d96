#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "libs/quiz/possible/extremes.h"

namespace ladder::quiz {
namespace {

enum class State : std::uint8_t { kValue, kMissing, kGone };

// What the members up to some position come to.
struct Tally {
  Rational total;
  Rational weight_answered;
  Rational weight_applicable;
  std::size_t answered = 0;
  std::size_t applicable = 0;
  std::size_t counted_missing = 0;
};

std::vector<State> StatesOf(const SearchMember& member, const MissingPolicy& policy) {
  std::vector<State> states;
  if (member.may_have_value) states.push_back(State::kValue);
  // Where all are needed no form scores in which this one is missing.
  const bool scores_without = member.excused || policy.need != MissingPolicy::Need::kAll;
  if (member.may_be_missing && scores_without) states.push_back(State::kMissing);
  if (member.may_have_left) states.push_back(State::kGone);
  return states;
}

Tally With(Tally tally, const SearchMember& member, State state) {
  if (state == State::kGone) return tally;
  ++tally.applicable;
  tally.weight_applicable += member.weight;
  if (state == State::kValue) {
    ++tally.answered;
    tally.weight_answered += member.weight;
    tally.total += member.value;
  } else {
    if (!member.excused) ++tally.counted_missing;
    tally.total += member.missing_value;
  }
  return tally;
}

std::optional<Rational> ResultOf(const Tally& tally, const SearchTask& task) {
  if (tally.applicable == 0 || !MeetsNeed(task.policy, tally.answered, tally.counted_missing)) return std::nullopt;
  if (task.result == SearchTask::Result::kSum) return tally.total;
  const Rational& divisor =
      task.result == SearchTask::Result::kFilledMean ? tally.weight_applicable : tally.weight_answered;
  if (divisor.sign() == 0) return std::nullopt;
  const Rational mean = tally.total / divisor;
  return task.result == SearchTask::Result::kProrated ? mean * tally.weight_applicable : mean;
}

}  // namespace

std::optional<SearchResult> FindLowestOfAllStates(const std::vector<SearchMember>& members, const SearchTask& task,
                                                  const AnalysisLimits& limits) {
  SearchResult result;
  std::vector<std::vector<State>> states;
  std::size_t product = 1;
  for (const SearchMember& member : members) {
    states.push_back(StatesOf(member, task.policy));
    if (states.back().empty()) return result;
    product *= states.back().size();
    if (product > limits.combinations) return std::nullopt;
  }
  if (!limits.Afford(product * StepsToTry(members))) return std::nullopt;
  // tallies[i]: of the members before i. Only those after a member whose state changed are made anew.
  std::vector<Tally> tallies(members.size() + 1);
  std::vector<std::size_t> chosen(members.size(), 0);
  std::size_t changed = 0;
  while (true) {
    for (std::size_t i = changed; i < members.size(); ++i) {
      tallies[i + 1] = With(tallies[i], members[i], states[i][chosen[i]]);
    }
    if (const std::optional<Rational> value = ResultOf(tallies.back(), task)) {
      if (value->out_of_range()) result.in_range = false;
      const auto [lowest, is_new] = result.lowest.emplace(1, *value);
      if (!is_new && *value < lowest->second) lowest->second = *value;
    }
    changed = members.size();
    while (changed > 0 && chosen[changed - 1] + 1 == states[changed - 1].size()) chosen[--changed] = 0;
    if (changed == 0) return result;
    ++chosen[--changed];
  }
}

}  // namespace ladder::quiz
