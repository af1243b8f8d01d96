// File: titles.h
//
// A stored result was written in the locale of its day; here its titles come again in the locale that is asked for.
// Ids, numbers and texts of guidance are not touched.

#ifndef LADDER_RECORDS_SERVICE_TITLES_H_
#define LADDER_RECORDS_SERVICE_TITLES_H_

#include "absl/strings/string_view.h"
#include "ladder/records/v1/assessment_service.pb.h"
#include "libs/quiz/program.h"

namespace ladder::records {

// REQUIRES: `program` is the version that scored the point; `locale` is one of its locales.
void Retitle(const quiz::Program& program, absl::string_view locale, v1::ProgressPoint& point);

// The rungs of the quiz's ladder, ascending; none where it has no ladder.
void AddRungs(const quiz::Program& program, absl::string_view locale, v1::Progress& progress);

}  // namespace ladder::records

#endif  // LADDER_RECORDS_SERVICE_TITLES_H_
