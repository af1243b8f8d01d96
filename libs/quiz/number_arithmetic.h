// File: number_arithmetic.h
//
// The operations of Rational on each of its forms, for number*.cc alone.
//
// Nothing here throws: the types wrap around silently, and every step fits `Wide`, whose comment has the bounds. What
// leaves it is narrowed to 256 bits or is out of range.

#ifndef LADDER_LIBS_QUIZ_NUMBER_ARITHMETIC_H_
#define LADDER_LIBS_QUIZ_NUMBER_ARITHMETIC_H_

#include <boost/multiprecision/cpp_int.hpp>
#include <compare>
#include <optional>

#include "libs/quiz/number.h"

namespace ladder::quiz {

struct Rational::Arithmetic {
  using Int256 = Rational::Int256;
  // Holds every step on operands of 256 bits: a product of two has 512 bits, a sum of two such products one more,
  // rounding multiplies by at most 10^18, which has 60, and a position on a grid is a quotient of such sums times a
  // third operand: 769.
  using Wide = boost::multiprecision::number<
      boost::multiprecision::cpp_int_backend<832, 832, boost::multiprecision::signed_magnitude,
                                             boost::multiprecision::unchecked, void>,
      boost::multiprecision::et_off>;

  // Bits of the magnitude; 0 for 0.
  static int BitsOf(const Wide& value);
  static Wide PowerOfTen(int exponent);
  // The number of these two, which are in lowest terms, the denominator positive.
  static Rational Narrow(const Wide& numerator, const Wide& denominator);
  // Of any two. REQUIRES: denominator != 0; both have at most 640 bits.
  static Rational Reduce(const Wide& numerator, const Wide& denominator);
  // |value| * 10^digits to the nearest integer.
  static Wide ScaledMagnitude(const General& value, int digits, RoundingMode mode);

  // Nothing if the result needs more than 64 bits.
  static std::optional<Small> AddSmall(const Small& a, const Small& b);
  static std::optional<Small> MultiplySmall(const Small& a, const Small& b);
  static std::optional<Small> RoundSmall(const Small& value, int digits, RoundingMode mode);
  static std::optional<Small> CommonDivisorOfSmall(const Small& a, const Small& b);

  static Rational AddGeneral(const General& a, const General& b);
  static Rational MultiplyGeneral(const General& a, const General& b);
  static Rational RoundGeneral(const General& value, int digits, RoundingMode mode);
  static Rational CommonDivisorOfGeneral(const General& a, const General& b);
  static Rational FloorGeneral(const General& value);
  static std::strong_ordering Compare(const General& a, const General& b);
  // REQUIRES: step is not 0.
  static bool IsOnGrid(const General& value, const General& origin, const General& step);
};

}  // namespace ladder::quiz

#endif  // LADDER_LIBS_QUIZ_NUMBER_ARITHMETIC_H_
