#include "libs/quiz/possible/item_outcomes.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

namespace ladder::quiz {
namespace {

// Steps of AnalysisBudget: of an item besides its numbers, and of an option that a multiple choice sums.
constexpr std::size_t kStepsOfAnItem = 16;
constexpr std::size_t kStepsOfASummedOption = 64;

bool HasOption(const Item& item, Option::Meaning meaning) {
  return std::any_of(item.options.begin(), item.options.end(),
                     [meaning](const Option& option) { return option.meaning == meaning; });
}

bool IsChoice(const Item& item) {
  return item.kind == Item::Kind::kSingleChoice || item.kind == Item::Kind::kMultipleChoice;
}

// What an answer that was given means. An option with another meaning than a score stands alone in a multiple choice.
Option::Meaning MeaningOf(const Item& item, const AnswerValue& answer) {
  if (item.kind == Item::Kind::kSingleChoice) return item.options[answer.option].meaning;
  if (item.kind == Item::Kind::kMultipleChoice && answer.options.size() == 1) {
    return item.options[answer.options.front()].meaning;
  }
  return Option::Meaning::kScored;
}

// The sums of any of the options, an empty choice included; unbounded where one may need more than 256 bits.
NumberSet SumsOfOptions(const Item& item, Index value_name, const AnalysisLimits& limits) {
  NumberSet sums = NumberSet::Of(Rational(0));
  for (const Option& option : item.options) {
    const Rational* value = option.ValueOf(value_name);
    if (option.meaning != Option::Meaning::kScored || value == nullptr) continue;
    if (BitsOfSum(sums, NumberSet::Of(*value)) > kMostBits) return NumberSet::Unbounded();
    limits.Spend(kStepsOfASummedOption);
    sums = Add(sums, Union(NumberSet::Of(Rational(0)), NumberSet::Of(*value), limits), limits);
  }
  return sums;
}

NumberSet NumbersOfOptions(const Item& item, Index value_name, const AnalysisLimits& limits) {
  std::vector<Rational> values;
  values.reserve(item.options.size());
  for (const Option& option : item.options) {
    const Rational* value = option.ValueOf(value_name);
    if (option.meaning == Option::Meaning::kScored && value != nullptr) values.push_back(*value);
  }
  return NumberSet::Of(std::move(values), limits);
}

// `reverse` turns numbers and sums; options of a single choice are turned already, and named values never are.
NumberSet Turned(const Item& item, Index value_name, NumberSet set) {
  if (!item.reverse_sum.has_value() || value_name != kNone) return set;
  if (set.empty() || !set.bounded()) return set;
  if (BitsOfSum(set, NumberSet::Of(*item.reverse_sum)) > kMostBits) return NumberSet::Unbounded();
  return Shifted(Scaled(set, Rational(-1)), *item.reverse_sum);
}

// Of a choice. Items that share their options share the set.
const NumberSet& NumbersOfChoice(const Item& item, Index value_name, AnalysisMemory& memory,
                                 const AnalysisLimits& limits) {
  const auto [found, is_new] = memory.options.try_emplace({item.options.identity(), value_name, item.sum_values});
  if (is_new) {
    found->second =
        item.sum_values ? SumsOfOptions(item, value_name, limits) : NumbersOfOptions(item, value_name, limits);
  }
  return found->second;
}

NumberSet NumbersOfAnyAnswer(const Item& item, Index value_name, AnalysisMemory& memory, const AnalysisLimits& limits) {
  switch (item.kind) {
    case Item::Kind::kSingleChoice:
      return NumbersOfChoice(item, value_name, memory, limits);
    case Item::Kind::kMultipleChoice:
      return item.sum_values ? Turned(item, value_name, NumbersOfChoice(item, value_name, memory, limits))
                             : NumberSet();
    case Item::Kind::kNumber:
      return Turned(item, value_name, NumberSet::Progression(item.number.min, item.number.max, item.number.step));
    case Item::Kind::kFreeText:
      return NumberSet();
  }
  return NumberSet();
}

NumberSet NumberOfAnswer(const Item& item, const AnswerValue& answer, Index value_name) {
  if (!answer.given || MeaningOf(item, answer) != Option::Meaning::kScored) return NumberSet();
  switch (item.kind) {
    case Item::Kind::kSingleChoice: {
      const Rational* value = item.options[answer.option].ValueOf(value_name);
      return value != nullptr ? NumberSet::Of(*value) : NumberSet();
    }
    case Item::Kind::kMultipleChoice: {
      if (!item.sum_values) return NumberSet();
      Rational sum;
      for (const Index option : answer.options) {
        const Rational* value = item.options[option].ValueOf(value_name);
        if (value != nullptr) sum += *value;
      }
      return Turned(item, value_name, NumberSet::Of(sum));
    }
    case Item::Kind::kNumber:
      return Turned(item, value_name, NumberSet::Of(answer.number));
    case Item::Kind::kFreeText:
      return NumberSet();
  }
  return NumberSet();
}

}  // namespace

ItemOutcomes OutcomesOfItem(const Item& item, Index source, const AnswerValue* answer, const AbstractValue& shown,
                            AnalysisMemory& memory, const AnalysisLimits& limits) {
  ItemOutcomes outcomes;
  outcomes.may_be_shown = shown.may_be_true;
  outcomes.may_be_hidden = shown.may_be_false;
  outcomes.may_be_missing = shown.may_be_none;
  outcomes.exactness = shown.exactness;
  outcomes.sources = shown.sources;
  if (shown.may_be_false) (item.hidden_value.has_value() ? outcomes.may_have_value : outcomes.may_have_left) = true;
  if (shown.may_be_true && answer == nullptr) {
    outcomes.sources.Add(source);
    outcomes.may_be_missing = true;
    if (!IsChoice(item) || item.kind == Item::Kind::kMultipleChoice || HasOption(item, Option::Meaning::kScored)) {
      outcomes.may_have_value = true;
    }
    if (IsChoice(item) && HasOption(item, Option::Meaning::kNotApplicable)) outcomes.may_have_left = true;
  } else if (shown.may_be_true) {
    const Option::Meaning meaning = answer->given ? MeaningOf(item, *answer) : Option::Meaning::kMissing;
    if (meaning == Option::Meaning::kScored) outcomes.may_have_value = true;
    if (meaning == Option::Meaning::kMissing) outcomes.may_be_missing = true;
    if (meaning == Option::Meaning::kNotApplicable) outcomes.may_have_left = true;
  }
  outcomes.number = NumbersOfItem(item, answer, outcomes, kNone, memory, limits);
  limits.Spend(kStepsOfAnItem + outcomes.number.steps());
  return outcomes;
}

NumberSet NumbersOfItem(const Item& item, const AnswerValue* answer, const ItemOutcomes& outcomes, Index value_name,
                        AnalysisMemory& memory, const AnalysisLimits& limits) {
  NumberSet numbers;
  if (outcomes.may_be_shown) {
    numbers = answer == nullptr ? NumbersOfAnyAnswer(item, value_name, memory, limits)
                                : NumberOfAnswer(item, *answer, value_name);
  }
  if (outcomes.may_be_hidden && item.hidden_value.has_value()) {
    numbers = Union(numbers, NumberSet::Of(*item.hidden_value), limits);
  }
  numbers.LowerExactness(outcomes.exactness);
  return numbers;
}

AbstractValue ChosenOption(const Item& item, Index option, const AnswerValue* answer, const ItemOutcomes& outcomes) {
  AbstractValue chosen;
  chosen.may_be_none = outcomes.may_be_missing || outcomes.may_have_left || outcomes.may_be_hidden;
  chosen.exactness = outcomes.exactness;
  chosen.sources = outcomes.sources;
  if (outcomes.may_be_shown && answer == nullptr) {
    chosen.may_be_true = item.options[option].meaning == Option::Meaning::kScored;
    chosen.may_be_false = true;
  } else if (outcomes.may_be_shown && answer->given && MeaningOf(item, *answer) == Option::Meaning::kScored) {
    const bool among = std::binary_search(answer->options.begin(), answer->options.end(), option);
    (among ? chosen.may_be_true : chosen.may_be_false) = true;
  }
  chosen.Settle();
  return chosen;
}

}  // namespace ladder::quiz
