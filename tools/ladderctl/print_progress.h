// File: print_progress.h
//
// A client's way over a quiz as a professional reads it in a terminal: the ladder over time, the scores, what changed
// and what that means, the stages passed and the time on each rung.

#ifndef LADDER_TOOLS_LADDERCTL_PRINT_PROGRESS_H_
#define LADDER_TOOLS_LADDERCTL_PRINT_PROGRESS_H_

#include "ladder/records/v1/assessment_service.pb.h"
#include "tools/ladderctl/app.h"

namespace ladder::ctl {

void PrintProgress(const records::v1::Progress& progress, const Terminal& terminal);

}  // namespace ladder::ctl

#endif  // LADDER_TOOLS_LADDERCTL_PRINT_PROGRESS_H_
