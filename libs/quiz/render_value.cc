#include <optional>

#include "libs/quiz/render.h"

namespace ladder::quiz {
namespace {

constexpr int kMaxExactDigits = 6;  // More are noise to a reader; `exact` has them all.
constexpr int kInexactDigits = 4;

// How values of the scale are displayed; nothing where no digits are declared.
const std::optional<Rounding>& DisplayOf(const Scale& scale) {
  return scale.shown.has_value() ? scale.shown : scale.rounding;
}

v1::Value Render(const Rational& value, int digits, RoundingMode mode) {
  v1::Value rendered;
  if (value.out_of_range()) return rendered;
  rendered.set_decimal(FormatDecimal(value, digits, mode));
  *rendered.mutable_exact() = RenderRatio(value);
  return rendered;
}

}  // namespace

v1::Value RenderValue(const Rational& value, const Scale& scale) {
  const std::optional<Rounding>& rounding = DisplayOf(scale);
  if (!rounding.has_value()) return RenderNumber(value);
  return Render(value, rounding->digits, rounding->mode);
}

v1::Value RenderBeside(const Rational& value, const Scale& scale) {
  const std::optional<int> exact = ExactDigits(value);
  const std::optional<Rounding>& rounding = DisplayOf(scale);
  if (!rounding.has_value() || (exact.has_value() && *exact > rounding->digits)) return RenderNumber(value);
  return RenderValue(value, scale);
}

v1::Value RenderNumber(const Rational& value) {
  const std::optional<int> exact = ExactDigits(value);
  const int digits = exact.has_value() && *exact <= kMaxExactDigits ? *exact : kInexactDigits;
  return Render(value, digits, RoundingMode::kHalfUp);
}

v1::Ratio RenderRatio(const Rational& value) {
  v1::Ratio ratio;
  ratio.set_numerator(value.NumeratorText());
  ratio.set_denominator(value.DenominatorText());
  return ratio;
}

std::optional<Rational> ParseRatio(const v1::Ratio& ratio) {
  return Rational::ParseParts(ratio.numerator(), ratio.denominator());
}

std::optional<Rational> ExactOf(const v1::Value& value) { return ParseRatio(value.exact()); }

}  // namespace ladder::quiz
