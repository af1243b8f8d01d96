// File: score.h
//
// One call of ScoringService.Score from a file, as a platform would make it.

#ifndef LADDER_TOOLS_LADDERCTL_SCORE_H_
#define LADDER_TOOLS_LADDERCTL_SCORE_H_

#include <string>
#include <vector>

#include "ladder/scoring/v1/scoring_service.pb.h"
#include "tools/ladderctl/app.h"
#include "tools/ladderctl/ladder_picture.h"

namespace ladder::ctl {

// Sends the ladder.scoring.v1.ScoreRequest in `file`, text format or JSON, and prints the response.
int ScoreFile(const std::string& file, const Settings& settings, const Terminal& terminal);

// A response as --output asks; `rungs` ascending, for the picture.
void PrintResponse(const scoring::v1::ScoreResponse& response, const std::vector<PictureRung>& rungs,
                   const Settings& settings, const Terminal& terminal);

// The rungs that a form names.
std::vector<PictureRung> RungsOf(const scoring::v1::Form& form);

}  // namespace ladder::ctl

#endif  // LADDER_TOOLS_LADDERCTL_SCORE_H_
