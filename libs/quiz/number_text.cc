// Numbers from text and as text.

#include <algorithm>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "libs/quiz/number_arithmetic.h"

namespace ladder::quiz {
namespace {

constexpr std::size_t kMaxDigitsInText = 60;
constexpr std::size_t kMaxDigitsOfInteger = 78;  // 2^256 - 1 has so many.
constexpr std::size_t kMaxQuotedCharacters = 80;
constexpr int kMaxDecimalDigits = 18;
constexpr char kOutOfRangeText[] = "out of range";

bool IsDigits(absl::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), absl::ascii_isdigit);
}

// REQUIRES: digits only, at most kMaxDigitsOfInteger.
template <typename Integer>
Integer ParseDigits(absl::string_view digits) {
  Integer value = 0;
  for (const char digit : digits) value = value * 10 + (digit - '0');
  return value;
}

// How often `factor` divides `value`, which is divided by it as often.
template <typename Integer>
int TakeOut(Integer& value, int factor) {
  int times = 0;
  while (times <= kMaxDecimalDigits && value % factor == 0) {
    value /= factor;
    ++times;
  }
  return times;
}

absl::Status NotANumber(absl::string_view text) {
  return absl::InvalidArgumentError(absl::StrCat("'", text.substr(0, kMaxQuotedCharacters),
                                                 "' is not a number; write it like \"12\", \"-1.25\" or \"5/6\""));
}

}  // namespace

absl::StatusOr<Rational> Rational::Parse(absl::string_view text) {
  using Wide = Arithmetic::Wide;
  if (text.size() > kMaxDigitsInText + 2) {  // A sign and a point or a slash.
    return absl::InvalidArgumentError(absl::StrCat("'", text.substr(0, kMaxQuotedCharacters),
                                                   "' is too long for a number; at most ", kMaxDigitsInText,
                                                   " digits are taken"));
  }
  const bool negative = absl::StartsWith(text, "-");
  const absl::string_view magnitude = text.substr(negative ? 1 : 0);
  const std::size_t mark = magnitude.find_first_of("./");
  const absl::string_view head = magnitude.substr(0, mark);
  if (!IsDigits(head) || head.size() > kMaxDigitsInText) return NotANumber(text);
  Wide numerator = ParseDigits<Wide>(head);
  Wide denominator = 1;
  if (mark != absl::string_view::npos) {
    const absl::string_view tail = magnitude.substr(mark + 1);
    if (!IsDigits(tail) || head.size() + tail.size() > kMaxDigitsInText) return NotANumber(text);
    if (magnitude[mark] == '/') {
      denominator = ParseDigits<Wide>(tail);
      if (denominator == 0) return absl::InvalidArgumentError(absl::StrCat("'", text, "' divides by zero"));
    } else {
      denominator = Arithmetic::PowerOfTen(static_cast<int>(tail.size()));
      numerator = numerator * denominator + ParseDigits<Wide>(tail);
    }
  }
  return Arithmetic::Reduce(negative ? Wide(-numerator) : numerator, denominator);  // 60 digits have 200 bits.
}

std::optional<Rational> Rational::ParseParts(absl::string_view numerator, absl::string_view denominator) {
  using Wide = Arithmetic::Wide;
  const bool negative = absl::ConsumePrefix(&numerator, "-");
  const auto is_readable = [](absl::string_view text) { return text.size() <= kMaxDigitsOfInteger && IsDigits(text); };
  if (!is_readable(numerator) || !is_readable(denominator)) return std::nullopt;
  const Wide above = ParseDigits<Wide>(numerator);
  const Wide below = ParseDigits<Wide>(denominator);
  if (below == 0) return std::nullopt;
  if (Arithmetic::BitsOf(above) > kMostBits || Arithmetic::BitsOf(below) > kMostBits) return std::nullopt;
  return Arithmetic::Reduce(negative ? Wide(-above) : above, below);
}

std::string Rational::NumeratorText() const {
  if (const auto* small = std::get_if<Small>(&value_)) return absl::StrCat(small->numerator);
  return out_of_range() ? std::string() : std::get_if<General>(&value_)->numerator.str();
}

std::string Rational::DenominatorText() const {
  if (const auto* small = std::get_if<Small>(&value_)) return absl::StrCat(small->denominator);
  return out_of_range() ? std::string() : std::get_if<General>(&value_)->denominator.str();
}

std::string Rational::ToString() const {
  if (out_of_range()) return kOutOfRangeText;
  return is_integer() ? NumeratorText() : absl::StrCat(NumeratorText(), "/", DenominatorText());
}

std::string FormatDecimal(const Rational& value, int digits, RoundingMode mode) {
  if (value.out_of_range()) return kOutOfRangeText;
  const Rational::Arithmetic::Wide scaled = Rational::Arithmetic::ScaledMagnitude(value.ToGeneral(), digits, mode);
  std::string text = scaled.str();
  const auto width = static_cast<std::size_t>(digits);
  if (text.size() <= width) text.insert(0, width + 1 - text.size(), '0');
  if (width > 0) text.insert(text.size() - width, ".");
  if (value.sign() < 0 && scaled != 0) text.insert(0, "-");
  return text;
}

std::optional<int> ExactDigits(const Rational& value) noexcept {
  if (value.out_of_range()) return std::nullopt;
  Rational::Int256 rest = value.ToGeneral().denominator;
  const int digits = std::max(TakeOut(rest, 2), TakeOut(rest, 5));
  if (rest != 1 || digits > kMaxDecimalDigits) return std::nullopt;
  return digits;
}

}  // namespace ladder::quiz
