// File: number.h
//
// Exact numbers. `Rational` is the only number in a score: a ratio in lowest terms, held in two 64-bit integers while
// that suffices and in two of 256 bits from the first result that needs more. Publishing proves that no number of a
// quiz needs more than 256 bits, steps in between included.
//
//   absl::StatusOr<Rational> half = Rational::Parse("1/2");
//   Rational score = *half + Rational(7);              // 15/2
//   Round(score, 0, RoundingMode::kHalfUp);            // 8
//   FormatDecimal(score, 2);                           // "7.50"
//
// Arithmetic never fails and never throws. A result whose numerator or denominator needs more than 256 bits is "out of
// range", and so is a quotient by 0. Every operation on a number that is out of range gives one again, so a calculation
// is checked once, at its end:
//
//   const Rational difference = later - earlier;
//   if (difference.out_of_range()) return NotAssessable();
//
// A number that is out of range equals itself and is greater than every other one, so sorting stays well defined. That
// order says nothing about the value: check before a comparison decides something.
//
// Values; thread-compatible. No operation allocates, except those that return text or UnlimitedRational.

#ifndef LADDER_LIBS_QUIZ_NUMBER_H_
#define LADDER_LIBS_QUIZ_NUMBER_H_

#include <boost/multiprecision/cpp_int.hpp>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace ladder::quiz {

// Bits that the magnitude of a numerator or denominator has at most.
inline constexpr int kMostBits = 256;

enum class RoundingMode {
  kHalfUp,    // Away from zero at a tie: 2.5 -> 3, -2.5 -> -3.
  kHalfEven,  // To the even digit at a tie: 2.5 -> 2, 3.5 -> 4.
};

// Fractions of any size, for the few calculations whose steps need more than 256 bits. They allocate, and division by 0
// throws: bound what goes in, and check divisors.
using UnlimitedRational = boost::multiprecision::cpp_rational;

class Rational {
 public:
  Rational() noexcept : Rational(0) {}
  Rational(std::int64_t integer) noexcept : value_(Small{integer, 1}) {}  // NOLINT: an integer is a rational.

  static Rational OutOfRange() noexcept { return Rational(Beyond{}); }
  // Out of range if the denominator is 0.
  static Rational Ratio(std::int64_t numerator, std::int64_t denominator) noexcept;
  // REQUIRES: exponent >= 0.
  static Rational PowerOfTwo(int exponent) noexcept;

  // Reads "12", "-1.25" or "5/6": no exponent, no white space, at most 60 digits in all. INVALID_ARGUMENT says what is
  // wrong.
  static absl::StatusOr<Rational> Parse(absl::string_view text);
  // Reads what NumeratorText and DenominatorText wrote: decimal integers of at most 78 digits and 256 bits, the
  // denominator positive. Nothing for any other text.
  static std::optional<Rational> ParseParts(absl::string_view numerator, absl::string_view denominator);

  bool out_of_range() const noexcept { return std::holds_alternative<Beyond>(value_); }
  bool is_integer() const noexcept;  // False if out of range.
  int sign() const noexcept;         // -1, 0 or 1; 1 if out of range.
  // Bits of the magnitudes; 0 for 0. More than kMostBits if out of range.
  int numerator_bits() const noexcept;
  int denominator_bits() const noexcept;
  // Nothing unless it is an integer of 64 bits.
  std::optional<std::int64_t> ToInt64() const noexcept;
  // Nothing if out of range.
  std::optional<UnlimitedRational> ToUnlimited() const;

  // The same number, kept in 256 bits, so that a test can compare the general path with the fast one. All that is
  // computed from it stays on the general path.
  Rational GeneralForTest() const noexcept;

  friend Rational operator+(const Rational& a, const Rational& b) noexcept;
  friend Rational operator-(const Rational& a, const Rational& b) noexcept;
  friend Rational operator*(const Rational& a, const Rational& b) noexcept;
  friend Rational operator/(const Rational& a, const Rational& b) noexcept;  // Out of range if b is 0.
  Rational operator-() const noexcept;
  Rational& operator+=(const Rational& other) noexcept { return *this = *this + other; }

