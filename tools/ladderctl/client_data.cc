#include "tools/ladderctl/client_data.h"

#include <cstdint>
#include <fstream>
#include <ostream>

#include "absl/status/statusor.h"
#include "libs/chassis/errors.h"
#include "libs/chassis/timestamp.h"
#include "libs/quiz/resource_names.h"
#include "tools/ladderctl/client.h"
#include "tools/ladderctl/quiz_files.h"

namespace ladder::ctl {
namespace {

// A call removes up to 50,000 assessments: more of one client than there will ever be.
constexpr int kMostCalls = 100;

// Where a call has removed as much as one may.
constexpr char kErasureUnfinished[] = "ERASURE_UNFINISHED";

std::string NameOf(const ClientDataCommand& command) {
  return quiz::ClientName{command.clinic, command.client}.ToString();
}

int Write(Client& client, records::v1::ExportClientRequest request, std::ostream& out, const Terminal& terminal) {
  while (true) {
    const auto page = client.ExportClient(request);
    if (!page.ok()) {
      const int code = ReportError(page.status(), terminal);
      if (!request.page_token().empty()) {
        terminal.err << "ladderctl: it goes on with --page-token " << request.page_token() << "\n";
      }
      return code;
    }
    out << page->json_lines() << std::flush;
    if (!out.good()) {
      terminal.err << "ladderctl: the export could not be written\n";
      return kRefused;
    }
    if (page->next_page_token().empty()) return kDone;
    request.set_page_token(page->next_page_token());
  }
}

}  // namespace

int EraseClient(const ClientDataCommand& command, const Settings& settings, const Terminal& terminal) {
  records::v1::EraseClientRequest request;
  request.set_name(NameOf(command));
  if (!command.confirmed) {
    terminal.err << "ladderctl: erasing " << request.name() << " is for good; --yes does it\n";
    return kUsage;
  }
  Client client(settings);
  absl::StatusOr<records::v1::EraseClientResponse> erased = client.EraseClient(request);
  for (int call = 1; call < kMostCalls && ReasonOf(erased.status()) == kErasureUnfinished; ++call) {
    erased = client.EraseClient(request);
  }
  if (!erased.ok()) return ReportError(erased.status(), terminal);
  if (settings.output == OutputFormat::kJson) {
    terminal.out << ToJson(*erased) << "\n";
    return kDone;
  }
  const absl::StatusOr<absl::Time> time = FromTimestamp(erased->erase_time(), "erase_time");
  if (!time.ok()) return ReportError(time.status(), terminal);
  terminal.out << "Erased " << erased->name() << " as of "
               << absl::FormatTime("%Y-%m-%d %H:%M:%S UTC", *time, absl::UTCTimeZone()) << ": "
               << erased->removed_count() << " assessments removed by the last call.\n";
  return kDone;
}

int ExportClient(const ClientDataCommand& command, const Settings& settings, const Terminal& terminal) {
  records::v1::ExportClientRequest request;
  request.set_name(NameOf(command));
  request.set_page_token(command.page_token);
  Client client(settings);
  if (command.out_file.empty()) return Write(client, request, terminal.out, terminal);
  const auto mode = command.page_token.empty() ? std::ios::trunc : std::ios::app;
  std::ofstream file(command.out_file, std::ios::binary | mode);
  if (!file.is_open()) {
    terminal.err << "ladderctl: cannot write " << command.out_file << "\n";
    return kRefused;
  }
  return Write(client, request, file, terminal);
}

}  // namespace ladder::ctl
