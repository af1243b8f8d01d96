#include "tools/ladderctl/score.h"

#include <ostream>

#include "tools/ladderctl/client.h"
#include "tools/ladderctl/print_result.h"
#include "tools/ladderctl/quiz_files.h"

namespace ladder::ctl {

int ScoreFile(const std::string& file, const Settings& settings, const Terminal& terminal) {
  scoring::v1::ScoreRequest request;
  std::vector<std::string> faults;
  if (absl::Status read = ReadMessageFile(file, request, faults); !read.ok()) {
    for (const std::string& fault : faults) terminal.err << fault << "\n";
    return faults.empty() ? ReportError(read, terminal) : static_cast<int>(kRefused);
  }
  Client client(settings);
  const absl::StatusOr<scoring::v1::ScoreResponse> response = client.Score(request);
  if (!response.ok()) return ReportError(response.status(), terminal);
  scoring::v1::GetFormRequest get_form;
  get_form.set_quiz(response->result().quiz_version());
  get_form.set_locale(response->result().locale());
  const absl::StatusOr<scoring::v1::Form> form = client.GetForm(get_form);
  PrintResponse(*response, form.ok() ? RungsOf(*form) : std::vector<PictureRung>(), settings, terminal);
  return kDone;
}

void PrintResponse(const scoring::v1::ScoreResponse& response, const std::vector<PictureRung>& rungs,
                   const Settings& settings, const Terminal& terminal) {
  if (settings.output == OutputFormat::kJson) {
    terminal.out << ToJson(response) << "\n";
    return;
  }
  PrintResult(response.result(), rungs, terminal);
  if (!response.assessment().empty()) {
    terminal.out << (response.replayed() ? "Recorded before as " : "Recorded as ") << response.assessment() << "\n";
  }
}

std::vector<PictureRung> RungsOf(const scoring::v1::Form& form) {
  std::vector<PictureRung> rungs;
  for (const auto& rung : form.rungs()) rungs.push_back({rung.stage(), rung.title()});
  return rungs;
}

}  // namespace ladder::ctl
