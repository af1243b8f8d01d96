#include "tools/ladderctl/import.h"

#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "tools/ladderctl/client.h"
#include "tools/ladderctl/csv_rows.h"
#include "tools/ladderctl/recording.h"

namespace ladder::ctl {

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

  Recording recording(client, terminal, csv->size() - 1);
  std::vector<RecordingRow> rows;
  for (std::size_t line = 1; line < csv->size(); ++line) {
    // People count the header as the first line.
    const std::string label = absl::StrCat(command.file, ":", line + 1);
    absl::StatusOr<scoring::v1::ScoreRequest> request = reader->Read((*csv)[line], line);
    if (request.ok()) {
      rows.push_back({label, *std::move(request)});
    } else {
      recording.Fail(label, request.status());
    }
  }
  return PrintTally(recording.Run(std::move(rows)), settings, terminal);
}

}  // namespace ladder::ctl
