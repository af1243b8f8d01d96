#include "libs/quiz/number.h"

#include <algorithm>
#include <limits>
#include <numeric>
#include <stdexcept>
#include <utility>

#include "absl/numeric/int128.h"
#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace ladder::quiz {
namespace {

constexpr std::size_t kMaxDigitsInText = 60;
constexpr std::size_t kMaxQuotedCharacters = 80;
constexpr int kMaxDecimalDigits = 18;
constexpr unsigned kBitsOfInt256 = 256;

// Holds every step between two Int256 operands and their result: a product of two has 512 bits, a sum of two such
// products one more, and rounding multiplies by at most 10^18.
using Wide = boost::multiprecision::number<
    boost::multiprecision::cpp_int_backend<640, 640, boost::multiprecision::signed_magnitude,
                                           boost::multiprecision::checked, void>,
    boost::multiprecision::et_off>;

Int256 Narrow(const Wide& wide) {
  if (wide != 0 && msb(boost::multiprecision::abs(wide)) >= kBitsOfInt256) {
    throw std::overflow_error("a number needs more than 256 bits");
  }
  return static_cast<Int256>(wide);
}

bool FitsInt64(const absl::int128& value) {
  return value >= std::numeric_limits<std::int64_t>::min() && value <= std::numeric_limits<std::int64_t>::max();
}

bool FitsInt64(const Int256& value) {
  return value >= std::numeric_limits<std::int64_t>::min() && value <= std::numeric_limits<std::int64_t>::max();
}

// std::gcd takes absolute values, which the least of all integers has not got in 64 bits.
std::uint64_t Magnitude(std::int64_t value) {
  return value < 0 ? ~static_cast<std::uint64_t>(value) + 1 : static_cast<std::uint64_t>(value);
}

// REQUIRES: b > 0. So the result fits whatever `a` is.
std::int64_t Gcd(std::int64_t a, std::int64_t b) {
  return static_cast<std::int64_t>(std::gcd(Magnitude(a), Magnitude(b)));
}

Int256 Gcd(const Int256& a, const Int256& b) { return boost::multiprecision::gcd(a, b); }

Wide PowerOfTen(int exponent) {
  Wide power = 1;
  for (int i = 0; i < exponent; ++i) power *= 10;
  return power;
}

// |value| * 10^digits to the nearest integer; a tie goes up or, with `to_even`, to the even one.
Wide ScaledMagnitude(const Rational& value, int digits, bool to_even) {
  const Wide numerator = boost::multiprecision::abs(Wide(value.numerator())) * PowerOfTen(digits);
  const Wide denominator = Wide(value.denominator());
  Wide quotient;
  Wide remainder;
  boost::multiprecision::divide_qr(numerator, denominator, quotient, remainder);
  const Wide twice = remainder * 2;
  const bool odd = bit_test(quotient, 0);
  if (twice > denominator || (twice == denominator && (!to_even || odd))) ++quotient;
  return quotient;
}

// How often `factor` divides `value`, which is divided by it as often.
int TakeOut(Int256& value, int factor) {
  int times = 0;
  while (times <= kMaxDecimalDigits && value % factor == 0) {
    value /= factor;
    ++times;
  }
  return times;
}

bool IsDigits(absl::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), absl::ascii_isdigit);
}

// REQUIRES: digits only, at most kMaxDigitsInText.
Int256 ParseDigits(absl::string_view digits) {
  Int256 value = 0;
  for (const char digit : digits) value = value * 10 + (digit - '0');
  return value;
}

absl::Status NotANumber(absl::string_view text) {
  return absl::InvalidArgumentError(absl::StrCat("'", text.substr(0, kMaxQuotedCharacters),
                                                 "' is not a number; write it like \"12\", \"-1.25\" or \"5/6\""));
}

}  // namespace

Rational Rational::Ratio(const Int256& numerator, const Int256& denominator) {
  const Int256 divisor = Gcd(numerator, denominator);
  General general{numerator / divisor, denominator / divisor};
  if (general.denominator < 0) general = {-general.numerator, -general.denominator};
  if (FitsInt64(general.numerator) && FitsInt64(general.denominator)) {
    return Rational(
        Small{static_cast<std::int64_t>(general.numerator), static_cast<std::int64_t>(general.denominator)});
  }
  return Rational(std::move(general));
}

