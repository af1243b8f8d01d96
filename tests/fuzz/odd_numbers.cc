#include "tests/fuzz/odd_numbers.h"

#include <google/protobuf/descriptor.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <set>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace ladder::quiz {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

constexpr int kTriesPerValue = 3;

std::string Digits(std::size_t count, Random& random) {
  std::string digits;
  switch (random.Below(4)) {
    case 0:
      digits.assign(count, '9');
      break;
    case 1:
      digits = "1" + std::string(count - 1, '0');
      break;
    case 2:
      digits = std::string(count - 1, '0') + "1";
      break;
    default:
      for (std::size_t i = 0; i < count; ++i) digits += static_cast<char>('0' + random.Below(10));
  }
  return digits;
}

// Around lengths at which something changes: 64 bits, what answers and definitions may have.
std::size_t Length(Random& random) {
  static const auto* const lengths =
      new std::vector<std::size_t>{1, 1, 1, 2, 3, 6, 10, 18, 19, 20, 25, 30, 37, 38, 39, 40, 41, 50, 58, 59, 60, 61};
  return random.Among(*lengths);
}

const std::vector<std::string>& NoIntegers() {
  static const auto* const texts =
      new std::vector<std::string>{"", "-", "--1", "+1", "1e9", "0x1", "nan", "1.5", " 1", "1\n2", "\xff", "1/2", "∞"};
  return *texts;
}

std::string OddInteger(Random& random) {
  if (random.OneIn(12)) return random.Among(NoIntegers());
  if (random.OneIn(4)) {
    static const auto* const ends =
        new std::vector<std::string>{"9223372036854775807",
                                     "9223372036854775808",
                                     "18446744073709551616",
                                     "57896044618658097711785492504343953926634992332820282019728792003956564819949",
                                     "115792089237316195423570985008687907853269984665640564039457584007913129639747",
                                     "115792089237316195423570985008687907853269984665640564039457584007913129639935",
                                     "115792089237316195423570985008687907853269984665640564039457584007913129639936"};
    return random.Among(*ends);
  }
  return Digits(Length(random), random);
}

// Strings of definitions that are numbers, by the message and the field.
bool IsNumber(const FieldDescriptor& field) {
  static const auto* const names = new std::set<std::string>{"Option.value",
                                                             "NumberFormat.min",
                                                             "NumberFormat.max",
                                                             "NumberFormat.step",
                                                             "Row.from",
                                                             "Row.to",
                                                             "Row.value",
                                                             "MissingPolicy.at_least_share",
                                                             "MissingPolicy.value",
                                                             "Band.from",
                                                             "Range.from",
                                                             "Item.hidden_value",
                                                             "ContextValue.default",
                                                             "Norms.sd",
                                                             "Norms.reliability",
                                                             "Norms.functional_mean",
                                                             "Norms.functional_sd",
                                                             "Norms.clinical_mean",
                                                             "Norms.clinical_sd",
                                                             "Norms.cut_off"};
  return names->count(absl::StrCat(field.containing_type()->name(), ".", field.name())) > 0;
}

// All messages of the definition that have a number written in them, with its field.
std::vector<std::pair<Message*, const FieldDescriptor*>> NumbersIn(Message& message) {
  std::vector<std::pair<Message*, const FieldDescriptor*>> numbers;
  const Reflection& reflection = *message.GetReflection();
  std::vector<const FieldDescriptor*> fields;
  reflection.ListFields(message, &fields);
  const auto add_all = [&numbers](Message& inner) {
    const auto found = NumbersIn(inner);
    numbers.insert(numbers.end(), found.begin(), found.end());
  };
  for (const FieldDescriptor* field : fields) {
    if (field->is_map()) continue;
    if (field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE && field->is_repeated()) {
      for (int i = 0; i < reflection.FieldSize(message, field); ++i) {
        add_all(*reflection.MutableRepeatedMessage(&message, field, i));
      }
    } else if (field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
      add_all(*reflection.MutableMessage(&message, field));
    } else if (IsNumber(*field)) {
      numbers.emplace_back(&message, field);
    }
  }
  return numbers;
}

// A format whose steps lead from min to max, as publishing asks.
void PutOddFormat(v1::NumberFormat& format, Random& random) {
  const Rational min = Rational::Parse(OddNumber(random)).value_or(Rational(0));
  const Rational step = Rational::Parse(OddNumber(random)).value_or(Rational(1));
  const Rational max = min + step * Rational(static_cast<std::int64_t>(1 + random.Below(1000)));
  format.set_min(min.ToString());
  format.set_step(step.ToString());
  format.set_max(max.ToString());
}

