// File: quiz_files.h
//
// Protobuf messages in files, as authors write them: text format, or JSON where the name ends in ".json".

#ifndef LADDER_TOOLS_LADDERCTL_QUIZ_FILES_H_
#define LADDER_TOOLS_LADDERCTL_QUIZ_FILES_H_

#include <google/protobuf/message.h>

#include <string>
#include <vector>

#include "absl/status/status.h"

namespace ladder::ctl {

// Reads `path` into `message`. What the parser does not understand is appended to `faults`, each as
// "path:line:column: message" (JSON: "path: message"), and gives INVALID_ARGUMENT. NOT_FOUND where there is no such
// file. "-" is not a file.
absl::Status ReadMessageFile(const std::string& path, google::protobuf::Message& message,
                             std::vector<std::string>& faults);

// The message as JSON with the names of the contracts, for --output json.
std::string ToJson(const google::protobuf::Message& message);
// The same in one line.
std::string ToJsonLine(const google::protobuf::Message& message);

}  // namespace ladder::ctl

#endif  // LADDER_TOOLS_LADDERCTL_QUIZ_FILES_H_
