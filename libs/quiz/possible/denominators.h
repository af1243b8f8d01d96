// File: denominators.h
//
// What is known of the denominators of a set of numbers in lowest terms, so that publishing can prove how many bits a
// number needs. Two bounds, since either may be the better one: how large each may be, and what all of them divide.
// Sums keep the second one small, since z-scores with a few divisors share theirs; alternatives keep the first one
// small, since norms by age have a divisor each and a score uses one of them.
//
//   Denominators of_sum = DenominatorsOfSum(DenominatorsOf(Rational(1) / 6), DenominatorsOf(Rational(1) / 4));
//   of_sum.bits;     // 4: at most 12
//   *of_sum.common;  // 12

#ifndef LADDER_LIBS_QUIZ_POSSIBLE_DENOMINATORS_H_
#define LADDER_LIBS_QUIZ_POSSIBLE_DENOMINATORS_H_

#include <optional>

#include "libs/quiz/number.h"

namespace ladder::quiz {

struct Denominators {
  int bits = 1;                                  // Each has at most so many.
  std::optional<Rational> common = Rational(1);  // An integer multiple of each, if one of 256 bits is known.
};

// Denominators of at most so many bits of which nothing else is known.
Denominators DenominatorsOfBits(int bits);
// Of one number. More than 256 bits if it is out of range, so that no proof succeeds with it.
Denominators DenominatorsOf(const Rational& only);
// Of low + grid * Z.
Denominators DenominatorsOnGrid(const Rational& low, const Rational& grid);
// Of any x + y, x of the one and y of the other.
Denominators DenominatorsOfSum(const Denominators& a, const Denominators& b);
// Of any x * y.
Denominators DenominatorsOfProduct(const Denominators& a, const Denominators& b);
// Of any x * by.
Denominators DenominatorsOfMultiple(const Denominators& a, const Rational& by);
// Of any number of the one or of the other.
Denominators DenominatorsOfEither(const Denominators& a, const Denominators& b);
// Both hold.
Denominators Tighter(const Denominators& a, const Denominators& b);

}  // namespace ladder::quiz

#endif  // LADDER_LIBS_QUIZ_POSSIBLE_DENOMINATORS_H_
