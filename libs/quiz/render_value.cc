#include <algorithm>
#include <optional>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "libs/quiz/render.h"

namespace ladder::quiz {
namespace {

constexpr int kMaxExactDigits = 6;  // More are noise to a reader; `exact` has them all.
constexpr int kInexactDigits = 4;
constexpr std::size_t kMaxDigits = 77;  // A number of so many fits 256 bits.

// How values of the scale are displayed; nothing where no digits are declared.
const std::optional<Rounding>& DisplayOf(const Scale& scale) {
  return scale.shown.has_value() ? scale.shown : scale.rounding;
}

v1::Value Render(const Rational& value, const Rational& displayed, int digits) {
  v1::Value rendered;
  rendered.set_decimal(FormatDecimal(displayed, digits));
  *rendered.mutable_exact() = RenderRatio(value);
  return rendered;
}

std::optional<Int256> ParseInteger(absl::string_view text) {
  absl::string_view digits = text;
  absl::ConsumePrefix(&digits, "-");
  if (digits.empty() || digits.size() > kMaxDigits) return std::nullopt;
  if (!std::all_of(digits.begin(), digits.end(), absl::ascii_isdigit)) return std::nullopt;
  // A leading zero would make it octal.
  while (digits.size() > 1 && digits.front() == '0') digits.remove_prefix(1);
  const Int256 value{std::string(digits)};
  return text.front() == '-' ? Int256(-value) : value;
}

}  // namespace

v1::Value RenderValue(const Rational& value, const Scale& scale) {
  const std::optional<Rounding>& rounding = DisplayOf(scale);
  if (!rounding.has_value()) return RenderNumber(value);
  return Render(value, Round(value, rounding->digits, rounding->mode), rounding->digits);
}

v1::Value RenderBeside(const Rational& value, const Scale& scale) {
  const std::optional<int> exact = ExactDigits(value);
  const std::optional<Rounding>& rounding = DisplayOf(scale);
  if (!rounding.has_value() || (exact.has_value() && *exact > rounding->digits)) return RenderNumber(value);
  return RenderValue(value, scale);
}

v1::Value RenderNumber(const Rational& value) {
  const std::optional<int> exact = ExactDigits(value);
  return Render(value, value, exact.has_value() && *exact <= kMaxExactDigits ? *exact : kInexactDigits);
}

v1::Ratio RenderRatio(const Rational& value) {
  v1::Ratio ratio;
  ratio.set_numerator(value.numerator().str());
  ratio.set_denominator(value.denominator().str());
  return ratio;
}

std::optional<Rational> ParseRatio(const v1::Ratio& ratio) {
  const std::optional<Int256> numerator = ParseInteger(ratio.numerator());
  const std::optional<Int256> denominator = ParseInteger(ratio.denominator());
  if (!numerator.has_value() || !denominator.has_value() || *denominator <= 0) return std::nullopt;
  return Rational::Ratio(*numerator, *denominator);
}

std::optional<Rational> ExactOf(const v1::Value& value) { return ParseRatio(value.exact()); }

}  // namespace ladder::quiz
