// File: progress.h
//
// A client's way over a quiz, from the records service to the terminal.

#ifndef LADDER_TOOLS_LADDERCTL_PROGRESS_H_
#define LADDER_TOOLS_LADDERCTL_PROGRESS_H_

#include <string>

#include "tools/ladderctl/app.h"

namespace ladder::ctl {

struct ProgressCommand {
  std::string clinic;
  std::string client;
  std::string quiz = "ladder-of-healing";
  std::string locale;
};

int ShowProgress(const ProgressCommand& command, const Settings& settings, const Terminal& terminal);

}  // namespace ladder::ctl

#endif  // LADDER_TOOLS_LADDERCTL_PROGRESS_H_
