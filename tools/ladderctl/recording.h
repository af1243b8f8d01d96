// File: recording.h
//
// Records many assessments through ScoreStream, as often as makes sense, and counts what became of them. Every request
// carries a request_id, so what was under way when a stream broke is simply sent again.
//
//   Recording recording(client, terminal, rows.size());
//   const RecordingTally& tally = recording.Run(std::move(rows));

#ifndef LADDER_TOOLS_LADDERCTL_RECORDING_H_
#define LADDER_TOOLS_LADDERCTL_RECORDING_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "ladder/scoring/v1/scoring_service.pb.h"
#include "tools/ladderctl/app.h"
#include "tools/ladderctl/client.h"

namespace ladder::ctl {

// One assessment on its way.
struct RecordingRow {
  std::string label;  // Stands before its failure, for example "rows.csv:17".
  scoring::v1::ScoreRequest request;
};

struct RecordingTally {
  std::size_t recorded = 0;
  std::size_t replayed = 0;  // Were recorded before.
  std::size_t failed = 0;

  std::size_t done() const { return recorded + replayed + failed; }
};

// Not thread-safe. `client` and `terminal` have to outlive it.
class Recording {
 public:
  // Progress is drawn against `total` rows.
  Recording(Client& client, const Terminal& terminal, std::size_t total)
      : client_(client), terminal_(terminal), total_(total) {}

  // Counts and prints a row that failed.
  void Fail(const std::string& label, const absl::Status& status);
  // Sends the rows in their order. What fails for reasons that may go away is tried again some times.
  const RecordingTally& Run(std::vector<RecordingRow> rows);

 private:
  // Sends rows [begin, end) over one stream. Those that should be tried again are appended to `again`.
  absl::Status SendOver(const std::vector<RecordingRow>& rows, std::size_t begin, std::size_t end,
                        std::vector<RecordingRow>& again);
  void Draw() const;
  void EraseDrawing() const;

  Client& client_;
  const Terminal& terminal_;
  const std::size_t total_;
  RecordingTally tally_;
};

// The tally as one line, or as JSON; the exit code that stands for it.
int PrintTally(const RecordingTally& tally, const Settings& settings, const Terminal& terminal);

}  // namespace ladder::ctl

#endif  // LADDER_TOOLS_LADDERCTL_RECORDING_H_
