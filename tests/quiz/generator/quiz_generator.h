// File: quiz_generator.h
//
// Random definitions that use the whole language and are mostly fit to be published. The examples of a definition are
// what the reference scorer says, so publishing it is a test of its own.
//
//   Random random(seed);
//   GeneratedQuiz quiz = GenerateQuiz(random, kSmallQuiz);
//   reference::Request request = RandomRequest(random, quiz.choices);

#ifndef LADDER_TESTS_QUIZ_GENERATOR_QUIZ_GENERATOR_H_
#define LADDER_TESTS_QUIZ_GENERATOR_QUIZ_GENERATOR_H_

#include "ladder/quiz/v1/definition.pb.h"
#include "tests/quiz/generator/random.h"
#include "tests/quiz/reference/completions.h"

namespace ladder::quiz::generator {

// How large a quiz may get.
struct Size {
  int items;
  int options;
  int context;
  int scales;
  int numbers;  // Values of a number item.
};

inline constexpr Size kUsualQuiz{9, 5, 3, 6, 12};
// All its requests can be listed.
inline constexpr Size kSmallQuiz{4, 3, 1, 4, 3};

struct GeneratedQuiz {
  v1::QuizDefinition definition;
  reference::Choices choices;  // All valid answers and context values; of an earlier score a few.
  bool reads_earlier_scores = false;
};

GeneratedQuiz GenerateQuiz(Random& random, const Size& size);

// Answers and context drawn from the choices, some or many of them left out.
reference::Request RandomRequest(Random& random, const reference::Choices& choices);

// A request that goes on from `partial`: its answers and its whole context stay, other items may be answered.
reference::Request RandomCompletion(Random& random, const reference::Choices& choices,
                                    const reference::Request& partial);

}  // namespace ladder::quiz::generator

#endif  // LADDER_TESTS_QUIZ_GENERATOR_QUIZ_GENERATOR_H_
