#include "libs/quiz/score/item_values.h"

#include "libs/quiz/score/evaluate.h"

namespace ladder::quiz::score_internal {
namespace {

// The state of an item that is shown.
ItemState StateOfAnswer(const Item& item, const AnswerValue& answer) {
  if (!answer.given) return ItemState::kMissing;
  Index option = answer.option;
  // An option with another meaning than a score stands alone in a multiple choice: checking the input saw to that.
  if (item.kind == Item::Kind::kMultipleChoice && answer.options.size() == 1) option = answer.options.front();
  if (option == kNone) return ItemState::kAnswered;
  switch (item.options[option].meaning) {
    case Option::Meaning::kMissing:
      return ItemState::kMissing;
    case Option::Meaning::kNotApplicable:
      return ItemState::kNotApplicable;
    case Option::Meaning::kScored:
      return ItemState::kAnswered;
  }
  return ItemState::kAnswered;
}

// The sum of what was chosen; nothing where one of it has no value.
std::optional<Rational> SumOfChosen(const Item& item, const AnswerValue& answer, Index use_values) {
  Rational sum;
  for (const Index option : answer.options) {
    const Rational* value = item.options[option].ValueOf(use_values);
    if (value == nullptr) return std::nullopt;
    sum += *value;
  }
  return sum;
}

std::optional<Rational> Turned(const Item& item, std::optional<Rational> value) {
  if (value.has_value() && item.reverse_sum.has_value()) return *item.reverse_sum - *value;
  return value;
}

}  // namespace

void JudgeItems(const Program& program, const Input& input, Result& result) {
  result.items.assign(program.items.size(), ItemState::kUndecided);
  const Evaluator evaluator(program, input, result);
  for (const Index index : program.visibility_order) {
    const Item& item = program.items[index];
    ItemState& state = result.items[index];
    if (item.show_when != kNone) {
      const Value shown = evaluator.Evaluate(item.show_when);
      if (!shown.has_value()) continue;
      if (!shown.truth) {
        state = ItemState::kHidden;
        continue;
      }
    }
    state = StateOfAnswer(item, input.answers[index]);
  }
}

MemberState StateOfItem(const Program& program, const Result& result, Index item) {
  switch (result.items[item]) {
    case ItemState::kAnswered:
      return MemberState::kValue;
    case ItemState::kHidden:
      return program.items[item].hidden_value.has_value() ? MemberState::kValue : MemberState::kLeft;
    case ItemState::kNotApplicable:
      return MemberState::kLeft;
    case ItemState::kMissing:
    case ItemState::kUndecided:
      return MemberState::kMissing;
  }
  return MemberState::kMissing;
}

std::optional<Rational> ItemValue(const Program& program, const Input& input, const Result& result, Index index,
                                  Index use_values) {
  const Item& item = program.items[index];
  const ItemState state = result.items[index];
  if (state == ItemState::kHidden) return item.hidden_value;
  if (state != ItemState::kAnswered) return std::nullopt;
  const AnswerValue& answer = input.answers[index];
  switch (item.kind) {
    case Item::Kind::kSingleChoice: {
      const Rational* value = item.options[answer.option].ValueOf(use_values);
      return value != nullptr ? std::optional(*value) : std::nullopt;
    }
    case Item::Kind::kMultipleChoice:
      // Named values are never turned.
      return use_values == kNone ? Turned(item, SumOfChosen(item, answer, use_values))
                                 : SumOfChosen(item, answer, use_values);
    case Item::Kind::kNumber:
      return Turned(item, answer.number);
    case Item::Kind::kFreeText:
      return std::nullopt;
  }
  return std::nullopt;
}

}  // namespace ladder::quiz::score_internal
