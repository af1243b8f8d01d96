#include "libs/quiz/input.h"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "libs/quiz/quote.h"

namespace ladder::quiz {
namespace {

constexpr std::size_t kMaxViolations = 100;
constexpr std::size_t kMaxSuggestions = 10;  // Searches for the nearest id, of one request.
constexpr std::size_t kMaxListedCodes = 10;  // Of the options that an item has, in one message.
constexpr std::size_t kMaxDigits = 40;       // Of a number.
constexpr absl::string_view kNotDecimal = "not a decimal number of at most 40 digits";
constexpr absl::string_view kNotScore = "not a decimal number or a ratio of at most 40 digits";
constexpr absl::string_view kUnprintable = "what was sent";

// Collects violations up to the limit; beyond it they are only counted, and their messages are never built.
class Violations {
 public:
  explicit Violations(std::vector<InputViolation>& list) : list_(list) {}

  // `describe` returns the InputViolation.
  template <typename Describe>
  void Add(const Describe& describe) {
    if (count_++ < kMaxViolations) list_.push_back(describe());
  }

  // True where there was none.
  bool Finish() {
    if (count_ > kMaxViolations) {
      list_.push_back({"", absl::StrCat("and ", count_ - kMaxViolations, " more")});
    }
    return count_ == 0;
  }

