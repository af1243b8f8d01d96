#include <optional>
#include <utility>
#include <variant>
#include <vector>

#include "tests/quiz/property_support.h"

namespace ladder::quiz {
namespace {

void Generalize(Rational& number) { number = number.GeneralForTest(); }

void Generalize(std::optional<Rational>& number) {
  if (number.has_value()) Generalize(*number);
}

void Generalize(MissingPolicy& policy) {
  Generalize(policy.share);
  Generalize(policy.value);
}

void Generalize(Item& item) {
  std::vector<Option> options(item.options.begin(), item.options.end());
  for (Option& option : options) {
    Generalize(option.value);
    for (NamedValue& named : option.named) Generalize(named.value);
  }
  item.options = OptionList(std::move(options));
  Generalize(item.reverse_sum);
  Generalize(item.hidden_value);
}

void Generalize(Table& table) {
  for (Table::Row& row : table.rows) {
    Generalize(row.from);
    Generalize(row.to);
    Generalize(row.value);
  }
}

void Generalize(Scale& scale) {
  if (Aggregate* aggregate = std::get_if<Aggregate>(&scale.rule)) {
    for (Member& member : aggregate->members) Generalize(member.weight);
    Generalize(aggregate->missing);
  }
  for (BandSet& set : scale.band_sets) {
    for (Band& band : set.bands) {
      Generalize(band.from);
      for (Range& range : band.ranges) Generalize(range.from);
    }
  }
}

}  // namespace

Program WithGeneralNumbers(const Program& program) {
  Program general = program;
  for (Rational& number : general.numbers) Generalize(number);
  for (Item& item : general.items) Generalize(item);
  for (Table& table : general.tables) Generalize(table);
  for (Scale& scale : general.scales) Generalize(scale);
  if (general.gate.has_value()) Generalize(general.gate->need);
  return general;
}

Input WithGeneralNumbers(const Input& input) {
  Input general = input;
  for (AnswerValue& answer : general.answers) Generalize(answer.number);
  for (ContextInput& context : general.context) Generalize(context.number);
  return general;
}

}  // namespace ladder::quiz
