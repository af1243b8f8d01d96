#include "libs/quiz/number.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <random>
#include <vector>

namespace ladder::quiz {
namespace {

using ::testing::HasSubstr;

constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t kLeast = std::numeric_limits<std::int64_t>::min();

Rational Number(absl::string_view text) {
  absl::StatusOr<Rational> number = Rational::Parse(text);
  EXPECT_TRUE(number.ok()) << number.status();
  return number.value_or(Rational(0));
}

TEST(ParseTest, ReadsIntegersDecimalsAndRatiosInLowestTerms) {
  EXPECT_EQ(Number("12").ToString(), "12");
  EXPECT_EQ(Number("-1.25").ToString(), "-5/4");
  EXPECT_EQ(Number("0.10").ToString(), "1/10");
  EXPECT_EQ(Number("10/12").ToString(), "5/6");
  EXPECT_EQ(Number("-6/3").ToString(), "-2");
  EXPECT_EQ(Number("-0").ToString(), "0");
  EXPECT_EQ(Number("-0.5").ToString(), "-1/2");
}

TEST(ParseTest, ReadsNumbersPast64Bits) {
  EXPECT_EQ(Number("9223372036854775808").ToString(), "9223372036854775808");
  EXPECT_EQ(Number("-9223372036854775808").ToString(), "-9223372036854775808");
  EXPECT_EQ(Number("1/123456789012345678901234567890").ToString(), "1/123456789012345678901234567890");
}

TEST(ParseTest, RefusesWhatIsNoNumberAndSaysHowToWriteOne) {
  for (const char* text : {"", "-", "+1", ".5", "5.", "1e3", " 1", "1 ", "1/", "/2", "1/-2", "1.5/2", "1/2/3", "1.2.3",
                           "--1", "0x10", "nan", "1,5"}) {
    const absl::StatusOr<Rational> number = Rational::Parse(text);
    ASSERT_FALSE(number.ok()) << text;
    EXPECT_THAT(number.status().message(), HasSubstr("is not a number; write it like")) << text;
  }
}

TEST(ParseTest, RefusesAZeroDenominator) {
  EXPECT_THAT(Rational::Parse("1/0").status().message(), HasSubstr("divides by zero"));
}

TEST(ParseTest, TakesSixtyDigitsAndNoMore) {
  EXPECT_TRUE(Rational::Parse(std::string(60, '9')).ok());
  EXPECT_TRUE(Rational::Parse("-" + std::string(30, '9') + "/" + std::string(30, '7')).ok());
  EXPECT_FALSE(Rational::Parse(std::string(61, '9')).ok());
  EXPECT_FALSE(Rational::Parse(std::string(30, '9') + "." + std::string(31, '7')).ok());
  EXPECT_FALSE(Rational::Parse(std::string(100'000, '9')).ok());
}

TEST(RationalTest, CalculatesInLowestTerms) {
  EXPECT_EQ(Number("1/6") + Number("1/3"), Number("1/2"));
  EXPECT_EQ(Number("1/6") - Number("1/2"), Number("-1/3"));
  EXPECT_EQ(Number("4/9") * Number("-3/8"), Number("-1/6"));
  EXPECT_EQ(Number("1/2") / Number("-3/4"), Number("-2/3"));
  EXPECT_EQ((Number("1/6") + Number("5/6")).ToString(), "1");
  EXPECT_EQ((Number("1/3") - Number("1/3")).ToString(), "0");
}

TEST(RationalTest, GoesOnExactlyWhere64BitsEnd) {
  EXPECT_EQ((Rational(kMost) + Rational(1)).ToString(), "9223372036854775808");
  EXPECT_EQ((-Rational(kLeast)).ToString(), "9223372036854775808");
  EXPECT_EQ((Rational(kMost) * Rational(kMost)).ToString(), "85070591730234615847396907784232501249");
  EXPECT_EQ(Rational(1) / Rational(kLeast), Number("-1/9223372036854775808"));
  EXPECT_EQ(Rational(kLeast) / Rational(kLeast), Rational(1));
  EXPECT_EQ((Rational(kMost) + Rational(1)) - Rational(1), Rational(kMost));
}

TEST(RationalTest, StepsInsideOfASumMayBeLargerThan256BitsWhereTheResultIsNot) {
  const Rational one = 1;
  const Rational big = Rational::PowerOfTwo(200) + one;
  const Rational a = one / big;
  const Rational b = (big - one) / big;
  EXPECT_EQ(a + b, one);
  EXPECT_LT(a, b);
  EXPECT_GT(big / (big - one - one), (big + one) / (big - one));
}

TEST(RationalTest, OrdersNumbersOfAnySize) {
  const std::vector<Rational> ascending = {-Number("9223372036854775809"),
                                           Rational(kLeast),
                                           Number("-1/2"),
                                           Rational(0),
                                           Number("1/3"),
                                           Number("1/2"),
                                           Number("4611686018427387904/9223372036854775807"),
                                           Rational(kMost),
                                           Number("9223372036854775808")};
  for (std::size_t i = 0; i < ascending.size(); ++i) {
    for (std::size_t j = 0; j < ascending.size(); ++j) {
      EXPECT_EQ(ascending[i] <=> ascending[j], i <=> j) << ascending[i].ToString() << " " << ascending[j].ToString();
    }
  }
}

TEST(RationalTest, KnowsSignAndIntegers) {
  EXPECT_EQ(Number("-1/2").sign(), -1);
  EXPECT_EQ(Rational().sign(), 0);
  EXPECT_EQ(Number("9223372036854775808").sign(), 1);
  EXPECT_TRUE(Rational(3).is_integer());
  EXPECT_FALSE(Number("3/2").is_integer());
  EXPECT_EQ(NumeratorOf(Number("-3/2")), Rational(-3));
  EXPECT_EQ(DenominatorOf(Number("-3/2")), Rational(2));
}

// Random ratios, some near the ends of 64 bits, where the fast path has to hand over.
Rational RandomRational(std::mt19937_64& random) {
  const auto part = [&random] {
    const int shift = std::uniform_int_distribution<int>(0, 62)(random);
    return static_cast<std::int64_t>(random()) >> shift;
  };
  std::int64_t denominator = part();
  if (denominator == 0) denominator = 1;
  return Rational::Ratio(part(), denominator);
}

TEST(RationalTest, TheFastPathAgreesWithTheGeneralOne) {
  std::mt19937_64 random(20240607);
  for (int i = 0; i < 20'000; ++i) {
    const Rational a = RandomRational(random);
    const Rational b = RandomRational(random);
    const Rational general = a.GeneralForTest();
    EXPECT_EQ((a + b).ToString(), (general + b).ToString());
    EXPECT_EQ((a - b).ToString(), (general - b).ToString());
    EXPECT_EQ((a * b).ToString(), (general * b).ToString());
    EXPECT_EQ((-a).ToString(), (-general).ToString());
    if (b.sign() != 0) {
      EXPECT_EQ((a / b).ToString(), (general / b).ToString());
    }
    EXPECT_EQ(a <=> b, general <=> b);
    const int digits = i % 19;
    for (const RoundingMode mode : {RoundingMode::kHalfUp, RoundingMode::kHalfEven}) {
      EXPECT_EQ(Round(a, digits, mode).ToString(), Round(general, digits, mode).ToString());
    }
  }
}

TEST(RoundTest, HalfUpGoesAwayFromZeroAtATie) {
  EXPECT_EQ(Round(Number("2.5"), 0, RoundingMode::kHalfUp), Rational(3));
  EXPECT_EQ(Round(Number("-2.5"), 0, RoundingMode::kHalfUp), Rational(-3));
  EXPECT_EQ(Round(Number("2.49"), 0, RoundingMode::kHalfUp), Rational(2));
  EXPECT_EQ(Round(Number("0.125"), 2, RoundingMode::kHalfUp), Number("0.13"));
}

TEST(RoundTest, HalfEvenGoesToTheEvenDigitAtATieOnly) {
  EXPECT_EQ(Round(Number("2.5"), 0, RoundingMode::kHalfEven), Rational(2));
  EXPECT_EQ(Round(Number("3.5"), 0, RoundingMode::kHalfEven), Rational(4));
  EXPECT_EQ(Round(Number("-2.5"), 0, RoundingMode::kHalfEven), Rational(-2));
  EXPECT_EQ(Round(Number("2.51"), 0, RoundingMode::kHalfEven), Rational(3));
  EXPECT_EQ(Round(Number("0.125"), 2, RoundingMode::kHalfEven), Number("0.12"));
}

TEST(RoundTest, KeepsEighteenDigitsOfANumberPast64Bits) {
  EXPECT_EQ(Round(Number("123456789012345678901/7"), 18, RoundingMode::kHalfUp),
            Number("17636684144620811271.571428571428571429"));
}

TEST(FormatDecimalTest, ShowsExactlySoManyDigits) {
  EXPECT_EQ(FormatDecimal(Number("15/2"), 2), "7.50");
  EXPECT_EQ(FormatDecimal(Number("15/2"), 0), "8");
  EXPECT_EQ(FormatDecimal(Number("-1/3"), 3), "-0.333");
  EXPECT_EQ(FormatDecimal(Number("2/3"), 1), "0.7");
  EXPECT_EQ(FormatDecimal(Number("1/200"), 1), "0.0");
  EXPECT_EQ(FormatDecimal(Number("999/1000"), 2), "1.00");
}

TEST(FormatDecimalTest, NeverShowsAMinusBeforeZero) { EXPECT_EQ(FormatDecimal(Number("-1/1000"), 2), "0.00"); }

TEST(ExactDigitsTest, SaysHowManyDigitsShowTheWholeNumber) {
  EXPECT_EQ(ExactDigits(Rational(7)), 0);
  EXPECT_EQ(ExactDigits(Number("15/2")), 1);
  EXPECT_EQ(ExactDigits(Number("1/8")), 3);
  EXPECT_EQ(ExactDigits(Number("1/400")), 4);
  EXPECT_EQ(ExactDigits(Number("0.000000000000000001")), 18);
}

TEST(ExactDigitsTest, SaysNothingWhereNoneOrTooManyDo) {
  EXPECT_EQ(ExactDigits(Number("1/3")), std::nullopt);
  EXPECT_EQ(ExactDigits(Number("0.0000000000000000001")), std::nullopt);
}

}  // namespace
}  // namespace ladder::quiz
