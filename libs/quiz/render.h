// File: render.h
//
// Results as they travel: ids, decimal text, exact ratios and texts in one locale.

#ifndef LADDER_LIBS_QUIZ_RENDER_H_
#define LADDER_LIBS_QUIZ_RENDER_H_

#include <optional>

#include "absl/strings/string_view.h"
#include "ladder/quiz/v1/result.pb.h"
#include "libs/quiz/input.h"
#include "libs/quiz/number.h"
#include "libs/quiz/possible.h"
#include "libs/quiz/program.h"
#include "libs/quiz/score.h"

namespace ladder::quiz {

// The asked locale where the whole quiz has it, else its language ("de" for "de-AT"), else the default locale.
absl::string_view ChooseLocale(const Program& program, absl::string_view asked);

// Fills all of `out` but quiz_version, digest, explanations and possible values. `locale` is one of the program's.
void RenderResult(const Program& program, const Input& input, const Result& result, absl::string_view locale,
                  v1::QuizResult& out);

// Adds what each scale may still become, and which decisions are decided. REQUIRES: `out` was rendered.
void RenderPossible(const Program& program, const Possibility& possibility, v1::QuizResult& out);

// Adds how each scale came about. False, and none is added, if they would have more than kMaxExplanationBytes.
// REQUIRES: `out` was rendered.
bool RenderExplanations(const Program& program, const Input& input, const Result& result, v1::QuizResult& out);

// A number with the scale's digits: those of `shown`, else of `rounding`, else as many as show it exactly, up to 6,
// else 4 rounded half up.
v1::Value RenderValue(const Rational& value, const Scale& scale);

// A number in points of a scale that is not one of its values, such as where a band begins: the scale's digits, or more
// where they would not show it exactly.
v1::Value RenderBeside(const Rational& value, const Scale& scale);

// A number that is no scale's: as many digits as show it exactly, up to 6, else 4 rounded half up.
v1::Value RenderNumber(const Rational& value);

v1::Ratio RenderRatio(const Rational& value);

// The number of a ratio that was rendered; nothing where it holds none.
std::optional<Rational> ParseRatio(const v1::Ratio& ratio);

// The exact number of a value that was rendered; nothing where it holds none.
std::optional<Rational> ExactOf(const v1::Value& value);

}  // namespace ladder::quiz

#endif  // LADDER_LIBS_QUIZ_RENDER_H_
