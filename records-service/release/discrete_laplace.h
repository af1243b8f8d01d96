// File: discrete_laplace.h
//
// The noise of released figures: discrete Laplace, P[n] proportional to exp(-|n| budget / 2), that is of scale
// 2 / budget. The sampler is exact and works in integers alone, after Canonne, Kamath and Steinke, "The Discrete
// Gaussian for Differential Privacy" (2020), algorithms 1 and 2: noise from a logarithm of a binary floating point
// number has gaps that tell what it was added to (Mironov 2012).

#ifndef LADDER_RECORDS_SERVICE_RELEASE_DISCRETE_LAPLACE_H_
#define LADDER_RECORDS_SERVICE_RELEASE_DISCRETE_LAPLACE_H_

#include <cstdint>

#include "libs/chassis/random.h"
#include "records-service/release/release_options.h"

namespace ladder::records::release {

// Where noise comes from, so that tests can do without. Thread-compatible.
class NoiseSource {
 public:
  virtual ~NoiseSource() = default;
  // One number, independent of all others. REQUIRES: the budget is one that Verify lets pass.
  virtual std::int64_t Draw(const Budget& budget) = 0;
};

class DiscreteLaplace final : public NoiseSource {
 public:
  // `random` has to outlive it, and for figures of real people has to be a SystemRandom.
  explicit DiscreteLaplace(RandomSource& random) : random_(random) {}

  std::int64_t Draw(const Budget& budget) override;

 private:
  std::uint64_t Below(std::uint64_t bound);                               // Uniform in 0 .. bound - 1.
  bool Bernoulli(std::uint64_t numerator, std::uint64_t denominator);     // True with probability their ratio.
  bool BernoulliExp(std::uint64_t numerator, std::uint64_t denominator);  // With exp(-ratio), for a ratio up to 1.

  RandomSource& random_;
};

// Of one draw: 2 p / (1 - p)^2 with p = exp(-budget / 2). For standard deviations that are told, never for noise.
double Variance(const Budget& budget);

}  // namespace ladder::records::release

#endif  // LADDER_RECORDS_SERVICE_RELEASE_DISCRETE_LAPLACE_H_
