#include "tools/ladderctl/progress.h"

#include <ostream>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "libs/quiz/resource_names.h"
#include "tools/ladderctl/client.h"
#include "tools/ladderctl/print_progress.h"
#include "tools/ladderctl/quiz_files.h"

namespace ladder::ctl {

int ShowProgress(const ProgressCommand& command, const Settings& settings, const Terminal& terminal) {
  records::v1::GetProgressRequest request;
  request.set_parent(quiz::ClientName{command.clinic, command.client}.ToString());
  request.set_quiz(absl::StartsWith(command.quiz, "quizzes/") ? command.quiz : absl::StrCat("quizzes/", command.quiz));
  request.set_locale(command.locale);
  const absl::StatusOr<records::v1::Progress> progress = Client(settings).GetProgress(request);
  if (!progress.ok()) return ReportError(progress.status(), terminal);
  if (settings.output == OutputFormat::kJson) {
    terminal.out << ToJson(*progress) << "\n";
    return kDone;
  }
  if (progress->points().empty()) {
    terminal.out << "Nothing is recorded for " << request.parent() << " under " << request.quiz() << ".\n";
    return kDone;
  }
  PrintProgress(*progress, terminal);
  return kDone;
}

}  // namespace ladder::ctl
