// File: form.h
//
// What to ask: the items that are shown and open under the answers so far, and how far the person is.

#ifndef LADDER_LIBS_QUIZ_FORM_H_
#define LADDER_LIBS_QUIZ_FORM_H_

#include <cstdint>
#include <vector>

#include "libs/quiz/input.h"
#include "libs/quiz/possible.h"
#include "libs/quiz/program.h"

namespace ladder::quiz {

struct NextItems {
  std::vector<Index> to_ask;    // Shown, without any answer, in asking order.
  std::uint32_t answered = 0;   // Shown with an answer, codes for missing and not applicable included.
  std::uint32_t undecided = 0;  // Not known yet whether shown.
  bool complete = false;        // Every required item is answered.
  // Every band, range and decision is decided whatever else is answered; false where the quiz has none.
  bool decided = false;
};

// `possible` is PossibleFrom of the same program and input.
NextItems FindNextItems(const Program& program, const Input& input, const Possibility& possible);

}  // namespace ladder::quiz

#endif  // LADDER_LIBS_QUIZ_FORM_H_
