#include "tests/quiz/reference/item_reader.h"

#include <stdexcept>

#include "tests/quiz/reference/exact.h"

namespace ladder::quiz::reference {
namespace {

const v1::Option& FindOption(const v1::OptionSet& options, const std::string& id) {
  for (const v1::Option& option : options.options()) {
    if (option.id() == id) return option;
  }
  throw std::logic_error("no option " + id);
}

std::string StateOfMeaning(v1::Option::Meaning meaning) {
  if (meaning == v1::Option::MEANING_MISSING) return "MISSING";
  if (meaning == v1::Option::MEANING_NOT_APPLICABLE) return "NOT_APPLICABLE";
  return "ANSWERED";
}

mpq_class ValueOf(const v1::Option& option, const std::string& use_values) {
  return ParseExact(use_values.empty() ? option.value() : option.values().at(use_values));
}

bool IsScored(const v1::Option& option) { return StateOfMeaning(option.meaning()) == "ANSWERED"; }

// The smallest and the largest value of a single choice, added.
mpq_class EndsOfSingleChoice(const v1::OptionSet& options) {
  bool any = false;
  mpq_class low;
  mpq_class high;
  for (const v1::Option& option : options.options()) {
    if (!IsScored(option)) continue;
    const mpq_class value = ParseExact(option.value());
    if (!any || value < low) low = value;
    if (!any || value > high) high = value;
    any = true;
  }
  return low + high;
}

// The smallest possible sum takes all that is negative, the largest all that is positive: added, that is everything.
mpq_class EndsOfSum(const v1::OptionSet& options) {
  mpq_class all;
  for (const v1::Option& option : options.options()) {
    if (IsScored(option)) all += ParseExact(option.value());
  }
  return all;
}

}  // namespace

std::string StateWhenShown(const v1::Item& item, const v1::OptionSet* options, const v1::Answer* answer) {
  if (answer == nullptr) return "MISSING";
  if (item.has_single_choice()) return StateOfMeaning(FindOption(*options, answer->option()).meaning());
  if (item.has_multiple_choice()) {
    for (const std::string& chosen : answer->options().option()) {
      const std::string state = StateOfMeaning(FindOption(*options, chosen).meaning());
      if (state != "ANSWERED") return state;
    }
    return "ANSWERED";
  }
  if (item.has_free_text() && answer->text().empty()) return "MISSING";
  return "ANSWERED";
}

mpq_class NumberOf(const v1::Item& item, const v1::OptionSet* options, const v1::Answer& answer,
                   const std::string& use_values) {
  const bool turned = item.reverse() && use_values.empty();
  if (item.has_single_choice()) {
    const mpq_class value = ValueOf(FindOption(*options, answer.option()), use_values);
    return turned ? mpq_class(EndsOfSingleChoice(*options) - value) : value;
  }
  if (item.has_multiple_choice()) {
    mpq_class sum;
    for (const std::string& chosen : answer.options().option())
      sum += ValueOf(FindOption(*options, chosen), use_values);
    return turned ? mpq_class(EndsOfSum(*options) - sum) : sum;
  }
  const mpq_class value = ParseExact(answer.number());
  if (!turned) return value;
  return ParseExact(item.number().min()) + ParseExact(item.number().max()) - value;
}

}  // namespace ladder::quiz::reference