 private:
  std::vector<InputViolation>& list_;
  std::size_t count_ = 0;
};

std::string Plain(const Rational& number) {
  const std::optional<int> digits = ExactDigits(number);
  return digits.has_value() ? FormatDecimal(number, *digits) : number.ToString();
}

// "0 to 10 in steps of 0.5".
std::string Describe(const NumberFormat& format) {
  std::string text = absl::StrCat(Plain(format.min), " to ", Plain(format.max));
  if (format.step.sign() > 0) absl::StrAppend(&text, " in steps of ", Plain(format.step));
  return text;
}

// Why a number does not fit; empty where it does. A step of zero takes every number in the range.
std::string WhyNotOf(const NumberFormat& format, const Rational& number) {
  if (number < format.min || number > format.max) return absl::StrCat("out of range: it takes ", Describe(format));
  if (format.step.sign() > 0 && !IsOnGrid(number, format.min, format.step)) {
    return absl::StrCat("between the steps: it takes ", Describe(format));
  }
  return "";
}

// A number as callers send it. More digits than any quiz has would only make arithmetic wide.
std::optional<Rational> ParseNumber(absl::string_view text, bool takes_ratio) {
  const auto digits = std::count_if(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
  if (static_cast<std::size_t>(digits) > kMaxDigits) return std::nullopt;
  if (!takes_ratio && text.find('/') != absl::string_view::npos) return std::nullopt;
  absl::StatusOr<Rational> number = Rational::Parse(text);
  if (!number.ok()) return std::nullopt;
  return *std::move(number);
}

absl::string_view WhatItTakes(const Item& item) {
  switch (item.kind) {
    case Item::Kind::kSingleChoice:
      return "one option, in 'option'";
    case Item::Kind::kMultipleChoice:
      return "a selection of options, in 'options'";
    case Item::Kind::kNumber:
      return "a number, in 'number'";
    case Item::Kind::kFreeText:
      return "words, in 'text'";
  }
  return "";
}

absl::string_view FieldOf(v1::Answer::ValueCase value) {
  switch (value) {
    case v1::Answer::kOption:
      return "option";
    case v1::Answer::kOptions:
      return "options";
    case v1::Answer::kNumber:
      return "number";
    case v1::Answer::kText:
      return "text";
    case v1::Answer::VALUE_NOT_SET:
      return "value";
  }
  return "value";
}

bool TakesValue(const Item& item, v1::Answer::ValueCase value) {
  switch (item.kind) {
    case Item::Kind::kSingleChoice:
      return value == v1::Answer::kOption;
    case Item::Kind::kMultipleChoice:
      return value == v1::Answer::kOptions;
    case Item::Kind::kNumber:
      return value == v1::Answer::kNumber;
    case Item::Kind::kFreeText:
      return value == v1::Answer::kText;
  }
  return false;
}

std::string OptionsOf(const Item& item) {
  std::vector<absl::string_view> ids;
  for (const Option& option : item.options) ids.push_back(option.id);
  return QuoteList(ids, kMaxListedCodes);
}

// Checks the answers of one request.
class AnswerChecker {
 public:
  AnswerChecker(const Program& program, bool suggest, Violations& violations, Input& input)
      : program_(program),
        violations_(violations),
        input_(input),
        first_position_(program.items.size(), kNone),
        suggestions_left_(suggest ? kMaxSuggestions : 0) {}

  void Check(Index position, const v1::Answer& answer) {
    const auto found = program_.names.find(answer.item());
    if (found == program_.names.end() || found->second.kind != Name::Kind::kItem) {
      violations_.Add([&] { return UnknownItem(position, answer.item()); });
      return;
    }
    const Index index = found->second.index;
    const Item& item = program_.items[index];
    if (first_position_[index] != kNone) {
      violations_.Add([&] {
        return Violation(position, "item",
                         absl::StrCat("'", item.id, "' is answered already, in answers[", first_position_[index],
                                      "]: send each item once"));
      });
      return;
    }
    first_position_[index] = position;
    if (!TakesValue(item, answer.value_case())) {
      violations_.Add([&] { return WrongKind(position, item, answer.value_case()); });
      return;
    }
    CheckValue(position, item, answer, input_.answers[index]);
  }

 private:
  static InputViolation Violation(Index position, absl::string_view field, std::string description) {
    return {absl::StrCat("answers[", position, "].", field), std::move(description)};
  }

  static InputViolation WrongKind(Index position, const Item& item, v1::Answer::ValueCase value) {
    const absl::string_view sent = value == v1::Answer::VALUE_NOT_SET ? "no value is set" : "this kind does not fit";
    return Violation(position, FieldOf(value), absl::StrCat(sent, ": item '", item.id, "' takes ", WhatItTakes(item)));
  }

  InputViolation UnknownItem(Index position, absl::string_view id) {
    std::string description = absl::StrCat(QuoteCode(id, kUnprintable), " is not an item of this quiz");
    if (suggestions_left_ > 0) {
      --suggestions_left_;
      std::vector<absl::string_view> ids;
      for (const Item& item : program_.items) ids.push_back(item.id);
      const absl::string_view nearest = NearestOf(id, ids);
      if (!nearest.empty()) absl::StrAppend(&description, "; did you mean '", nearest, "'?");
    }
    return Violation(position, "item", std::move(description));
  }

  void CheckValue(Index position, const Item& item, const v1::Answer& answer, AnswerValue& value) {
    switch (item.kind) {
      case Item::Kind::kSingleChoice:
        value.option = CheckOption(position, "option", item, answer.option());
        value.given = true;
        break;
      case Item::Kind::kMultipleChoice:
        CheckSelection(position, item, answer.options(), value);
        break;
      case Item::Kind::kNumber:
        CheckNumber(position, item, answer.number(), value);
        break;
      case Item::Kind::kFreeText:
        value.given = !answer.text().empty();
        break;
    }
  }

  Index CheckOption(Index position, absl::string_view field, const Item& item, const std::string& id) {
    const Index option = item.options.Find(id);
    if (option == kNone) {
      violations_.Add([&] {
        return Violation(position, field,
                         absl::StrCat(QuoteCode(id, kUnprintable), " is not an option of item '", item.id, "'; it has ",
                                      OptionsOf(item)));
      });
    }
    return option;
  }

  void CheckSelection(Index position, const Item& item, const v1::Selection& selection, AnswerValue& value) {
    std::vector<bool> chosen(item.options.size());
    for (int i = 0; i < selection.option_size(); ++i) {
      const std::string field = absl::StrCat("options.option[", i, "]");
      const Index option = CheckOption(position, field, item, selection.option(i));
      if (option == kNone) continue;
      if (chosen[option]) {
        violations_.Add([&] {
          return Violation(position, field, absl::StrCat("'", item.options[option].id, "' is chosen twice"));
        });
        continue;
      }
      chosen[option] = true;
      value.options.push_back(option);
    }
    std::sort(value.options.begin(), value.options.end());
    value.given = true;
    CheckStandsAlone(position, item, value.options);
  }

  // An option that means "no answer" or "does not apply" contradicts every other one.
  void CheckStandsAlone(Index position, const Item& item, const std::vector<Index>& chosen) {
    if (chosen.size() < 2) return;
    for (const Index option : chosen) {
      if (item.options[option].meaning == Option::Meaning::kScored) continue;
      violations_.Add([&] {
        return Violation(position, "options",
                         absl::StrCat("'", item.options[option].id, "' of item '", item.id,
                                      "' says that there is no answer, so nothing else may be chosen with it"));
      });
      return;
    }
  }

  void CheckNumber(Index position, const Item& item, const std::string& text, AnswerValue& value) {
    std::optional<Rational> number = ParseNumber(text, /*takes_ratio=*/false);
    const std::string why = number.has_value() ? WhyNotOf(item.number, *number) : std::string(kNotDecimal);
    if (!why.empty()) {
      violations_.Add([&] {
        return Violation(position, "number",
                         absl::StrCat("for item '", item.id, "' ", QuoteCode(text, kUnprintable), " is ", why,
                                      number.has_value() ? "" : absl::StrCat(": it takes ", Describe(item.number))));
      });
      return;
    }
    value.number = *std::move(number);
    value.given = true;
  }

  const Program& program_;
  Violations& violations_;
  Input& input_;
  std::vector<Index> first_position_;  // For each item: in the request; none until it is met.
  std::size_t suggestions_left_;
};

InputViolation ContextViolation(absl::string_view key, std::string description) {
  // A key that is not like an id is not repeated either.
  const std::string quoted = QuoteCode(key, "");
  const std::string field = quoted.empty() ? "context" : absl::StrCat("context[\"", key, "\"]");
  return {field, std::move(description)};
}

InputViolation UnknownKey(const Program& program, absl::string_view key) {
  std::vector<absl::string_view> ids;
  for (const ContextValue& context : program.context) ids.push_back(context.id);
  return ContextViolation(
      key, absl::StrCat(QuoteCode(key, kUnprintable), " is not a context value of this quiz; ",
                        ids.empty() ? "it takes none" : absl::StrCat("it takes ", QuoteList(ids, kMaxListedCodes))));
}

void CheckContextCode(const Program& program, const ContextValue& context, const std::string& text,
                      Violations& violations, ContextInput& value) {
  for (const Index code : context.codes) {
    if (program.codes[code] != text) continue;
    value.present = true;
    value.code = code;
    return;
  }
  violations.Add([&] {
    std::vector<absl::string_view> codes;
    for (const Index code : context.codes) codes.push_back(program.codes[code]);
    return ContextViolation(context.id, absl::StrCat(QuoteCode(text, kUnprintable),
                                                     " is not one of its codes: ", QuoteList(codes, kMaxListedCodes)));
  });
}

void CheckContextNumber(const ContextValue& context, const std::string& text, Violations& violations,
                        ContextInput& value) {
  const bool is_score = context.kind == ContextValue::Kind::kEarlierScore;
  std::optional<Rational> number = ParseNumber(text, is_score);
  const std::string why =
      number.has_value() ? WhyNotOf(context.number, *number) : std::string(is_score ? kNotScore : kNotDecimal);
  if (!why.empty()) {
    violations.Add(
        [&] { return ContextViolation(context.id, absl::StrCat(QuoteCode(text, kUnprintable), " is ", why)); });
    return;
  }
  value.present = true;
  value.number = *std::move(number);
}

// A map has no order, so its keys are put into one: equal requests get equal replies.
void CheckContext(const Program& program, const ContextMap& context, Violations& violations, Input& input) {
  std::vector<const std::string*> keys;
  keys.reserve(context.size());
  for (const auto& entry : context) keys.push_back(&entry.first);
  std::sort(keys.begin(), keys.end(), [](const std::string* a, const std::string* b) { return *a < *b; });
  for (const std::string* key : keys) {
    const auto found = program.names.find(*key);
    if (found == program.names.end() || found->second.kind != Name::Kind::kContext) {
      violations.Add([&] { return UnknownKey(program, *key); });
      continue;
    }
    const Index index = found->second.index;
    const ContextValue& declared = program.context[index];
    const std::string& text = context.at(*key);
    if (declared.kind == ContextValue::Kind::kCodes) {
      CheckContextCode(program, declared, text, violations, input.context[index]);
    } else {
      CheckContextNumber(declared, text, violations, input.context[index]);
    }
  }
}

void FillDefaults(const Program& program, Input& input) {
  for (Index index = 0; index < program.context.size(); ++index) {
    const ContextValue& context = program.context[index];
    ContextInput& value = input.context[index];
    if (value.present) continue;
    value.present = context.default_code != kNone || context.default_number.has_value();
    value.code = context.default_code;
    if (context.default_number.has_value()) value.number = *context.default_number;
  }
}

}  // namespace

std::optional<Input> CheckInput(const Program& program, const AnswerList& answers, const ContextMap& context,
                                std::vector<InputViolation>& list, bool suggest) {
  Input input;
  input.answers.resize(program.items.size());
  input.context.resize(program.context.size());
  Violations violations(list);
  AnswerChecker checker(program, suggest, violations, input);
  for (int i = 0; i < answers.size(); ++i) checker.Check(static_cast<Index>(i), answers[i]);
  CheckContext(program, context, violations, input);
  if (!violations.Finish()) return std::nullopt;
  FillDefaults(program, input);
  return input;
}

}  // namespace ladder::quiz
