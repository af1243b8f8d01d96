// File: completions.h
//
// Every valid answer to every item, and all the ways in which a form can go on: by brute force, for small quizzes.

#ifndef LADDER_TESTS_QUIZ_REFERENCE_COMPLETIONS_H_
#define LADDER_TESTS_QUIZ_REFERENCE_COMPLETIONS_H_

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "ladder/quiz/v1/definition.pb.h"
#include "tests/quiz/reference/reference_scorer.h"

namespace ladder::quiz::reference {

// Everything that a request may hold. "Nothing" stands first in each list: an item without answer, an absent context
// value.
struct Choices {
  std::vector<std::vector<std::optional<v1::Answer>>> items;  // In the definition's order.
  std::map<std::string, std::vector<std::optional<std::string>>> context;

  // How many requests there are; at most `kMany`.
  std::int64_t Count() const;
  static constexpr std::int64_t kMany = std::int64_t{1} << 60;
};

// All valid answers and context values. An earlier score can be any number that its scale can reach, so its values are
// those of `earlier`.
Choices ValidChoices(const v1::QuizDefinition& definition,
                     const std::map<std::string, std::vector<std::string>>& earlier);

// One request.
struct Request {
  Answers answers;
  Context context;
};

// The choices that go on from a request: what it answers and its whole context are fixed.
Choices CompletionsOf(const v1::QuizDefinition& definition, const Choices& all, const Request& request);

// Calls `visit` for each request that the choices allow. REQUIRES: they are few.
void ForEachRequest(const Choices& choices, const std::function<void(const Request&)>& visit);

}  // namespace ladder::quiz::reference

#endif  // LADDER_TESTS_QUIZ_REFERENCE_COMPLETIONS_H_
