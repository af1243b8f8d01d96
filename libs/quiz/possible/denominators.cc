#include "libs/quiz/possible/denominators.h"

#include <algorithm>

namespace ladder::quiz {
namespace {

// An integer, if it is in range.
std::optional<Rational> InRange(Rational integer) {
  if (integer.out_of_range()) return std::nullopt;
  return integer;
}

std::optional<Rational> CommonMultiple(const std::optional<Rational>& a, const std::optional<Rational>& b) {
  if (!a.has_value() || !b.has_value()) return std::nullopt;
  return InRange(*a / GreatestCommonDivisor(*a, *b) * *b);
}

// A product with an integer, whose denominator is 1, has no bits more.
int BitsOfProduct(int a, int b) {
  if (a == 1) return b;
  return b == 1 ? a : a + b;
}

Denominators Settled(int bits, std::optional<Rational> common) {
  if (common.has_value()) bits = std::min(bits, common->numerator_bits());
  return {bits, std::move(common)};
}

}  // namespace

Denominators DenominatorsOfBits(int bits) {
  if (bits == 1) return {};
  return {bits, std::nullopt};
}

Denominators DenominatorsOf(const Rational& only) { return {only.denominator_bits(), InRange(DenominatorOf(only))}; }

Denominators DenominatorsOnGrid(const Rational& low, const Rational& grid) {
  return DenominatorsOfSum(DenominatorsOf(low), DenominatorsOf(grid));
}

Denominators DenominatorsOfSum(const Denominators& a, const Denominators& b) {
  return Settled(BitsOfProduct(a.bits, b.bits), CommonMultiple(a.common, b.common));
}

Denominators DenominatorsOfProduct(const Denominators& a, const Denominators& b) {
  std::optional<Rational> common;
  if (a.common.has_value() && b.common.has_value()) common = InRange(*a.common * *b.common);
  return Settled(BitsOfProduct(a.bits, b.bits), std::move(common));
}

Denominators DenominatorsOfMultiple(const Denominators& a, const Rational& by) {
  const Denominators of_by = DenominatorsOf(by);
  std::optional<Rational> common;
  if (a.common.has_value() && of_by.common.has_value()) {
    // n / common * p / q, where p and the common denominator may have divisors that cancel out.
    common = InRange(*a.common / GreatestCommonDivisor(*a.common, NumeratorOf(by)) * *of_by.common);
  }
  return Settled(BitsOfProduct(a.bits, of_by.bits), std::move(common));
}

Denominators DenominatorsOfEither(const Denominators& a, const Denominators& b) {
  return Settled(std::max(a.bits, b.bits), CommonMultiple(a.common, b.common));
}

Denominators Tighter(const Denominators& a, const Denominators& b) {
  const bool from_a = a.common.has_value() && (!b.common.has_value() || *a.common < *b.common);
  return Settled(std::min(a.bits, b.bits), from_a ? a.common : b.common);
}

}  // namespace ladder::quiz