// A number of the format if it has a text that CheckInput reads; else any.
std::string NumberFor(const NumberFormat& format, bool takes_ratio, Random& random) {
  if (random.OneIn(3)) return OddNumber(random);
  Rational number = format.min;
  if (format.step.sign() > 0) {
    const Rational most = Floor((format.max - format.min) / format.step);
    const std::int64_t steps = most.ToInt64().value_or(1'000'000);
    number += format.step * Rational(static_cast<std::int64_t>(random.Below(static_cast<std::size_t>(steps) + 1)));
  } else {
    const Rational part = Rational::Parse(absl::StrCat("0.", Digits(1 + random.Below(38), random))).value_or(0);
    number = Floor((format.max - format.min) * Rational(random.OneIn(2) ? 1 : 1000)) * part + format.min;
  }
  const std::optional<int> digits = ExactDigits(number);
  return digits.has_value() && !takes_ratio ? FormatDecimal(number, *digits) : number.ToString();
}

void FillAnswer(const Item& item, v1::Answer& answer, Random& random) {
  answer.set_item(item.id);
  switch (item.kind) {
    case Item::Kind::kSingleChoice:
      answer.set_option(item.options[random.Below(item.options.size())].id);
      break;
    case Item::Kind::kMultipleChoice:
      answer.mutable_options();
      for (const Option& option : item.options) {
        if (option.meaning == Option::Meaning::kScored && random.OneIn(2)) {
          answer.mutable_options()->add_option(option.id);
        }
      }
      break;
    case Item::Kind::kNumber:
      answer.set_number(NumberFor(item.number, /*takes_ratio=*/false, random));
      break;
    case Item::Kind::kFreeText:
      answer.set_text("words");
      break;
  }
}

// Whether these are taken; if not, each violation has to say where.
bool IsTaken(const Program& program, const AnswerList& answers, const ContextMap& context) {
  std::vector<InputViolation> violations;
  const bool taken = CheckInput(program, answers, context, violations).has_value();
  EXPECT_EQ(taken, violations.empty());
  for (const InputViolation& violation : violations) {
    EXPECT_TRUE(absl::StartsWith(violation.field, "answers[0].") || absl::StartsWith(violation.field, "context"))
        << violation.field;
    EXPECT_NE(violation.description, "");
  }
  return taken;
}

}  // namespace

std::string OddNumber(Random& random) {
  if (random.OneIn(16)) return random.Among(NoIntegers());
  const std::string sign = random.OneIn(4) ? "-" : "";
  const std::size_t length = Length(random);
  if (length == 1 || random.OneIn(4)) return sign + Digits(length, random);
  const std::size_t before = 1 + (random.OneIn(2) ? 0 : random.Below(length - 1));
  return absl::StrCat(sign, Digits(before, random), random.OneIn(3) ? "/" : ".", Digits(length - before, random));
}

v1::Ratio OddRatio(Random& random) {
  v1::Ratio ratio;
  ratio.set_numerator(absl::StrCat(random.OneIn(3) ? "-" : "", OddInteger(random)));
  ratio.set_denominator(random.OneIn(2) ? "1" : OddInteger(random));
  return ratio;
}

void PutOddNumbers(v1::QuizDefinition& definition, Random& random) {
  for (std::size_t i = 0, count = 1 + random.Below(3); i < count; ++i) {
    const auto numbers = NumbersIn(definition);
    if (numbers.empty()) return;
    const auto& [message, field] = random.Among(numbers);
    if (field->containing_type() == v1::NumberFormat::descriptor()) {
      PutOddFormat(static_cast<v1::NumberFormat&>(*message), random);
    } else {
      message->GetReflection()->SetString(message, field, OddNumber(random));
    }
  }
}

OddInput OddInputFor(const Program& program, Random& random) {
  OddInput input;
  for (const Item& item : program.items) {
    for (int i = 0; i < kTriesPerValue; ++i) {
      AnswerList one;
      FillAnswer(item, *one.Add(), random);
      if (!IsTaken(program, one, {})) continue;
      *input.answers.Add() = one[0];
      break;
    }
  }
  for (const ContextValue& value : program.context) {
    for (int i = 0; i < kTriesPerValue; ++i) {
      ContextMap one;
      one[value.id] = value.kind == ContextValue::Kind::kCodes
                          ? program.codes[random.Among(value.codes)]
                          : NumberFor(value.number, value.kind == ContextValue::Kind::kEarlierScore, random);
      if (!IsTaken(program, {}, one)) continue;
      input.context.insert(one.begin(), one.end());
      break;
    }
  }
  return input;
}

}  // namespace ladder::quiz
