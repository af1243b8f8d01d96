// File: comparison.h
//
// What another version would change, added up over pages and printed.

#ifndef LADDER_TOOLS_LADDERCTL_COMPARISON_H_
#define LADDER_TOOLS_LADDERCTL_COMPARISON_H_

#include "ladder/records/v1/quiz_service.pb.h"
#include "tools/ladderctl/app.h"

namespace ladder::ctl {

// Adds the page that follows on those in `sum`, an empty message at first. Examples and reasons are kept up to as many
// as one page has.
void AddPage(const records::v1::VersionComparison& page, records::v1::VersionComparison& sum);

void PrintComparison(const records::v1::VersionComparison& comparison, const Terminal& terminal);

}  // namespace ladder::ctl

#endif  // LADDER_TOOLS_LADDERCTL_COMPARISON_H_
