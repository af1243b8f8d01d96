// File: stage_path.h
//
// What a client's points say about the ladder over time: the stages passed, and the time on each rung.
//
//   AddPath(progress);
//   AddRungTimes(comparable, progress);
//
// Both do nothing where the quiz has no ladder.

#ifndef LADDER_RECORDS_SERVICE_STAGE_PATH_H_
#define LADDER_RECORDS_SERVICE_STAGE_PATH_H_

#include <vector>

#include "ladder/records/v1/assessment_service.pb.h"

namespace ladder::records {

// REQUIRES: the points are there, oldest first, with their titles.
void AddPath(v1::Progress& progress);

// `comparable` says for each point whether its version is comparable with the one that the rungs are of. REQUIRES: as
// for AddPath, and the rungs are there.
void AddRungTimes(const std::vector<bool>& comparable, v1::Progress& progress);

}  // namespace ladder::records

#endif  // LADDER_RECORDS_SERVICE_STAGE_PATH_H_
