// File: quiz_online.h
//
// What operators do with quizzes in the records service: publish, activate, roll back.

#ifndef LADDER_TOOLS_LADDERCTL_QUIZ_ONLINE_H_
#define LADDER_TOOLS_LADDERCTL_QUIZ_ONLINE_H_

#include <string>

#include "tools/ladderctl/app.h"

namespace ladder::ctl {

// Replaces the draft by the file's definition, publishes it, and activates the version where `activate` is set.
// Publishing what is published already changes nothing.
int PublishQuiz(const std::string& file, bool activate, const Settings& settings, const Terminal& terminal);

// Activates "quizzes/{quiz}/versions/{number}", or "{quiz}/{number}" for short.
int ActivateQuiz(const std::string& version, const Settings& settings, const Terminal& terminal);

// Goes back to the version that was active before.
int RollBackQuiz(const std::string& quiz, const Settings& settings, const Terminal& terminal);

// Whether both services serve.
int ShowStatus(const Settings& settings, const Terminal& terminal);

}  // namespace ladder::ctl

#endif  // LADDER_TOOLS_LADDERCTL_QUIZ_ONLINE_H_
