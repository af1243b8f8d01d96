#include "tools/ladderctl/recording.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <ostream>
#include <utility>

#include "libs/chassis/grpc_status.h"
#include "tools/ladderctl/table.h"

namespace ladder::ctl {
namespace {

using scoring::v1::ScoreStreamRequest;
using scoring::v1::ScoreStreamResponse;

// One stream carries so many rows, then a new one is opened: servers renew connections, and a stream should be short
// beside their age.
constexpr std::size_t kRowsPerStream = 2000;
// Passes over what failed for reasons that may go away, for example a service that restarts.
constexpr int kMaxPasses = 5;
constexpr std::size_t kBarWidth = 30;
// The bar is drawn anew after so many replies.
constexpr std::size_t kRepliesPerDraw = 50;

bool IsPassing(const absl::Status& status) {
  return status.code() == absl::StatusCode::kUnavailable || status.code() == absl::StatusCode::kResourceExhausted ||
         status.code() == absl::StatusCode::kDeadlineExceeded;
}

}  // namespace

void Recording::Fail(const std::string& label, const absl::Status& status) {
  ++tally_.failed;
  terminal_.err << label << ": " << status.message() << "\n";
}

const RecordingTally& Recording::Run(std::vector<RecordingRow> rows) {
  absl::Status last;
  for (int pass = 0; pass < kMaxPasses && !rows.empty(); ++pass) {
    std::vector<RecordingRow> again;
    for (std::size_t begin = 0; begin < rows.size(); begin += kRowsPerStream) {
      const std::size_t end = std::min(rows.size(), begin + kRowsPerStream);
      last = SendOver(rows, begin, end, again);
    }
    rows = std::move(again);
  }
  // What is left after the last pass has failed, too.
  for (const RecordingRow& row : rows) Fail(row.label, last);
  EraseDrawing();
  return tally_;
}

absl::Status Recording::SendOver(const std::vector<RecordingRow>& rows, std::size_t begin, std::size_t end,
                                 std::vector<RecordingRow>& again) {
  std::size_t sent = begin;
  std::size_t replied = begin;
  absl::Status last;
  const absl::Status stream = client_.ScoreStream(
      [&]() -> std::optional<ScoreStreamRequest> {
        if (sent == end) return std::nullopt;
        ScoreStreamRequest request;
        *request.mutable_request() = rows[sent++].request;
        return request;
      },
      [&](const ScoreStreamResponse& reply) {
        const RecordingRow& row = rows[replied++];
        if (reply.has_response()) {
          ++(reply.response().replayed() ? tally_.replayed : tally_.recorded);
        } else if (absl::Status status = FromRpcStatus(reply.error()); IsPassing(status)) {
          last = status;
          again.push_back(row);
        } else {
          Fail(row.label, status);
        }
        Draw();
      });
  // What had no reply when the stream broke is tried again: its request_id makes that safe.
  for (std::size_t i = replied; i < end; ++i) again.push_back(rows[i]);
  return stream.ok() ? last : stream;
}

void Recording::Draw() const {
  if (!terminal_.interactive || tally_.done() % kRepliesPerDraw != 0) return;
  terminal_.err << "\r" << Bar(tally_.done(), total_, kBarWidth) << " " << tally_.done() << " of " << total_
                << std::flush;
}

void Recording::EraseDrawing() const {
  if (!terminal_.interactive) return;
  terminal_.err << "\r" << std::string(static_cast<std::size_t>(terminal_.width) - 1, ' ') << "\r";
}

int PrintTally(const RecordingTally& tally, const Settings& settings, const Terminal& terminal) {
  if (settings.output == OutputFormat::kJson) {
    terminal.out
        << nlohmann::json{{"recorded", tally.recorded}, {"replayed", tally.replayed}, {"failed", tally.failed}}.dump(2)
        << "\n";
  } else {
    terminal.out << tally.recorded << " recorded, " << tally.replayed << " recorded before, " << tally.failed
                 << " failed\n";
  }
  return tally.failed == 0 ? kDone : kPartly;
}

}  // namespace ladder::ctl