absl::StatusOr<Rational> Rational::Parse(absl::string_view text) {
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
  Int256 numerator = ParseDigits(head);
  Int256 denominator = 1;
  if (mark != absl::string_view::npos) {
    const absl::string_view tail = magnitude.substr(mark + 1);
    if (!IsDigits(tail) || head.size() + tail.size() > kMaxDigitsInText) return NotANumber(text);
    if (magnitude[mark] == '/') {
      denominator = ParseDigits(tail);
      if (denominator == 0) return absl::InvalidArgumentError(absl::StrCat("'", text, "' divides by zero"));
    } else {
      denominator = static_cast<Int256>(PowerOfTen(static_cast<int>(tail.size())));
      numerator = numerator * denominator + ParseDigits(tail);
    }
  }
  return Ratio(negative ? -numerator : numerator, denominator);
}

Rational::General Rational::ToGeneral() const {
  if (const auto* small = std::get_if<Small>(&value_)) return {small->numerator, small->denominator};
  return std::get<General>(value_);
}

Rational Rational::GeneralForTest() const { return Rational(ToGeneral()); }

Int256 Rational::numerator() const { return ToGeneral().numerator; }

Int256 Rational::denominator() const { return ToGeneral().denominator; }

bool Rational::is_integer() const {
  if (const auto* small = std::get_if<Small>(&value_)) return small->denominator == 1;
  return std::get<General>(value_).denominator == 1;
}

int Rational::sign() const {
  if (const auto* small = std::get_if<Small>(&value_)) return (small->numerator > 0) - (small->numerator < 0);
  return std::get<General>(value_).numerator.sign();
}

// Sums and products reduce before they multiply, after Knuth, TAOCP 4.5.1, so they overflow only where the result does.