  friend bool operator==(const Rational& a, const Rational& b) noexcept;
  friend std::strong_ordering operator<=>(const Rational& a, const Rational& b) noexcept;

  // "15/2", or "7" if the denominator is 1. "out of range" if it is.
  std::string ToString() const;
  // Decimal integers, for example "-15" and "2". Empty if out of range.
  std::string NumeratorText() const;
  std::string DenominatorText() const;

  friend Rational NumeratorOf(const Rational& value) noexcept;
  friend Rational DenominatorOf(const Rational& value) noexcept;
  friend Rational Floor(const Rational& value) noexcept;
  friend Rational GreatestCommonDivisor(const Rational& a, const Rational& b) noexcept;
  friend bool IsOnGrid(const Rational& value, const Rational& origin, const Rational& step) noexcept;
  friend Rational Round(const Rational& value, int digits, RoundingMode mode) noexcept;
  friend std::string FormatDecimal(const Rational& value, int digits, RoundingMode mode);
  friend std::optional<int> ExactDigits(const Rational& value) noexcept;

 private:
  // Signed, 256 bits of magnitude. It wraps around silently, so number.cc computes in a wider type and narrows what
  // fits; no other file can reach it.
  using Int256 = boost::multiprecision::number<
      boost::multiprecision::cpp_int_backend<kMostBits, kMostBits, boost::multiprecision::signed_magnitude,
                                             boost::multiprecision::unchecked, void>,
      boost::multiprecision::et_off>;

  struct Small {
    std::int64_t numerator;
    std::int64_t denominator;
  };
  struct General {
    Int256 numerator;
    Int256 denominator;
  };
  struct Beyond {};
  struct Arithmetic;  // The operations on each form.

  explicit Rational(Small small) noexcept : value_(small) {}
  explicit Rational(General general) noexcept : value_(std::move(general)) {}
  explicit Rational(Beyond beyond) noexcept : value_(beyond) {}
  General ToGeneral() const noexcept;    // REQUIRES: in range.
  Rational Reciprocal() const noexcept;  // Out of range if 0.

  std::variant<Small, General, Beyond> value_;  // In lowest terms, with a positive denominator.
};

// The integers of a number in lowest terms; the second one is positive. Out of range if it is.
Rational NumeratorOf(const Rational& value) noexcept;
Rational DenominatorOf(const Rational& value) noexcept;

// The greatest integer that is not above the value, and the least that is not below it.
Rational Floor(const Rational& value) noexcept;
Rational Ceiling(const Rational& value) noexcept;

// The greatest number of which both are integer multiples: 1/2 for 3/2 and 1, and |a| if b is 0. Out of range if it is
// too fine.
Rational GreatestCommonDivisor(const Rational& a, const Rational& b) noexcept;

// Whether `value` is origin + k * step for an integer k. Exact for any k, also if value - origin or k is out of range.
// False if one of the three is.
bool IsOnGrid(const Rational& value, const Rational& origin, const Rational& step) noexcept;

// The nearest number of `digits` decimal digits. REQUIRES: 0 <= digits <= 18.
Rational Round(const Rational& value, int digits, RoundingMode mode) noexcept;

// Exactly `digits` decimal digits of the value rounded so: FormatDecimal(15/2, 2) is "7.50". Never "-0". Any number
// that is in range has such a text, also if the rounded number is not; "out of range" for one that is not. REQUIRES: 0
// <= digits <= 18.
std::string FormatDecimal(const Rational& value, int digits, RoundingMode mode = RoundingMode::kHalfUp);

// How many decimal digits show the value exactly; nothing if none do, or more than 18, or it is out of range.
std::optional<int> ExactDigits(const Rational& value) noexcept;

}  // namespace ladder::quiz

#endif  // LADDER_LIBS_QUIZ_NUMBER_H_
