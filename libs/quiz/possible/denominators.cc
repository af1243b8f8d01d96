#include "libs/quiz/possible/denominators.h"

#include <algorithm>

#include "libs/quiz/possible/number_set.h"

namespace ladder::quiz {
namespace {

std::optional<Int256> Product(const Int256& a, const Int256& b) {
  if (BitLength(a) + BitLength(b) > kMostBits) return std::nullopt;
  return a * b;
}

std::optional<Int256> CommonMultiple(const std::optional<Int256>& a, const std::optional<Int256>& b) {
  if (!a.has_value() || !b.has_value()) return std::nullopt;
  return Product(*a / boost::multiprecision::gcd(*a, *b), *b);
}

// A product with an integer, whose denominator is 1, has no bits more.
int BitsOfProduct(int a, int b) {
  if (a == 1) return b;
  return b == 1 ? a : a + b;
}

Denominators Settled(int bits, std::optional<Int256> common) {
  if (common.has_value()) bits = std::min(bits, BitLength(*common));
  return {bits, std::move(common)};
}

}  // namespace

int BitLength(const Int256& value) {
  return value == 0 ? 0 : static_cast<int>(msb(boost::multiprecision::abs(value))) + 1;
}

Denominators DenominatorsOfBits(int bits) {
  if (bits == 1) return {};
  return {bits, std::nullopt};
}

Denominators DenominatorsOf(const Rational& only) {
  const Int256 denominator = only.denominator();
  return {BitLength(denominator), denominator};
}

Denominators DenominatorsOnGrid(const Rational& low, const Rational& grid) {
  return DenominatorsOfSum(DenominatorsOf(low), DenominatorsOf(grid));
}

Denominators DenominatorsOfSum(const Denominators& a, const Denominators& b) {
  return Settled(BitsOfProduct(a.bits, b.bits), CommonMultiple(a.common, b.common));
}

Denominators DenominatorsOfProduct(const Denominators& a, const Denominators& b) {
  std::optional<Int256> common;
  if (a.common.has_value() && b.common.has_value()) common = Product(*a.common, *b.common);
  return Settled(BitsOfProduct(a.bits, b.bits), std::move(common));
}

Denominators DenominatorsOfMultiple(const Denominators& a, const Rational& by) {
  const Denominators of_by = DenominatorsOf(by);
  std::optional<Int256> common;
  if (a.common.has_value()) {
    // n / common * p / q, where p and the common denominator may have divisors that cancel out.
    const Int256 shared = boost::multiprecision::gcd(*a.common, by.numerator());
    common = Product(shared == 0 ? *a.common : Int256(*a.common / shared), *of_by.common);
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
