// File: import.h
//
// Records assessments in bulk from a CSV file (csv_rows.h) through ScoreStream. Every row carries a request_id that
// depends on nothing but the file, so an import that broke off is simply run again.

#ifndef LADDER_TOOLS_LADDERCTL_IMPORT_H_
#define LADDER_TOOLS_LADDERCTL_IMPORT_H_

#include <string>

#include "tools/ladderctl/app.h"

namespace ladder::ctl {

struct ImportCommand {
  std::string file;
  std::string quiz = "ladder-of-healing";
  std::string clinic;  // Empty: the file has a column for it.
};

// Prints each row that failed as "file:row: message", then how many were recorded, were there already, and failed.
int ImportAssessments(const ImportCommand& command, const Settings& settings, const Terminal& terminal);

}  // namespace ladder::ctl

#endif  // LADDER_TOOLS_LADDERCTL_IMPORT_H_
