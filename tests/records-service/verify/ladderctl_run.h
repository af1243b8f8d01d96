// File: ladderctl_run.h
//
// `ladderctl store`, run within the test.

#ifndef LADDER_TESTS_RECORDS_SERVICE_VERIFY_LADDERCTL_RUN_H_
#define LADDER_TESTS_RECORDS_SERVICE_VERIFY_LADDERCTL_RUN_H_

#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "tools/ladderctl/app.h"

namespace ladder::records {

struct LadderctlRun {
  int exit_code = -1;
  std::string out;
  std::string err;
};

inline LadderctlRun RunStoreCommand(const std::string& command, std::vector<std::string> flags,
                                    std::vector<std::string> more = {}) {
  std::vector<std::string> arguments = {"store", command};
  arguments.insert(arguments.end(), flags.begin(), flags.end());
  arguments.insert(arguments.end(), more.begin(), more.end());
  std::istringstream in;
  std::ostringstream out;
  std::ostringstream err;
  const int exit_code = ctl::RunLadderctl(std::move(arguments), {in, out, err, 100, false});
  return {exit_code, out.str(), err.str()};
}

}  // namespace ladder::records

#endif  // LADDER_TESTS_RECORDS_SERVICE_VERIFY_LADDERCTL_RUN_H_
