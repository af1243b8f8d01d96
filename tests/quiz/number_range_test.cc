// Numbers at the ends of what they hold, checked against GMP, which has no ends: every operation gives the exact
// result, or says that it is out of range if the result needs more than 256 bits. Nothing throws.

#include <gmpxx.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "libs/quiz/number.h"
#include "tests/quiz/reference/exact.h"

namespace ladder::quiz {
namespace {

constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t kLeast = std::numeric_limits<std::int64_t>::min();
constexpr int kRandomPairs = 20'000;

// Whoever calls these without looking at the result is safe from exceptions: there is none that could leave.
static_assert(noexcept(Rational() + Rational()) && noexcept(Rational() - Rational()) && noexcept(
    Rational() *
    Rational()) && noexcept(Rational() /
                            Rational()) && noexcept(-Rational()) && noexcept(Rational() <
                                                                             Rational()) && noexcept(Rational() == Rational()) && noexcept(Floor(Rational())) && noexcept(Ceiling(Rational())) && noexcept(GreatestCommonDivisor(Rational(), Rational())) && noexcept(IsOnGrid(Rational(), Rational(),
                                                                                                                                                                                                                                                                               Rational())) && noexcept(Round(Rational(), 0, RoundingMode::kHalfUp)) && noexcept(ExactDigits(Rational())));

// A number beside what it has to be; nothing if it has to be out of range.
struct Operand {
  Rational number;
  std::optional<mpq_class> exact;
};

mpz_class Power(unsigned exponent) { return mpz_class(1) << exponent; }

bool Fits(const mpz_class& integer) { return abs(integer) < Power(kMostBits); }

std::optional<mpq_class> InRange(const mpq_class& value) {
  if (Fits(value.get_num()) && Fits(value.get_den())) return value;
  return std::nullopt;
}

std::string Text(const std::optional<mpq_class>& value) {
  return value.has_value() ? value->get_str() : "out of range";
}

Operand Of(const mpz_class& numerator, const mpz_class& denominator) {
  mpq_class exact(numerator, denominator);
  exact.canonicalize();
  const std::optional<Rational> number = Rational::ParseParts(numerator.get_str(), denominator.get_str());
  EXPECT_TRUE(number.has_value()) << numerator << "/" << denominator;
  return {number.value_or(Rational::OutOfRange()), exact};
}

// Around the ends of 64 and of 256 bits, each also kept in 256 bits, and what is beyond.
std::vector<Operand> Operands() {
  const std::vector<mpz_class> sizes = {1,
                                        3,
                                        10,
                                        mpz_class(kMost),
                                        mpz_class(kMost) + 1,
                                        Power(128) + 1,
                                        Power(255) - 19,
                                        Power(256) - 1,
                                        Power(256) - 189};
  std::vector<Operand> operands = {{Rational(0), mpq_class(0)}, {Rational(kLeast), mpq_class(mpz_class(kLeast))}};
  for (const mpz_class& numerator : sizes) {
    for (const mpz_class& denominator : sizes) {
      operands.push_back(Of(numerator, denominator));
      operands.push_back(Of(-numerator, denominator));
    }
  }
  const std::size_t in_range = operands.size();
  for (std::size_t i = 0; i < in_range; ++i) {
    operands.push_back({operands[i].number.GeneralForTest(), operands[i].exact});
  }
  operands.push_back({Rational::OutOfRange(), std::nullopt});
  return operands;
}

Operand RandomOperand(std::mt19937_64& random, gmp_randclass& integers) {
  const auto bits = [&random] { return std::uniform_int_distribution<unsigned>(1, kMostBits)(random); };
  const mpz_class numerator = integers.get_z_bits(bits());
  mpz_class denominator = integers.get_z_bits(bits());
  if (denominator == 0) denominator = 1;
  return Of(random() % 2 == 0 ? numerator : mpz_class(-numerator), denominator);
}

void ExpectPair(const Operand& a, const Operand& b) {
  SCOPED_TRACE(Text(a.exact) + " and " + Text(b.exact));
  const bool both = a.exact.has_value() && b.exact.has_value();
  const auto expected = [&](const auto& operation) {
    return both ? Text(InRange(operation(*a.exact, *b.exact))) : "out of range";
  };
  using Exact = const mpq_class&;
  EXPECT_EQ((a.number + b.number).ToString(), expected([](Exact x, Exact y) { return mpq_class(x + y); }));
  EXPECT_EQ((a.number - b.number).ToString(), expected([](Exact x, Exact y) { return mpq_class(x - y); }));
  EXPECT_EQ((a.number * b.number).ToString(), expected([](Exact x, Exact y) { return mpq_class(x * y); }));
  if (b.exact != mpq_class(0)) {
    EXPECT_EQ((a.number / b.number).ToString(), expected([](Exact x, Exact y) { return mpq_class(x / y); }));
  } else {
    EXPECT_TRUE((a.number / b.number).out_of_range());
  }
  const auto divisor = [](Exact x, Exact y) {
    const mpz_class numerator = gcd(x.get_num(), y.get_num());
    return numerator == 0 ? mpq_class(0) : mpq_class(numerator, lcm(x.get_den(), y.get_den()));
  };
  EXPECT_EQ(GreatestCommonDivisor(a.number, b.number).ToString(), expected(divisor));
  const auto order = both ? cmp(*a.exact, *b.exact) <=> 0 : !a.exact.has_value() <=> !b.exact.has_value();
  EXPECT_EQ(a.number <=> b.number, order);
  EXPECT_EQ(a.number == b.number, order == 0);
}

TEST(NumberRangeTest, EveryPairOfExtremesGivesTheExactResultOrSaysThatItIsOutOfRange) {
  const std::vector<Operand> operands = Operands();
  for (const Operand& a : operands) {
    for (const Operand& b : operands) ExpectPair(a, b);
  }
}

TEST(NumberRangeTest, SoDoRandomPairsOfAnySize) {
  std::mt19937_64 random(9);
  gmp_randclass integers(gmp_randinit_mt);
  integers.seed(9);
  for (int i = 0; i < kRandomPairs; ++i) ExpectPair(RandomOperand(random, integers), RandomOperand(random, integers));
}

TEST(NumberRangeTest, OneNumberIsReadAndWrittenAndTakenApart) {
  for (const Operand& operand : Operands()) {
    SCOPED_TRACE(Text(operand.exact));
    const Rational& number = operand.number;
    EXPECT_EQ(number.ToString(), Text(operand.exact));
    EXPECT_EQ(number.out_of_range(), !operand.exact.has_value());
    EXPECT_EQ(number.ToUnlimited().has_value(), operand.exact.has_value());
    if (!operand.exact.has_value()) continue;
    const mpq_class& exact = *operand.exact;
    EXPECT_EQ(Rational::ParseParts(number.NumeratorText(), number.DenominatorText()), number);
    EXPECT_EQ(number.ToUnlimited()->str(), exact.get_str());
    EXPECT_EQ((-number).ToString(), mpq_class(-exact).get_str());
    EXPECT_EQ(number.sign(), sgn(exact));
    EXPECT_EQ(number.is_integer(), exact.get_den() == 1);
    EXPECT_EQ(NumeratorOf(number).ToString(), exact.get_num().get_str());
    EXPECT_EQ(DenominatorOf(number).ToString(), exact.get_den().get_str());
    EXPECT_EQ(number.numerator_bits(), exact == 0 ? 0 : static_cast<int>(mpz_sizeinbase(exact.get_num_mpz_t(), 2)));
    EXPECT_EQ(number.denominator_bits(), static_cast<int>(mpz_sizeinbase(exact.get_den_mpz_t(), 2)));
    mpz_class floor;
    mpz_class ceiling;
    mpz_fdiv_q(floor.get_mpz_t(), exact.get_num_mpz_t(), exact.get_den_mpz_t());
    mpz_cdiv_q(ceiling.get_mpz_t(), exact.get_num_mpz_t(), exact.get_den_mpz_t());
    EXPECT_EQ(Floor(number).ToString(), floor.get_str());
    EXPECT_EQ(Ceiling(number).ToString(), ceiling.get_str());
    const bool is_int64 = exact.get_den() == 1 && exact >= mpz_class(kLeast) && exact <= mpz_class(kMost);
    EXPECT_EQ(number.ToInt64().has_value(), is_int64);
    if (is_int64) {
      EXPECT_EQ(mpz_class(*number.ToInt64()), exact.get_num());
    }
  }
}

// The text of a number that was rounded to so many digits.
std::string DecimalText(const mpq_class& rounded, int digits) {
  mpz_class power;
  mpz_ui_pow_ui(power.get_mpz_t(), 10, static_cast<unsigned>(digits));
  const mpq_class scaled = abs(rounded) * power;
  std::string text = scaled.get_num().get_str();
  const auto width = static_cast<std::size_t>(digits);
  if (text.size() <= width) text.insert(0, width + 1 - text.size(), '0');
  if (digits > 0) text.insert(text.size() - width, ".");
  return rounded < 0 ? "-" + text : text;
}

TEST(NumberRangeTest, RoundingIsExactAndEveryNumberHasATextAlsoIfTheRoundedOneIsOutOfRange) {
  int beyond = 0;
  for (const Operand& operand : Operands()) {
    for (int digits = 0; digits <= 18; ++digits) {
      for (const RoundingMode mode : {RoundingMode::kHalfUp, RoundingMode::kHalfEven}) {
        SCOPED_TRACE(Text(operand.exact) + " to " + std::to_string(digits));
        const Rational rounded = Round(operand.number, digits, mode);
        const std::string text = FormatDecimal(operand.number, digits, mode);
        if (!operand.exact.has_value()) {
          EXPECT_TRUE(rounded.out_of_range());
          EXPECT_EQ(text, "out of range");
          continue;
        }
        v1::Rounding rounding;
        rounding.set_digits(static_cast<std::uint32_t>(digits));
        rounding.set_mode(mode == RoundingMode::kHalfUp ? v1::Rounding::MODE_HALF_UP : v1::Rounding::MODE_HALF_EVEN);
        const mpq_class exact = reference::RoundExact(*operand.exact, rounding);
        EXPECT_EQ(rounded.ToString(), Text(InRange(exact)));
        EXPECT_EQ(text, DecimalText(exact, digits));
        if (rounded.out_of_range()) ++beyond;
      }
    }
    const std::optional<int> digits = ExactDigits(operand.number);
    if (digits.has_value()) {
      EXPECT_EQ(Rational::Parse(FormatDecimal(operand.number, *digits)).value_or(operand.number), operand.number);
    }
  }
  EXPECT_GT(beyond, 0) << "else no operand is near the end";
}

TEST(NumberRangeTest, WhetherANumberLiesOnAGridIsExactWhateverItsSteps) {
  std::vector<Operand> operands = Operands();
  std::mt19937_64 random(10);
  std::shuffle(operands.begin(), operands.end(), random);
  constexpr std::size_t kOperands = 60;
  operands.resize(kOperands);
  operands.push_back({Rational(0), mpq_class(0)});
  operands.push_back({Rational::OutOfRange(), std::nullopt});
  for (const Operand& value : operands) {
    for (const Operand& origin : operands) {
      for (const Operand& step : operands) {
        bool expected = false;
        if (value.exact.has_value() && origin.exact.has_value() && step.exact.has_value()) {
          expected = *step.exact == 0 ? *value.exact == *origin.exact
                                      : mpq_class((*value.exact - *origin.exact) / *step.exact).get_den() == 1;
        }
        EXPECT_EQ(IsOnGrid(value.number, origin.number, step.number), expected)
            << Text(value.exact) << " from " << Text(origin.exact) << " in steps of " << Text(step.exact);
      }
    }
  }
}

// The steps of 1 / (2^128 + 1) between 2^200 and a number beside it: more than 2^256 of them from 0.
TEST(NumberRangeTest, AGridMayHaveMoreStepsThanANumberCounts) {
  const Rational step = Rational(1) / (Rational::PowerOfTwo(128) + Rational(1));
  const Rational origin = -Rational::PowerOfTwo(200);
  EXPECT_TRUE((Rational::PowerOfTwo(64) / step - origin / step).out_of_range());
  EXPECT_TRUE(IsOnGrid(Rational::PowerOfTwo(64), origin, step));
  EXPECT_FALSE(IsOnGrid(Rational(1) / Rational::PowerOfTwo(100), origin, step));
}

TEST(NumberRangeTest, WhatIsOutOfRangeStaysSoAndIsGreaterThanEveryNumber) {
  const Rational beyond = Rational::PowerOfTwo(255) * Rational(2);
  EXPECT_TRUE(beyond.out_of_range());
  EXPECT_EQ(beyond, Rational::OutOfRange());
  EXPECT_EQ(beyond, Rational(1) / Rational(0));
  EXPECT_EQ(beyond, Rational::Ratio(1, 0));
  EXPECT_EQ(beyond, Rational::PowerOfTwo(256));
  EXPECT_TRUE((beyond * Rational(0)).out_of_range());
  EXPECT_TRUE((beyond - beyond).out_of_range());
  EXPECT_TRUE((Rational(1) / beyond).out_of_range());
  EXPECT_TRUE((-beyond).out_of_range());
  EXPECT_TRUE(beyond.GeneralForTest().out_of_range());
  EXPECT_TRUE(Floor(beyond).out_of_range() && Ceiling(beyond).out_of_range());
  EXPECT_TRUE(NumeratorOf(beyond).out_of_range() && DenominatorOf(beyond).out_of_range());
  EXPECT_EQ(beyond.sign(), 1);
  EXPECT_FALSE(beyond.is_integer());
  EXPECT_GT(beyond.numerator_bits(), kMostBits);
  EXPECT_GT(beyond.denominator_bits(), kMostBits);
  EXPECT_FALSE(beyond.ToInt64().has_value());
  EXPECT_EQ(beyond.NumeratorText(), "");
  EXPECT_EQ(beyond.DenominatorText(), "");
  EXPECT_EQ(ExactDigits(beyond), std::nullopt);

  std::vector<Rational> numbers = {beyond, Rational(kMost), beyond, Rational::PowerOfTwo(255), Rational(-1)};
  std::sort(numbers.begin(), numbers.end());
  EXPECT_EQ(numbers, (std::vector<Rational>{-1, kMost, Rational::PowerOfTwo(255), beyond, beyond}));
}

TEST(ParsePartsTest, TakesIntegersOf256BitsOnly) {
  const std::string most = mpz_class(Power(256) - 1).get_str();
  const std::string beyond = Power(256).get_str();
  EXPECT_EQ(Rational::ParseParts("-15", "2"), *Rational::Parse("-7.5"));
  EXPECT_EQ(Rational::ParseParts("10", "4"), *Rational::Parse("5/2"));
  EXPECT_EQ(Rational::ParseParts("0", "7"), Rational(0));
  EXPECT_EQ(Rational::ParseParts("010", "01"), Rational(10)) << "not octal";
  EXPECT_TRUE(Rational::ParseParts(most, "1").has_value());
  EXPECT_TRUE(Rational::ParseParts("-" + most, most).has_value());
  EXPECT_FALSE(Rational::ParseParts(beyond, "1").has_value());
  EXPECT_FALSE(Rational::ParseParts("1", beyond).has_value());
  EXPECT_FALSE(Rational::ParseParts(beyond, beyond).has_value()) << "although it is 1";
  for (const std::string& text :
       {std::string(), std::string("-"), std::string("+1"), std::string(" 1"), std::string("1 "), std::string("1.0"),
        std::string("1e3"), std::string("0x1"), std::string("--1"), std::string("1\0", 2), std::string(79, '0') + "1",
        std::string(79, '9'), std::string(1 << 20, '1')}) {
    EXPECT_FALSE(Rational::ParseParts(text, "7").has_value()) << text.substr(0, 80);
    EXPECT_FALSE(Rational::ParseParts("7", text).has_value()) << text.substr(0, 80);
  }
  EXPECT_FALSE(Rational::ParseParts("7", "0").has_value());
  EXPECT_FALSE(Rational::ParseParts("7", "-1").has_value());
}

}  // namespace
}  // namespace ladder::quiz
