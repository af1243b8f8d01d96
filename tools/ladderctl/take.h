// File: take.h
//
// Takes a quiz in the terminal: asks what is to be asked now, then shows the result and the place on the ladder.

#ifndef LADDER_TOOLS_LADDERCTL_TAKE_H_
#define LADDER_TOOLS_LADDERCTL_TAKE_H_

#include <map>
#include <string>

#include "tools/ladderctl/app.h"

namespace ladder::ctl {

struct TakeQuiz {
  std::string quiz;  // "ladder-of-healing" or a resource name, perhaps with a version.
  std::string locale;
  std::map<std::string, std::string> context;
  std::string record_parent;  // "clinics/{clinic}/clients/{client}"; empty: nothing is recorded.
  std::string request_id;     // Required where it is recorded.
};

int RunTake(const TakeQuiz& command, const Settings& settings, const Terminal& terminal);

}  // namespace ladder::ctl

#endif  // LADDER_TOOLS_LADDERCTL_TAKE_H_
