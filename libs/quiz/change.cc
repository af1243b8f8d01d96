#include "libs/quiz/change.h"

#include <boost/multiprecision/cpp_int.hpp>
#include <utility>

#include "libs/quiz/score/evaluate.h"

namespace ladder::quiz {
namespace {

// Squares of scores need more than 256 bits, and nothing here is on the scoring path. The numbers that come in have 256
// bits, so no step has more than 3,000.
using BigInteger = boost::multiprecision::cpp_int;

constexpr int kDigits = 4;

// The square root of a number that is not negative, in units of 10^-kDigits, rounded half up. With r the root rounded
// down, r + 1/2 is at or below the root exactly where (2r + 1)^2 is at or below four times its square.
BigInteger ScaledRoot(const UnlimitedRational& square) {
  const BigInteger unit = boost::multiprecision::pow(BigInteger(10), kDigits);
  const BigInteger dividend = boost::multiprecision::numerator(square) * unit * unit;
  const BigInteger divisor = boost::multiprecision::denominator(square);
  const BigInteger root = boost::multiprecision::sqrt(BigInteger(dividend / divisor));
  const BigInteger odd = 2 * root + 1;
  return odd * odd * divisor <= 4 * dividend ? BigInteger(root + 1) : root;
}

// Decimal text of a number in units of 10^-kDigits. Never "-0.0000".
std::string ToDecimal(const BigInteger& scaled, bool negative) {
  std::string digits = scaled.str();
  if (digits.size() <= kDigits) digits.insert(0, kDigits + 1 - digits.size(), '0');
  digits.insert(digits.size() - kDigits, 1, '.');
  if (negative && !scaled.is_zero()) digits.insert(0, 1, '-');
  return digits;
}

// The square of the standard error of measurement: sd^2 * (1 - reliability), which is above 0. Nothing for figures that
// no norms have.
std::optional<UnlimitedRational> ErrorVariance(const Rational& sd, const Rational& reliability) {
  if (sd.sign() <= 0 || reliability.sign() < 0 || reliability >= Rational(1)) return std::nullopt;
  const std::optional<UnlimitedRational> deviation = sd.ToUnlimited();
  if (!deviation.has_value()) return std::nullopt;
  return *deviation * *deviation * (1 - *reliability.ToUnlimited());
}

ReliableChange::Verdict VerdictOn(bool reliable, int sign, v1::Scale::Direction direction) {
  using Verdict = ReliableChange::Verdict;
  if (!reliable) return Verdict::kNoReliableChange;
  switch (direction) {
    case v1::Scale::DIRECTION_HIGHER_IS_BETTER:
      return sign > 0 ? Verdict::kReliablyBetter : Verdict::kReliablyWorse;
    case v1::Scale::DIRECTION_LOWER_IS_BETTER:
      return sign < 0 ? Verdict::kReliablyBetter : Verdict::kReliablyWorse;
    default:
      return Verdict::kReliableChange;
  }
}

// Strictly beyond the cut-off in the declared direction; nothing where none is declared.
std::optional<bool> IsFunctional(const Rational& score, const Rational& cut_off, v1::Scale::Direction direction) {
  switch (direction) {
    case v1::Scale::DIRECTION_HIGHER_IS_BETTER:
      return score > cut_off;
    case v1::Scale::DIRECTION_LOWER_IS_BETTER:
      return score < cut_off;
    default:
      return std::nullopt;
  }
}

}  // namespace

std::optional<ReliableChange> ChangeBetween(const Rational& earlier, const Rational& later, const Rational& sd,
                                            const Rational& reliability, v1::Scale::Direction direction) {
  // 1.96, as kReliableChangeThreshold writes it.
  const UnlimitedRational threshold(BigInteger(49), BigInteger(25));
  ReliableChange change;
  change.difference = later - earlier;
  const std::optional<UnlimitedRational> difference = change.difference.ToUnlimited();
  const std::optional<UnlimitedRational> variance = ErrorVariance(sd, reliability);
  if (!difference.has_value() || !variance.has_value()) return std::nullopt;
  const bool negative = change.difference.sign() < 0;
  const UnlimitedRational squared_change = *difference * *difference;
  const UnlimitedRational squared_error = 2 * *variance;
  change.reliable_change_index = ToDecimal(ScaledRoot(squared_change / squared_error), negative);
  change.standard_error_of_difference = ToDecimal(ScaledRoot(squared_error), /*negative=*/false);
  const bool reliable = squared_change > threshold * threshold * squared_error;
  change.verdict = VerdictOn(reliable, change.difference.sign(), direction);
  return change;
}

std::string StandardErrorOfMeasurement(const Rational& sd, const Rational& reliability) {
  const std::optional<UnlimitedRational> variance = ErrorVariance(sd, reliability);
  return variance.has_value() ? ToDecimal(ScaledRoot(*variance), /*negative=*/false) : std::string();
}

const Norms* FindNorms(const Program& program, Index scale, const Input& input) {
  const Result nothing_scored;  // Conditions of norms read context only.
  const score_internal::Evaluator evaluator(program, input, nothing_scored);
  for (const Norms& norms : program.norms) {
    if (norms.scale != scale) continue;
    if (norms.when != kNone) {
      const score_internal::Value holds = evaluator.Evaluate(norms.when);
      if (!holds.has_value() || !holds.truth) continue;
    }
    return norms.sd.has_value() && norms.reliability.has_value() ? &norms : nullptr;
  }
  return nullptr;
}

std::optional<CutOff> CutOffOf(const Norms& norms) {
  if (norms.cut_off.has_value()) return CutOff{CutOff::Criterion::kPublished, *norms.cut_off};
  const bool has_all = norms.functional_mean.has_value() && norms.functional_sd.has_value() &&
                       norms.clinical_mean.has_value() && norms.clinical_sd.has_value();
  if (!has_all) return std::nullopt;
  const Rational weighted = *norms.clinical_sd * *norms.functional_mean + *norms.functional_sd * *norms.clinical_mean;
  const Rational value = weighted / (*norms.clinical_sd + *norms.functional_sd);
  if (value.out_of_range()) return std::nullopt;
  return CutOff{CutOff::Criterion::kC, value};
}

ClinicalSignificance SignificanceOf(const Rational& earlier, const Rational& later, ReliableChange::Verdict reliable,
                                    const std::optional<CutOff>& cut_off, v1::Scale::Direction direction) {
  using Verdict = ClinicalSignificance::Verdict;
  ClinicalSignificance significance;
  if (cut_off.has_value()) {
    significance.earlier_is_functional = IsFunctional(earlier, cut_off->value, direction);
    significance.later_is_functional = IsFunctional(later, cut_off->value, direction);
  }
  const bool passed =
      !significance.earlier_is_functional.value_or(true) && significance.later_is_functional.value_or(false);
  switch (reliable) {
    case ReliableChange::Verdict::kReliablyBetter:
      significance.verdict = passed ? Verdict::kRecovered : Verdict::kImproved;
      break;
    case ReliableChange::Verdict::kReliablyWorse:
      significance.verdict = Verdict::kDeteriorated;
      break;
    case ReliableChange::Verdict::kNoReliableChange:
      significance.verdict = Verdict::kUnchanged;
      break;
    case ReliableChange::Verdict::kReliableChange:
      significance.verdict = Verdict::kNotAssessable;
      break;
  }
  return significance;
}

}  // namespace ladder::quiz
