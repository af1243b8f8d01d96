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
// Values; thread-compatible. No operation allocates.

#ifndef LADDER_LIBS_QUIZ_NUMBER_H_
#define LADDER_LIBS_QUIZ_NUMBER_H_

#include <boost/multiprecision/cpp_int.hpp>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace ladder::quiz {

// Signed, 256 bits of magnitude. Throws std::overflow_error past that, which publishing proves never to happen. Steps
// inside of one operation on Rationals never do: only its result has to fit.
using Int256 = boost::multiprecision::number<
    boost::multiprecision::cpp_int_backend<256, 256, boost::multiprecision::signed_magnitude,
                                           boost::multiprecision::checked, void>,
    boost::multiprecision::et_off>;

enum class RoundingMode {
  kHalfUp,    // Away from zero at a tie: 2.5 -> 3, -2.5 -> -3.
  kHalfEven,  // To the even digit at a tie: 2.5 -> 2, 3.5 -> 4.
};

class Rational {
 public:
  Rational() : Rational(0) {}
  Rational(std::int64_t integer) : value_(Small{integer, 1}) {}  // NOLINT: an integer is a rational.

  // REQUIRES: denominator != 0.
  static Rational Ratio(const Int256& numerator, const Int256& denominator);

  // Reads "12", "-1.25" or "5/6": no exponent, no white space, at most 60 digits in all. INVALID_ARGUMENT says what is
  // wrong.
  static absl::StatusOr<Rational> Parse(absl::string_view text);

  Int256 numerator() const;    // Of any sign.
  Int256 denominator() const;  // Positive.
  bool is_integer() const;
  int sign() const;  // -1, 0 or 1.

  // The same number, kept in 256 bits, so that a test can compare the general path with the fast one. All that is
  // computed from it stays on the general path.
  Rational GeneralForTest() const;

  friend Rational operator+(const Rational& a, const Rational& b);
  friend Rational operator-(const Rational& a, const Rational& b);
  friend Rational operator*(const Rational& a, const Rational& b);
  friend Rational operator/(const Rational& a, const Rational& b);  // REQUIRES: b != 0.
  Rational operator-() const;
  Rational& operator+=(const Rational& other) { return *this = *this + other; }

  friend bool operator==(const Rational& a, const Rational& b);
  friend std::strong_ordering operator<=>(const Rational& a, const Rational& b);

  // Rounds to `digits` decimal digits, 0 to 18.
  friend Rational Round(const Rational& value, int digits, RoundingMode mode);

  // "15/2", or "7" where the denominator is 1.
  std::string ToString() const;

 private:
  struct Small {
    std::int64_t numerator;
    std::int64_t denominator;
  };
  struct General {
    Int256 numerator;
    Int256 denominator;
  };

  explicit Rational(Small small) : value_(small) {}
  explicit Rational(General general) : value_(std::move(general)) {}
  General ToGeneral() const;
  Rational Reciprocal() const;  // REQUIRES: not 0.

  // Nothing where the result needs more than 64 bits.
  static std::optional<Rational> AddSmall(const Small& a, const Small& b);
  static std::optional<Rational> MultiplySmall(const Small& a, const Small& b);
  static std::optional<Rational> RoundSmall(const Small& value, int digits, RoundingMode mode);
  static Rational AddGeneral(const General& a, const General& b);
  static Rational MultiplyGeneral(const General& a, const General& b);

  std::variant<Small, General> value_;  // In lowest terms, with a positive denominator.
};

Rational Round(const Rational& value, int digits, RoundingMode mode);

// Exactly `digits` decimal digits, rounded half up: FormatDecimal(15/2, 2) is "7.50". Never "-0".
std::string FormatDecimal(const Rational& value, int digits);

// How many decimal digits show the value exactly; nothing where none do, or more than 18.
std::optional<int> ExactDigits(const Rational& value);

}  // namespace ladder::quiz

#endif  // LADDER_LIBS_QUIZ_NUMBER_H_
