// File: app.h
//
// The command line for authors, operators and clinicians. One function runs it, with its streams passed in, so that
// tests run it as a person would.
//
//   return RunLadderctl({argv + 1, argv + argc}, {std::cin, std::cout, std::cerr, width});

#ifndef LADDER_TOOLS_LADDERCTL_APP_H_
#define LADDER_TOOLS_LADDERCTL_APP_H_

#include <iosfwd>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"

namespace ladder::ctl {

// What scripts may rely on.
enum ExitCode : int {
  kDone = 0,
  kRefused = 1,      // A file has faults, or a service refused.
  kUsage = 2,        // The command line is wrong.
  kUnreachable = 3,  // A service did not answer: the same call may succeed later.
  kPartly = 4,       // Some rows of an import failed; the others are recorded.
};

enum class OutputFormat { kTable, kJson };

// Where a command reads and writes.
struct Terminal {
  std::istream& in;
  std::ostream& out;
  std::ostream& err;
  int width = 80;            // Columns.
  bool interactive = false;  // A person watches: progress is drawn, colours are used.
};

// What every command can be told.
struct Settings {
  std::string scoring_address = "127.0.0.1:7301";
  std::string records_address = "127.0.0.1:7302";
  OutputFormat output = OutputFormat::kTable;
  double timeout_s = 10;

  absl::Duration timeout() const { return absl::Seconds(timeout_s); }
};

// Runs one command line without the program's name. Never throws.
int RunLadderctl(std::vector<std::string> arguments, const Terminal& terminal);

// Prints the status with every field violation, one a line, and gives the exit code that stands for it.
int ReportError(const absl::Status& status, const Terminal& terminal);

}  // namespace ladder::ctl

#endif  // LADDER_TOOLS_LADDERCTL_APP_H_
