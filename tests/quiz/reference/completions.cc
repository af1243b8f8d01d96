#include "tests/quiz/reference/completions.h"

#include <cstddef>
#include <utility>

#include "tests/quiz/reference/exact.h"

namespace ladder::quiz::reference {
namespace {

using AnswerChoices = std::vector<std::optional<v1::Answer>>;

const v1::OptionSet& FindSet(const v1::QuizDefinition& definition, const std::string& id) {
  for (const v1::OptionSet& set : definition.option_sets()) {
    if (set.id() == id) return set;
  }
  return v1::OptionSet::default_instance();
}

// Decimal text of a number with few decimals.
std::string DecimalText(const mpq_class& value) {
  int digits = 0;
  mpq_class scaled = abs(value);
  while (scaled.get_den() != 1) {
    scaled *= 10;
    ++digits;
  }
  std::string text = scaled.get_num().get_str();
  if (digits > 0) {
    if (text.size() <= static_cast<std::size_t>(digits)) text.insert(0, digits + 1 - text.size(), '0');
    text.insert(text.size() - digits, ".");
  }
  return sgn(value) < 0 ? "-" + text : text;
}

std::vector<std::string> NumbersOf(const v1::NumberFormat& format) {
  std::vector<std::string> numbers;
  const mpq_class step = ParseExact(format.step().empty() ? "1" : format.step());
  const mpq_class max = ParseExact(format.max());
  for (mpq_class value = ParseExact(format.min()); value <= max; value += step) numbers.push_back(DecimalText(value));
  return numbers;
}

// Every set of scored options, and each other option alone.
void AddSelections(const v1::OptionSet& set, const v1::Answer& blank, AnswerChoices& choices) {
  std::vector<std::string> scored;
  for (const v1::Option& option : set.options()) {
    if (option.meaning() == v1::Option::MEANING_MISSING || option.meaning() == v1::Option::MEANING_NOT_APPLICABLE) {
      v1::Answer answer = blank;
      answer.mutable_options()->add_option(option.id());
      choices.push_back(answer);
    } else {
      scored.push_back(option.id());
    }
  }
  for (unsigned chosen = 0; chosen < 1U << scored.size(); ++chosen) {
    v1::Answer answer = blank;
    answer.mutable_options();
    for (std::size_t i = 0; i < scored.size(); ++i) {
      if ((chosen >> i & 1U) != 0) answer.mutable_options()->add_option(scored[i]);
    }
    choices.push_back(answer);
  }
}

AnswerChoices AnswersTo(const v1::QuizDefinition& definition, const v1::Item& item) {
  AnswerChoices choices = {std::nullopt};
  v1::Answer answer;
  answer.set_item(item.id());
  if (item.has_single_choice()) {
    for (const v1::Option& option : FindSet(definition, item.single_choice()).options()) {
      answer.set_option(option.id());
      choices.push_back(answer);
    }
  } else if (item.has_multiple_choice()) {
    AddSelections(FindSet(definition, item.multiple_choice().option_set()), answer, choices);
  } else if (item.has_number()) {
    for (const std::string& number : NumbersOf(item.number())) {
      answer.set_number(number);
      choices.push_back(answer);
    }
  } else {
    answer.set_text("words");
    choices.push_back(answer);
  }
  return choices;
}

}  // namespace

std::int64_t Choices::Count() const {
  std::int64_t count = 1;
  const auto multiply = [&count](std::size_t by) {
    const std::int64_t factor = static_cast<std::int64_t>(by);
    count = count > kMany / factor ? kMany : count * factor;
  };
  for (const auto& item : items) multiply(item.size());
  for (const auto& [id, values] : context) multiply(values.size());
  return count;
}

Choices ValidChoices(const v1::QuizDefinition& definition,
                     const std::map<std::string, std::vector<std::string>>& earlier) {
  Choices choices;
  for (const v1::Item& item : definition.items()) choices.items.push_back(AnswersTo(definition, item));
  for (const v1::ContextValue& value : definition.context()) {
    std::vector<std::string> texts;
    if (value.has_codes()) {
      texts.assign(value.codes().code().begin(), value.codes().code().end());
    } else if (value.has_number()) {
      texts = NumbersOf(value.number());
    } else if (const auto known = earlier.find(value.id()); known != earlier.end()) {
      texts = known->second;
    }
    std::vector<std::optional<std::string>>& list = choices.context[value.id()];
    list.push_back(std::nullopt);
    list.insert(list.end(), texts.begin(), texts.end());
  }
  return choices;
}

Choices CompletionsOf(const v1::QuizDefinition& definition, const Choices& all, const Request& request) {
  Choices rest = all;
  for (const v1::Answer& answer : request.answers) {
    for (int i = 0; i < definition.items_size(); ++i) {
      if (definition.items(i).id() == answer.item()) rest.items[i] = {answer};
    }
  }
  for (auto& [id, values] : rest.context) {
    const auto sent = request.context.find(id);
    values = {sent == request.context.end() ? std::nullopt : std::optional<std::string>(sent->second)};
  }
  return rest;
}

void ForEachRequest(const Choices& choices, const std::function<void(const Request&)>& visit) {
  std::vector<std::size_t> at(choices.items.size() + choices.context.size(), 0);
  std::vector<std::size_t> sizes;
  for (const auto& item : choices.items) sizes.push_back(item.size());
  for (const auto& [id, values] : choices.context) sizes.push_back(values.size());
  while (true) {
    Request request;
    std::size_t digit = 0;
    for (const auto& item : choices.items) {
      const std::optional<v1::Answer>& answer = item[at[digit++]];
      if (answer.has_value()) *request.answers.Add() = *answer;
    }
    for (const auto& [id, values] : choices.context) {
      const std::optional<std::string>& value = values[at[digit++]];
      if (value.has_value()) request.context[id] = *value;
    }
    visit(request);
    digit = 0;
    while (digit < at.size() && ++at[digit] == sizes[digit]) at[digit++] = 0;
    if (digit == at.size()) return;
  }
}

}  // namespace ladder::quiz::reference
