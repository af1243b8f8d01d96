// File: exact.h
//
// Exact numbers of the reference scorer: GMP's rationals, read from a definition's text and rounded by the book.
// Shares nothing with the product's numbers.

#ifndef LADDER_TESTS_QUIZ_REFERENCE_EXACT_H_
#define LADDER_TESTS_QUIZ_REFERENCE_EXACT_H_

#include <gmpxx.h>

#include <string>

#include "ladder/quiz/v1/definition.pb.h"

namespace ladder::quiz::reference {

// Reads "12", "-1.25" or "5/6". REQUIRES: the text is one of these.
mpq_class ParseExact(const std::string& text);

// Rounds as docs/quiz-language.md says: half away from zero, or half to the even digit.
mpq_class RoundExact(const mpq_class& value, const v1::Rounding& rounding);

}  // namespace ladder::quiz::reference

#endif  // LADDER_TESTS_QUIZ_REFERENCE_EXACT_H_
