#include "tests/quiz/reference/exact.h"

#include <cstddef>

namespace ladder::quiz::reference {
namespace {

mpz_class PowerOfTen(unsigned long exponent) {
  mpz_class power;
  mpz_ui_pow_ui(power.get_mpz_t(), 10, exponent);
  return power;
}

mpz_class Floor(const mpq_class& value) {
  mpz_class floor;
  mpz_fdiv_q(floor.get_mpz_t(), value.get_num_mpz_t(), value.get_den_mpz_t());
  return floor;
}

}  // namespace

mpq_class ParseExact(const std::string& text) {
  mpq_class value;
  const std::size_t point = text.find('.');
  if (point == std::string::npos) {
    value = mpq_class(text, 10);
  } else {
    const std::string digits = text.substr(0, point) + text.substr(point + 1);
    value = mpq_class(mpz_class(digits, 10), PowerOfTen(text.size() - point - 1));
  }
  value.canonicalize();
  return value;
}

mpq_class RoundExact(const mpq_class& value, const v1::Rounding& rounding) {
  const mpz_class scale = PowerOfTen(rounding.digits());
  const mpq_class size = abs(value) * scale;
  mpz_class whole = Floor(size);
  const mpq_class rest = size - whole;
  const mpq_class half(1, 2);
  const bool odd = mpz_odd_p(whole.get_mpz_t()) != 0;
  const bool tie_goes_up = rounding.mode() != v1::Rounding::MODE_HALF_EVEN || odd;
  if (rest > half || (rest == half && tie_goes_up)) whole += 1;
  mpq_class rounded(whole, scale);
  rounded.canonicalize();
  return sgn(value) < 0 ? mpq_class(-rounded) : rounded;
}

}  // namespace ladder::quiz::reference
