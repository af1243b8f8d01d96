// Operations on numbers that need up to 256 bits, and what takes such numbers in and out.

#include <limits>

#include "libs/quiz/number_arithmetic.h"

namespace ladder::quiz {

int Rational::Arithmetic::BitsOf(const Wide& value) {
  // Of 0 and of negative numbers the library has no highest bit.
  if (value.is_zero()) return 0;
  return static_cast<int>(msb(boost::multiprecision::abs(value))) + 1;
}

Rational::Arithmetic::Wide Rational::Arithmetic::PowerOfTen(int exponent) {
  Wide power = 1;
  for (int i = 0; i < exponent; ++i) power *= 10;
  return power;
}

Rational Rational::Arithmetic::Narrow(const Wide& numerator, const Wide& denominator) {
  if (BitsOf(numerator) > kMostBits || BitsOf(denominator) > kMostBits) return OutOfRange();
  return Rational(General{static_cast<Int256>(numerator), static_cast<Int256>(denominator)});
}

Rational Rational::Arithmetic::Reduce(const Wide& numerator, const Wide& denominator) {
  const Wide divisor = boost::multiprecision::gcd(numerator, denominator);
  const Rational reduced = Narrow(numerator / divisor, denominator / divisor);
  if (reduced.out_of_range()) return reduced;
  const General& general = *std::get_if<General>(&reduced.value_);
  constexpr std::int64_t kLeast = std::numeric_limits<std::int64_t>::min();
  constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();
  if (general.numerator < kLeast || general.numerator > kMost || general.denominator > kMost) return reduced;
  return Rational(Small{static_cast<std::int64_t>(general.numerator), static_cast<std::int64_t>(general.denominator)});
}

Rational Rational::Arithmetic::AddGeneral(const General& a, const General& b) {
  const Wide left = a.denominator;
  const Wide right = b.denominator;
  const Wide divisor = boost::multiprecision::gcd(left, right);
  const Wide sum = Wide(a.numerator) * (right / divisor) + Wide(b.numerator) * (left / divisor);
  const Wide common = boost::multiprecision::gcd(Wide(sum % divisor), divisor);
  return Narrow(sum / common, (left / divisor) * (right / common));
}

Rational Rational::Arithmetic::MultiplyGeneral(const General& a, const General& b) {
  const Wide left = boost::multiprecision::gcd(Wide(a.numerator), Wide(b.denominator));
  const Wide right = boost::multiprecision::gcd(Wide(b.numerator), Wide(a.denominator));
  return Narrow((a.numerator / left) * (b.numerator / right), (a.denominator / right) * (b.denominator / left));
}

Rational::Arithmetic::Wide Rational::Arithmetic::ScaledMagnitude(const General& value, int digits, RoundingMode mode) {
  const Wide numerator = boost::multiprecision::abs(Wide(value.numerator)) * PowerOfTen(digits);
  const Wide denominator = value.denominator;
  Wide quotient;
  Wide remainder;
  boost::multiprecision::divide_qr(numerator, denominator, quotient, remainder);
  const Wide twice = remainder * 2;
  const bool tie_goes_up = mode == RoundingMode::kHalfUp || bit_test(quotient, 0);
  if (twice > denominator || (twice == denominator && tie_goes_up)) ++quotient;
  return quotient;
}

Rational Rational::Arithmetic::RoundGeneral(const General& value, int digits, RoundingMode mode) {
  const Wide scaled = ScaledMagnitude(value, digits, mode);
  const Wide power = PowerOfTen(digits);
  const Wide divisor = boost::multiprecision::gcd(scaled, power);
  const Wide magnitude = scaled / divisor;
  return Narrow(value.numerator < 0 ? Wide(-magnitude) : magnitude, power / divisor);
}

Rational Rational::Arithmetic::CommonDivisorOfGeneral(const General& a, const General& b) {
  const Wide numerator = boost::multiprecision::gcd(Wide(a.numerator), Wide(b.numerator));
  if (numerator.is_zero()) return Rational(0);
  const Wide divisor = boost::multiprecision::gcd(Wide(a.denominator), Wide(b.denominator));
  return Narrow(numerator, (a.denominator / divisor) * b.denominator);
}

Rational Rational::Arithmetic::FloorGeneral(const General& value) {
  const Wide numerator = value.numerator;
  const Wide denominator = value.denominator;
  const Wide quotient = numerator / denominator;  // Towards zero.
  const bool is_above = numerator < 0 && quotient * denominator != numerator;
  return Narrow(is_above ? Wide(quotient - 1) : quotient, 1);
}

std::strong_ordering Rational::Arithmetic::Compare(const General& a, const General& b) {
  const Wide left = Wide(a.numerator) * Wide(b.denominator);
  const Wide right = Wide(b.numerator) * Wide(a.denominator);
  return left.compare(right) <=> 0;
}

bool Rational::Arithmetic::IsOnGrid(const General& value, const General& origin, const General& step) {
  const Wide distance =
      Wide(value.numerator) * Wide(origin.denominator) - Wide(origin.numerator) * Wide(value.denominator);
  const Wide units = Wide(value.denominator) * Wide(origin.denominator);
  return (distance * Wide(step.denominator)) % (units * Wide(step.numerator)) == 0;
}

std::optional<UnlimitedRational> Rational::ToUnlimited() const {
  if (out_of_range()) return std::nullopt;
  const General general = ToGeneral();
  return UnlimitedRational(boost::multiprecision::cpp_int(general.numerator),
                           boost::multiprecision::cpp_int(general.denominator));
}

}  // namespace ladder::quiz
