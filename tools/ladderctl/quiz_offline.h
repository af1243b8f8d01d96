// File: quiz_offline.h
//
// What authors do with definitions in files, without a service: lint, show and score.

#ifndef LADDER_TOOLS_LADDERCTL_QUIZ_OFFLINE_H_
#define LADDER_TOOLS_LADDERCTL_QUIZ_OFFLINE_H_

#include <map>
#include <string>
#include <vector>

#include "libs/quiz/program.h"
#include "tools/ladderctl/app.h"
#include "tools/ladderctl/ladder_picture.h"

namespace ladder::ctl {

// Prints every fault of every file as "file:path: message". Refused where any is an error.
int LintQuizzes(const std::vector<std::string>& files, const Settings& settings, const Terminal& terminal);

// Prints scales, bands and reachable ranges as tables.
int ShowQuiz(const std::string& file, const Settings& settings, const Terminal& terminal);

struct OfflineScore {
  std::string quiz_file;
  std::string answers_file;  // A ladder.scoring.v1.ScoreRequest in text format or JSON; `quiz` and `record` are unused.
  std::map<std::string, std::string> context;  // On top of the file's.
  std::string locale;
  bool explain = false;
  bool partial = false;
};

int ScoreQuiz(const OfflineScore& command, const Settings& settings, const Terminal& terminal);

// The rungs of a quiz's ladder, ascending, with titles in one locale; empty where it has none.
std::vector<PictureRung> RungsOf(const quiz::Program& program, const std::string& locale);

}  // namespace ladder::ctl

#endif  // LADDER_TOOLS_LADDERCTL_QUIZ_OFFLINE_H_
