// A small quiz that has one of everything and no fault, for tests that break one thing in it.

#ifndef LADDER_TESTS_QUIZ_SOUND_QUIZ_H_
#define LADDER_TESTS_QUIZ_SOUND_QUIZ_H_

#include <ostream>
#include <string>
#include <vector>

#include "ladder/quiz/v1/definition.pb.h"
#include "libs/quiz/fault.h"

namespace ladder::quiz {

// Text format.
const std::string& SoundQuiz();

// The sound quiz with one piece of its text, which has to stand there exactly once, replaced.
v1::QuizDefinition SoundQuizWith(const std::string& piece, const std::string& replacement);

v1::QuizDefinition ParseQuiz(const std::string& text);

// What CompileDefinition says of it.
std::vector<Fault> ErrorsOf(const v1::QuizDefinition& definition);
std::vector<Fault> WarningsOf(const v1::QuizDefinition& definition);

// Whether all was proved but for examples that expect something else: so the definition scores.
bool OnlyExamplesDisagree(const std::vector<Fault>& faults);

// For the messages of failed tests.
void PrintTo(const Fault& fault, std::ostream* out);

}  // namespace ladder::quiz

#endif  // LADDER_TESTS_QUIZ_SOUND_QUIZ_H_
