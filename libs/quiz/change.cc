#include "libs/quiz/change.h"

#include <boost/multiprecision/cpp_int.hpp>
#include <utility>

#include "libs/quiz/score/evaluate.h"

namespace ladder::quiz {
namespace {

// Squares of scores need more than 256 bits, and nothing here is on the scoring path.
using BigInteger = boost::multiprecision::cpp_int;
using BigRational = boost::multiprecision::cpp_rational;

constexpr int kDigits = 4;
constexpr unsigned kRationalBits = 256;

BigRational Big(const Rational& value) {
  return BigRational(BigInteger(value.numerator()), BigInteger(value.denominator()));
}

bool Fits(const BigInteger& value) {
  return value.is_zero() || boost::multiprecision::msb(BigInteger(boost::multiprecision::abs(value))) < kRationalBits;
}

// Nothing where it needs more bits than a Rational has.
std::optional<Rational> Fit(const BigRational& value) {
  const BigInteger numerator = boost::multiprecision::numerator(value);
  const BigInteger denominator = boost::multiprecision::denominator(value);
  if (!Fits(numerator) || !Fits(denominator)) return std::nullopt;
  return Rational::Ratio(Int256(numerator), Int256(denominator));
}

// The square root of a number that is not negative, in units of 10^-kDigits, rounded half up. With r the root rounded
// down, r + 1/2 is at or below the root exactly where (2r + 1)^2 is at or below four times its square.
BigInteger ScaledRoot(const BigRational& square) {
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

// The square of the standard error of measurement: sd^2 * (1 - reliability).
BigRational ErrorVariance(const Rational& sd, const Rational& reliability) {
  return Big(sd) * Big(sd) * (1 - Big(reliability));
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

std::optional<Rational> DifferenceBetween(const Rational& earlier, const Rational& later) {
  return Fit(Big(later) - Big(earlier));
}

ReliableChange ChangeBetween(const Rational& earlier, const Rational& later, const Rational& sd,
                             const Rational& reliability, v1::Scale::Direction direction) {
  // 1.96, as kReliableChangeThreshold writes it.
  const BigRational threshold(BigInteger(49), BigInteger(25));
  ReliableChange change;
  change.difference = later - earlier;
  const bool negative = change.difference.sign() < 0;
  const BigRational squared_change = Big(change.difference) * Big(change.difference);
  const BigRational squared_error = 2 * ErrorVariance(sd, reliability);
  change.reliable_change_index = ToDecimal(ScaledRoot(squared_change / squared_error), negative);
  change.standard_error_of_difference = ToDecimal(ScaledRoot(squared_error), /*negative=*/false);
  const bool reliable = squared_change > threshold * threshold * squared_error;
  change.verdict = VerdictOn(reliable, change.difference.sign(), direction);
  return change;
}

std::string StandardErrorOfMeasurement(const Rational& sd, const Rational& reliability) {
  return ToDecimal(ScaledRoot(ErrorVariance(sd, reliability)), /*negative=*/false);
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
  const BigRational weighted =
      Big(*norms.clinical_sd) * Big(*norms.functional_mean) + Big(*norms.functional_sd) * Big(*norms.clinical_mean);
  const std::optional<Rational> value = Fit(weighted / (Big(*norms.clinical_sd) + Big(*norms.functional_sd)));
  if (!value.has_value()) return std::nullopt;
  return CutOff{CutOff::Criterion::kC, *value};
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
