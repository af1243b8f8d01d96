#include "records-service/release/discrete_laplace.h"

#include <cmath>

namespace ladder::records::release {

std::uint64_t DiscreteLaplace::Below(std::uint64_t bound) {
  // 2^64 modulo bound: without that many numbers each remainder is left equally often.
  const std::uint64_t surplus = -bound % bound;
  std::uint64_t number = random_.Next();
  while (number < surplus) number = random_.Next();
  return number % bound;
}

bool DiscreteLaplace::Bernoulli(std::uint64_t numerator, std::uint64_t denominator) {
  return Below(denominator) < numerator;
}

// Algorithm 1. With g the ratio: the first k at which Bernoulli(g / k) fails is odd with probability
// 1 - g + g^2/2! - g^3/3! + ... = exp(-g).
bool DiscreteLaplace::BernoulliExp(std::uint64_t numerator, std::uint64_t denominator) {
  std::uint64_t k = 1;
  while (Bernoulli(numerator, k * denominator)) ++k;
  return k % 2 == 1;
}

// Algorithm 2, for scale t/s. t * v + u is geometric with ratio exp(-1/t): its remainder u is drawn by rejection and
// its quotient v counts exp(-1) successes. Whole steps of s of it are geometric with ratio exp(-s/t). A sign makes both
// sides, and one of the two zeros is drawn again.
std::int64_t DiscreteLaplace::Draw(const Budget& budget) {
  const std::uint64_t t = 2 * static_cast<std::uint64_t>(budget.denominator);
  const auto s = static_cast<std::uint64_t>(budget.numerator);
  while (true) {
    const std::uint64_t u = Below(t);
    if (!BernoulliExp(u, t)) continue;
    std::uint64_t v = 0;
    while (BernoulliExp(1, 1)) ++v;
    const auto magnitude = static_cast<std::int64_t>((t * v + u) / s);
    const bool negative = Bernoulli(1, 2);
    if (negative && magnitude == 0) continue;
    return negative ? -magnitude : magnitude;
  }
}

double Variance(const Budget& budget) {
  const double half = static_cast<double>(budget.numerator) / (2.0 * static_cast<double>(budget.denominator));
  const double complement = -std::expm1(-half);  // 1 - p, also where p is nearly 1.
  return 2.0 * std::exp(-half) / (complement * complement);
}

}  // namespace ladder::records::release
