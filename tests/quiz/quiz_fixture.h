// File: quiz_fixture.h
//
// Small quizzes for tests, written as text format, and answers as plain words.
//
//   const auto program = CompileText(R"pb(items { id: "a" single_choice: "steps" } ...)pb");
//   const Input input = InputOf(*program, {{"a", "2"}});

#ifndef LADDER_TESTS_QUIZ_QUIZ_FIXTURE_H_
#define LADDER_TESTS_QUIZ_QUIZ_FIXTURE_H_

#include <map>
#include <memory>
#include <string>

#include "absl/strings/string_view.h"
#include "libs/quiz/input.h"
#include "libs/quiz/program.h"
#include "libs/quiz/score.h"

namespace ladder::quiz {

// From item or context ids to answers: an option's id, ids of options with commas between them, a number or words.
using Words = std::map<std::string, std::string>;

// The definition in `text`, with an id and a title, and two option sets added: "steps" offers "0" to "3" with these
// values, "refused" that means missing and "na" that means not applicable; "devices" offers "aid", "help" and "none"
// with the values 1, 2 and -1, and "refused".
v1::QuizDefinition DefinitionOf(absl::string_view text);

// Throws std::invalid_argument, which fails the test, with the faults where the definition does not compile.
std::shared_ptr<const Program> CompileText(absl::string_view text);

// The answers as messages, each of its item's kind.
google::protobuf::RepeatedPtrField<v1::Answer> AnswersOf(const Program& program, const Words& answers);
ContextMap ContextOf(const Words& context);

// Throws std::invalid_argument where an answer or context value does not fit.
Input InputOf(const Program& program, const Words& answers, const Words& context = {});

Result ScoreOf(const Program& program, const Words& answers, const Words& context = {});

// The scale's value as text, or why there is none: "TOO_FEW_ANSWERED total".
std::string ScoreText(const Program& program, const Result& result, absl::string_view scale);

// The value of the only formula in a quiz of items a, b, c (steps), d (devices) and n (a number from 0 to 10 in steps
// of 0.5), context sex and age, and table "norms" (0 to below 5 gives 50, exactly 5 gives 60).
std::string FormulaText(absl::string_view formula, const Words& answers, const Words& context = {});

}  // namespace ladder::quiz

#endif  // LADDER_TESTS_QUIZ_QUIZ_FIXTURE_H_
