// File: print_result.h
//
// A result as a professional reads it in a terminal: alerts first, then the place on the ladder, scores, decisions and
// guidance.

#ifndef LADDER_TOOLS_LADDERCTL_PRINT_RESULT_H_
#define LADDER_TOOLS_LADDERCTL_PRINT_RESULT_H_

#include <vector>

#include "ladder/quiz/v1/result.pb.h"
#include "tools/ladderctl/app.h"
#include "tools/ladderctl/ladder_picture.h"

namespace ladder::ctl {

// `rungs` ascending, for the picture; empty: the quiz has no ladder or its rungs are not known.
void PrintResult(const quiz::v1::QuizResult& result, const std::vector<PictureRung>& rungs, const Terminal& terminal);

// Why something is not scored, for example "too few answered (position)".
std::string Describe(const quiz::v1::NotScored& not_scored);

}  // namespace ladder::ctl

#endif  // LADDER_TOOLS_LADDERCTL_PRINT_RESULT_H_
