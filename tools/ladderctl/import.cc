#include "tools/ladderctl/import.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <ostream>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "libs/chassis/grpc_status.h"
#include "tools/ladderctl/client.h"
#include "tools/ladderctl/csv_rows.h"
#include "tools/ladderctl/table.h"

namespace ladder::ctl {
namespace {

using scoring::v1::ScoreRequest;
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

// A row on its way.
struct Row {
  std::size_t line = 0;  // Counted from 1 without the header.
  ScoreRequest request;
};

struct Tally {
  std::size_t recorded = 0;
  std::size_t replayed = 0;
  std::size_t failed = 0;

  std::size_t done() const { return recorded + replayed + failed; }
};

// Sends rows over streams, as often as makes sense, and counts what became of them.
class Import {
 public:
  Import(Client& client, const ImportCommand& command, const Terminal& terminal, std::size_t total)
      : client_(client), command_(command), terminal_(terminal), total_(total) {}

  void Fail(std::size_t line, const absl::Status& status) {
    ++tally_.failed;
    terminal_.err << command_.file << ":" << line + 1 << ": " << status.message() << "\n";
  }

  // What is left after the last pass has failed, too.
  const Tally& Run(std::vector<Row> rows) {
    absl::Status last;
    for (int pass = 0; pass < kMaxPasses && !rows.empty(); ++pass) {
      std::vector<Row> again;
      for (std::size_t begin = 0; begin < rows.size(); begin += kRowsPerStream) {
        const std::size_t end = std::min(rows.size(), begin + kRowsPerStream);
        last = SendOver(rows, begin, end, again);
      }
      rows = std::move(again);
    }
    for (const Row& row : rows) Fail(row.line, last);
    return tally_;
  }

 private:
  // Sends rows [begin, end) over one stream. Those that should be tried again are appended to `again`.
  absl::Status SendOver(const std::vector<Row>& rows, std::size_t begin, std::size_t end, std::vector<Row>& again) {
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
          const Row& row = rows[replied++];
          if (reply.has_response()) {
            ++(reply.response().replayed() ? tally_.replayed : tally_.recorded);
          } else if (absl::Status status = FromRpcStatus(reply.error()); IsPassing(status)) {
            last = status;
            again.push_back(row);
          } else {
            Fail(row.line, status);
          }
          Draw();
        });
    // What had no reply when the stream broke is tried again: its request_id makes that safe.
    for (std::size_t i = replied; i < end; ++i) again.push_back(rows[i]);
    return stream.ok() ? last : stream;
  }

  static bool IsPassing(const absl::Status& status) {
    return status.code() == absl::StatusCode::kUnavailable || status.code() == absl::StatusCode::kResourceExhausted ||
           status.code() == absl::StatusCode::kDeadlineExceeded;
  }

  void Draw() const {
    if (!terminal_.interactive || tally_.done() % kRepliesPerDraw != 0) return;
    terminal_.err << "\r" << Bar(tally_.done(), total_, kBarWidth) << " " << tally_.done() << " of " << total_
                  << std::flush;
  }

  Client& client_;
  const ImportCommand& command_;
  const Terminal& terminal_;
  const std::size_t total_;
  Tally tally_;
};

}  // namespace

int ImportAssessments(const ImportCommand& command, const Settings& settings, const Terminal& terminal) {
  const absl::StatusOr<std::vector<CsvRow>> csv = ReadCsv(command.file);
  if (!csv.ok()) return ReportError(csv.status(), terminal);
  Client client(settings);
  scoring::v1::GetFormRequest get_form;
  get_form.set_quiz(absl::StartsWith(command.quiz, "quizzes/") ? command.quiz : absl::StrCat("quizzes/", command.quiz));
  const absl::StatusOr<scoring::v1::Form> form = client.GetForm(get_form);
  if (!form.ok()) return ReportError(form.status(), terminal);
  const absl::StatusOr<RowReader> reader = RowReader::Create(csv->front(), *form, get_form.quiz(), command.clinic);
  if (!reader.ok()) return ReportError(reader.status(), terminal);

  Import import(client, command, terminal, csv->size() - 1);
  std::vector<Row> rows;
  for (std::size_t line = 1; line < csv->size(); ++line) {
    absl::StatusOr<ScoreRequest> request = reader->Read((*csv)[line], line);
    if (request.ok()) {
      rows.push_back({line, *std::move(request)});
    } else {
      import.Fail(line, request.status());
    }
  }
  const Tally& tally = import.Run(std::move(rows));
  if (terminal.interactive)
    terminal.err << "\r" << std::string(static_cast<std::size_t>(terminal.width) - 1, ' ') << "\r";
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
