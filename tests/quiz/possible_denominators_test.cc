#include <gtest/gtest.h>

#include "libs/quiz/possible/denominators.h"

namespace ladder::quiz {
namespace {

Denominators Of(int denominator) { return DenominatorsOf(Rational::Ratio(1, denominator)); }

Rational Large(int bits) { return Rational::PowerOfTwo(bits - 1); }

TEST(DenominatorsTest, OfOneNumberAreItsOwn) {
  EXPECT_EQ(DenominatorsOf(Rational(7)).bits, 1);
  EXPECT_EQ(*DenominatorsOf(Rational(7)).common, 1);
  EXPECT_EQ(Of(6).bits, 3);
  EXPECT_EQ(*Of(6).common, 6);
}

TEST(DenominatorsTest, OfASumShareTheirDivisors) {
  const Denominators sum = DenominatorsOfSum(Of(6), Of(4));
  EXPECT_EQ(*sum.common, 12);
  EXPECT_EQ(sum.bits, 4);
}

TEST(DenominatorsTest, OfAProductMultiply) {
  EXPECT_EQ(*DenominatorsOfProduct(Of(6), Of(4)).common, 24);
  EXPECT_EQ(DenominatorsOfProduct(Of(6), DenominatorsOf(Rational(9))).bits, 3) << "an integer adds nothing";
}

TEST(DenominatorsTest, OfAMultipleCancelOut) {
  const Denominators multiple = DenominatorsOfMultiple(Of(100), Rational::Ratio(100, 307));
  EXPECT_EQ(*multiple.common, 307);
  EXPECT_EQ(multiple.bits, 9);
  EXPECT_EQ(*DenominatorsOfMultiple(Of(6), Rational(0)).common, 1);
}

TEST(DenominatorsTest, OfAlternativesStayAsShortAsTheLongest) {
  Denominators either = Of(307);
  for (const int divisor : {311, 313, 317, 331}) either = DenominatorsOfEither(either, Of(divisor));
  EXPECT_EQ(either.bits, 9);
  EXPECT_EQ(*either.common, Rational(307LL * 311 * 313 * 317 * 331));
}

TEST(DenominatorsTest, ACommonOnePast256BitsIsGivenUp) {
  const Denominators power_of_two = DenominatorsOf(Rational(1) / Large(200));
  const Denominators odd = DenominatorsOf(Rational(1) / (Large(100) + Rational(1)));
  EXPECT_TRUE(DenominatorsOfSum(power_of_two, power_of_two).common.has_value());
  EXPECT_FALSE(DenominatorsOfSum(power_of_two, odd).common.has_value());
  EXPECT_EQ(DenominatorsOfSum(power_of_two, odd).bits, 300);
  EXPECT_EQ(DenominatorsOfEither(power_of_two, odd).bits, 200);
}

TEST(DenominatorsTest, TheTighterOfTwoBoundsHasTheBestOfBoth) {
  const Denominators tight = Tighter(DenominatorsOfBits(3), DenominatorsOfSum(Of(7), Of(11)));
  EXPECT_EQ(tight.bits, 3);
  EXPECT_EQ(*tight.common, 77);
}

}  // namespace
}  // namespace ladder::quiz
