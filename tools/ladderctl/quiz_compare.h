// File: quiz_compare.h
//
// What a version or the draft would change for a clinic's stored assessments, before it is activated.

#ifndef LADDER_TOOLS_LADDERCTL_QUIZ_COMPARE_H_
#define LADDER_TOOLS_LADDERCTL_QUIZ_COMPARE_H_

#include <cstdint>
#include <string>

#include "tools/ladderctl/app.h"

namespace ladder::ctl {

struct CompareCommand {
  std::string quiz;             // "phq-9" or "quizzes/phq-9".
  std::string under = "draft";  // "draft", a version's number, or the whole name of either.
  std::string clinic;
  std::string from;                  // A day (UTC) or RFC 3339; empty: from the first on.
  std::string before;                // Likewise, exclusive; empty: to the last.
  std::int64_t at_most = 1'000'000;  // Assessments.
};

// Empty where `text` is a time as above; else what it has to be.
std::string CheckTime(const std::string& text);

int CompareQuiz(const CompareCommand& command, const Settings& settings, const Terminal& terminal);

}  // namespace ladder::ctl

#endif  // LADDER_TOOLS_LADDERCTL_QUIZ_COMPARE_H_
