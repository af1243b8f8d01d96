#include "libs/quiz/number.h"

#include <algorithm>
#include <bit>
#include <limits>
#include <numeric>

#include "absl/numeric/int128.h"
#include "absl/strings/str_cat.h"
#include "libs/quiz/number_arithmetic.h"

namespace ladder::quiz {
namespace {

constexpr std::int64_t kLeastInt64 = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t kMostInt64 = std::numeric_limits<std::int64_t>::max();

bool FitsInt64(const absl::int128& value) { return value >= kLeastInt64 && value <= kMostInt64; }

// std::gcd takes absolute values, which the least of all integers has not got in 64 bits.
std::uint64_t Magnitude(std::int64_t value) {
  return value < 0 ? ~static_cast<std::uint64_t>(value) + 1 : static_cast<std::uint64_t>(value);
}

// REQUIRES: b > 0. So the result fits whatever `a` is.
std::int64_t Gcd(std::int64_t a, std::int64_t b) {
  return static_cast<std::int64_t>(std::gcd(Magnitude(a), Magnitude(b)));
}

}  // namespace

// Sums and products reduce before they multiply, after Knuth, TAOCP 4.5.1, so they leave 64 bits only if the result
// does.

std::optional<Rational::Small> Rational::Arithmetic::AddSmall(const Small& a, const Small& b) {
  if (a.denominator == 1 && b.denominator == 1) {
    std::int64_t sum;
    if (__builtin_add_overflow(a.numerator, b.numerator, &sum)) return std::nullopt;
    return Small{sum, 1};
  }
  const std::int64_t divisor = Gcd(a.denominator, b.denominator);
  const absl::int128 sum =
      absl::int128(a.numerator) * (b.denominator / divisor) + absl::int128(b.numerator) * (a.denominator / divisor);
  const std::int64_t common = Gcd(static_cast<std::int64_t>(sum % divisor), divisor);
  const absl::int128 numerator = sum / common;
  std::int64_t denominator;
  if (!FitsInt64(numerator) || __builtin_mul_overflow(a.denominator / divisor, b.denominator / common, &denominator)) {
    return std::nullopt;
  }
  return Small{static_cast<std::int64_t>(numerator), denominator};
}

std::optional<Rational::Small> Rational::Arithmetic::MultiplySmall(const Small& a, const Small& b) {
  const std::int64_t left = Gcd(a.numerator, b.denominator);
  const std::int64_t right = Gcd(b.numerator, a.denominator);
  Small product;
  if (__builtin_mul_overflow(a.numerator / left, b.numerator / right, &product.numerator) ||
      __builtin_mul_overflow(a.denominator / right, b.denominator / left, &product.denominator)) {
    return std::nullopt;
  }
  return product;
}

std::optional<Rational::Small> Rational::Arithmetic::RoundSmall(const Small& value, int digits, RoundingMode mode) {
  if (value.denominator == 1) return value;
  std::int64_t power = 1;
  for (int i = 0; i < digits; ++i) power *= 10;  // 10^18 fits.
  std::int64_t scaled;
  if (__builtin_mul_overflow(value.numerator, power, &scaled)) return std::nullopt;
  std::int64_t quotient = scaled / value.denominator;
  const std::uint64_t remainder = Magnitude(scaled % value.denominator);
  const std::uint64_t rest = static_cast<std::uint64_t>(value.denominator) - remainder;
  const bool away = remainder > rest || (remainder == rest && (mode == RoundingMode::kHalfUp || quotient % 2 != 0));
  if (away) quotient += scaled < 0 ? -1 : 1;  // The denominator is at least 2, so this fits.
  const std::int64_t divisor = Gcd(quotient, power);
  return Small{quotient / divisor, power / divisor};
}

std::optional<Rational::Small> Rational::Arithmetic::CommonDivisorOfSmall(const Small& a, const Small& b) {
  const std::uint64_t numerator = std::gcd(Magnitude(a.numerator), Magnitude(b.numerator));
  std::int64_t denominator;
  const std::int64_t divisor = Gcd(a.denominator, b.denominator);
  if (numerator > static_cast<std::uint64_t>(kMostInt64) ||
      __builtin_mul_overflow(a.denominator / divisor, b.denominator, &denominator)) {
    return std::nullopt;
  }
  return Small{static_cast<std::int64_t>(numerator), numerator == 0 ? 1 : denominator};
}

Rational Rational::Ratio(std::int64_t numerator, std::int64_t denominator) noexcept {
  return Rational(numerator) / Rational(denominator);
}

Rational Rational::PowerOfTwo(int exponent) noexcept {
  if (exponent >= kMostBits) return OutOfRange();
  return Rational(General{Int256(1) << exponent, 1});
}

Rational::General Rational::ToGeneral() const noexcept {
  if (const auto* small = std::get_if<Small>(&value_)) return {small->numerator, small->denominator};
  return *std::get_if<General>(&value_);
}

Rational Rational::GeneralForTest() const noexcept { return out_of_range() ? *this : Rational(ToGeneral()); }

bool Rational::is_integer() const noexcept {
  if (const auto* small = std::get_if<Small>(&value_)) return small->denominator == 1;
  return !out_of_range() && std::get_if<General>(&value_)->denominator == 1;
}

int Rational::sign() const noexcept {
  if (const auto* small = std::get_if<Small>(&value_)) return (small->numerator > 0) - (small->numerator < 0);
  return out_of_range() ? 1 : std::get_if<General>(&value_)->numerator.sign();
}

int Rational::numerator_bits() const noexcept {
  if (const auto* small = std::get_if<Small>(&value_)) return std::bit_width(Magnitude(small->numerator));
  return out_of_range() ? kMostBits + 1 : Arithmetic::BitsOf(std::get_if<General>(&value_)->numerator);
}

int Rational::denominator_bits() const noexcept {
  if (const auto* small = std::get_if<Small>(&value_)) return std::bit_width(Magnitude(small->denominator));
  return out_of_range() ? kMostBits + 1 : Arithmetic::BitsOf(std::get_if<General>(&value_)->denominator);
}

std::optional<std::int64_t> Rational::ToInt64() const noexcept {
  if (!is_integer()) return std::nullopt;
  if (const auto* small = std::get_if<Small>(&value_)) return small->numerator;
  const Int256& integer = std::get_if<General>(&value_)->numerator;
  if (integer < kLeastInt64 || integer > kMostInt64) return std::nullopt;
  return static_cast<std::int64_t>(integer);
}

Rational operator+(const Rational& a, const Rational& b) noexcept {
  const auto* x = std::get_if<Rational::Small>(&a.value_);
  const auto* y = std::get_if<Rational::Small>(&b.value_);
  if (x != nullptr && y != nullptr) {
    if (const auto sum = Rational::Arithmetic::AddSmall(*x, *y)) return Rational(*sum);
  }
  if (a.out_of_range() || b.out_of_range()) return Rational::OutOfRange();
  return Rational::Arithmetic::AddGeneral(a.ToGeneral(), b.ToGeneral());
}

Rational operator*(const Rational& a, const Rational& b) noexcept {
  const auto* x = std::get_if<Rational::Small>(&a.value_);
  const auto* y = std::get_if<Rational::Small>(&b.value_);
  if (x != nullptr && y != nullptr) {
    if (const auto product = Rational::Arithmetic::MultiplySmall(*x, *y)) return Rational(*product);
  }
  if (a.out_of_range() || b.out_of_range()) return Rational::OutOfRange();
  return Rational::Arithmetic::MultiplyGeneral(a.ToGeneral(), b.ToGeneral());
}

Rational operator-(const Rational& a, const Rational& b) noexcept { return a + -b; }

Rational operator/(const Rational& a, const Rational& b) noexcept { return a * b.Reciprocal(); }

Rational Rational::operator-() const noexcept {
  if (const auto* small = std::get_if<Small>(&value_)) {
    std::int64_t negated;
    if (!__builtin_sub_overflow(std::int64_t{0}, small->numerator, &negated)) {
      return Rational(Small{negated, small->denominator});
    }
  }
  if (out_of_range()) return *this;
  General general = ToGeneral();
  general.numerator = -general.numerator;
  return Rational(std::move(general));
}

Rational Rational::Reciprocal() const noexcept {
  const auto* small = std::get_if<Small>(&value_);
  if (small != nullptr && small->numerator > 0) return Rational(Small{small->denominator, small->numerator});
  if (small != nullptr && small->numerator < 0 && small->numerator > kLeastInt64) {
    return Rational(Small{-small->denominator, -small->numerator});
  }
  if (out_of_range() || sign() == 0) return OutOfRange();
  General general = ToGeneral();
  if (general.numerator < 0) general = {-general.numerator, -general.denominator};
  return Rational(General{general.denominator, general.numerator});
}

bool operator==(const Rational& a, const Rational& b) noexcept { return (a <=> b) == std::strong_ordering::equal; }

std::strong_ordering operator<=>(const Rational& a, const Rational& b) noexcept {
  const auto* x = std::get_if<Rational::Small>(&a.value_);
  const auto* y = std::get_if<Rational::Small>(&b.value_);
  if (x != nullptr && y != nullptr) {
    if (x->denominator == y->denominator) return x->numerator <=> y->numerator;
    const absl::int128 left = absl::int128(x->numerator) * y->denominator;
    const absl::int128 right = absl::int128(y->numerator) * x->denominator;
    return left < right   ? std::strong_ordering::less
           : left > right ? std::strong_ordering::greater
                          : std::strong_ordering::equal;
  }
  if (a.out_of_range() || b.out_of_range()) return a.out_of_range() <=> b.out_of_range();
  return Rational::Arithmetic::Compare(a.ToGeneral(), b.ToGeneral());
}

Rational NumeratorOf(const Rational& value) noexcept {
  if (const auto* small = std::get_if<Rational::Small>(&value.value_)) return small->numerator;
  return value.out_of_range() ? value : Rational(Rational::General{value.ToGeneral().numerator, 1});
}

Rational DenominatorOf(const Rational& value) noexcept {
  if (const auto* small = std::get_if<Rational::Small>(&value.value_)) return small->denominator;
  return value.out_of_range() ? value : Rational(Rational::General{value.ToGeneral().denominator, 1});
}

Rational Floor(const Rational& value) noexcept {
  if (value.is_integer() || value.out_of_range()) return value;
  if (const auto* small = std::get_if<Rational::Small>(&value.value_)) {
    return small->numerator / small->denominator - (small->numerator < 0 ? 1 : 0);
  }
  return Rational::Arithmetic::FloorGeneral(value.ToGeneral());
}

Rational Ceiling(const Rational& value) noexcept { return -Floor(-value); }

Rational GreatestCommonDivisor(const Rational& a, const Rational& b) noexcept {
  const auto* x = std::get_if<Rational::Small>(&a.value_);
  const auto* y = std::get_if<Rational::Small>(&b.value_);
  if (x != nullptr && y != nullptr) {
    if (const auto divisor = Rational::Arithmetic::CommonDivisorOfSmall(*x, *y)) return Rational(*divisor);
  }
  if (a.out_of_range() || b.out_of_range()) return Rational::OutOfRange();
  return Rational::Arithmetic::CommonDivisorOfGeneral(a.ToGeneral(), b.ToGeneral());
}

bool IsOnGrid(const Rational& value, const Rational& origin, const Rational& step) noexcept {
  if (value.out_of_range() || origin.out_of_range() || step.out_of_range()) return false;
  if (step.sign() == 0) return value == origin;
  const Rational steps = (value - origin) / step;
  if (!steps.out_of_range()) return steps.is_integer();
  return Rational::Arithmetic::IsOnGrid(value.ToGeneral(), origin.ToGeneral(), step.ToGeneral());
}

Rational Round(const Rational& value, int digits, RoundingMode mode) noexcept {
  if (const auto* small = std::get_if<Rational::Small>(&value.value_)) {
    if (const auto rounded = Rational::Arithmetic::RoundSmall(*small, digits, mode)) return Rational(*rounded);
  }
  if (value.is_integer() || value.out_of_range()) return value;
  return Rational::Arithmetic::RoundGeneral(value.ToGeneral(), digits, mode);
}

}  // namespace ladder::quiz