std::optional<Rational> Rational::AddSmall(const Small& a, const Small& b) {
  if (a.denominator == 1 && b.denominator == 1) {
    std::int64_t sum;
    if (__builtin_add_overflow(a.numerator, b.numerator, &sum)) return std::nullopt;
    return Rational(Small{sum, 1});
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
  return Rational(Small{static_cast<std::int64_t>(numerator), denominator});
}

Rational Rational::AddGeneral(const General& a, const General& b) {
  const Int256 divisor = Gcd(a.denominator, b.denominator);
  const Wide sum =
      Wide(a.numerator) * Wide(b.denominator / divisor) + Wide(b.numerator) * Wide(a.denominator / divisor);
  const Int256 common = Gcd(static_cast<Int256>(sum % Wide(divisor)), divisor);
  return Rational(General{Narrow(sum / Wide(common)), (a.denominator / divisor) * (b.denominator / common)});
}

std::optional<Rational> Rational::MultiplySmall(const Small& a, const Small& b) {
  const std::int64_t left = Gcd(a.numerator, b.denominator);
  const std::int64_t right = Gcd(b.numerator, a.denominator);
  Small product;
  if (__builtin_mul_overflow(a.numerator / left, b.numerator / right, &product.numerator) ||
      __builtin_mul_overflow(a.denominator / right, b.denominator / left, &product.denominator)) {
    return std::nullopt;
  }
  return Rational(product);
}

Rational Rational::MultiplyGeneral(const General& a, const General& b) {
  const Int256 left = Gcd(a.numerator, b.denominator);
  const Int256 right = Gcd(b.numerator, a.denominator);
  return Rational(
      General{(a.numerator / left) * (b.numerator / right), (a.denominator / right) * (b.denominator / left)});
}

Rational operator+(const Rational& a, const Rational& b) {
  const auto* x = std::get_if<Rational::Small>(&a.value_);
  const auto* y = std::get_if<Rational::Small>(&b.value_);
  if (x != nullptr && y != nullptr) {
    if (const std::optional<Rational> sum = Rational::AddSmall(*x, *y)) return *sum;
  }
  return Rational::AddGeneral(a.ToGeneral(), b.ToGeneral());
}

Rational operator*(const Rational& a, const Rational& b) {
  const auto* x = std::get_if<Rational::Small>(&a.value_);
  const auto* y = std::get_if<Rational::Small>(&b.value_);
  if (x != nullptr && y != nullptr) {
    if (const std::optional<Rational> product = Rational::MultiplySmall(*x, *y)) return *product;
  }
  return Rational::MultiplyGeneral(a.ToGeneral(), b.ToGeneral());
}

Rational operator-(const Rational& a, const Rational& b) { return a + -b; }

Rational operator/(const Rational& a, const Rational& b) { return a * b.Reciprocal(); }

Rational Rational::operator-() const {
  if (const auto* small = std::get_if<Small>(&value_)) {
    std::int64_t negated;
    if (!__builtin_sub_overflow(std::int64_t{0}, small->numerator, &negated)) {
      return Rational(Small{negated, small->denominator});
    }
  }
  General general = ToGeneral();
  general.numerator = -general.numerator;
  return Rational(std::move(general));
}

Rational Rational::Reciprocal() const {
  const auto* small = std::get_if<Small>(&value_);
  if (small != nullptr && small->numerator > 0) return Rational(Small{small->denominator, small->numerator});
  if (small != nullptr && small->numerator > std::numeric_limits<std::int64_t>::min()) {
    return Rational(Small{-small->denominator, -small->numerator});
  }
  General general = ToGeneral();
  if (general.numerator < 0) general = {-general.numerator, -general.denominator};
  return Rational(General{general.denominator, general.numerator});
}

bool operator==(const Rational& a, const Rational& b) { return (a <=> b) == std::strong_ordering::equal; }

std::strong_ordering operator<=>(const Rational& a, const Rational& b) {
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
  const Wide left = Wide(a.numerator()) * Wide(b.denominator());
  const Wide right = Wide(b.numerator()) * Wide(a.denominator());
  return left.compare(right) <=> 0;
}

std::string Rational::ToString() const {
  if (const auto* small = std::get_if<Small>(&value_)) {
    return small->denominator == 1 ? absl::StrCat(small->numerator)
                                   : absl::StrCat(small->numerator, "/", small->denominator);
  }
  const General& general = std::get<General>(value_);
  return general.denominator == 1 ? general.numerator.str()
                                  : absl::StrCat(general.numerator.str(), "/", general.denominator.str());
}

std::optional<Rational> Rational::RoundSmall(const Small& value, int digits, RoundingMode mode) {
  if (value.denominator == 1) return Rational(value);
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
  return Rational(Small{quotient / divisor, power / divisor});
}

Rational Round(const Rational& value, int digits, RoundingMode mode) {
  if (const auto* small = std::get_if<Rational::Small>(&value.value_)) {
    if (const std::optional<Rational> rounded = Rational::RoundSmall(*small, digits, mode)) return *rounded;
  }
  if (value.is_integer()) return value;
  const Wide scaled = ScaledMagnitude(value, digits, mode == RoundingMode::kHalfEven);
  const Wide power = PowerOfTen(digits);
  const Wide divisor = boost::multiprecision::gcd(scaled, power);
  const Int256 magnitude = Narrow(scaled / divisor);
  return Rational(Rational::General{value.sign() < 0 ? -magnitude : magnitude, Narrow(power / divisor)});
}

std::string FormatDecimal(const Rational& value, int digits) {
  const Wide scaled = ScaledMagnitude(value, digits, /*to_even=*/false);
  std::string text = scaled.str();
  const auto width = static_cast<std::size_t>(digits);
  if (text.size() <= width) text.insert(0, width + 1 - text.size(), '0');
  if (width > 0) text.insert(text.size() - width, ".");
  if (value.sign() < 0 && scaled != 0) text.insert(0, "-");
  return text;
}

std::optional<int> ExactDigits(const Rational& value) {
  Int256 rest = value.denominator();
  const int digits = std::max(TakeOut(rest, 2), TakeOut(rest, 5));
  if (rest != 1 || digits > kMaxDecimalDigits) return std::nullopt;
  return digits;
}

}  // namespace ladder::quiz
