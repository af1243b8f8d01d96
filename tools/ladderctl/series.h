// File: series.h
//
// Which quiz series an analytics command is about.
//
//   const absl::StatusOr<std::string> series = FindSeries(client, command);  // "quizzes/ladder-of-healing/series/1"

#ifndef LADDER_TOOLS_LADDERCTL_SERIES_H_
#define LADDER_TOOLS_LADDERCTL_SERIES_H_

#include <string>

#include "absl/status/statusor.h"
#include "ladder/quiz/v1/definition.pb.h"
#include "libs/quiz/resource_names.h"
#include "tools/ladderctl/analytics.h"
#include "tools/ladderctl/client.h"

namespace ladder::ctl {

// The series that the command names, or that of the quiz's active version, else of its latest one.
absl::StatusOr<std::string> FindSeries(Client& client, const AnalyticsCommand& command);

// The definition of a published version.
absl::StatusOr<quiz::v1::QuizDefinition> ReadDefinition(Client& client, const quiz::QuizName& version);

}  // namespace ladder::ctl

#endif  // LADDER_TOOLS_LADDERCTL_SERIES_H_
