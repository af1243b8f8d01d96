#include "tools/ladderctl/progress.h"

#include <algorithm>
#include <ostream>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/time.h"
#include "libs/chassis/timestamp.h"
#include "libs/quiz/resource_names.h"
#include "tools/ladderctl/client.h"
#include "tools/ladderctl/ladder_picture.h"
#include "tools/ladderctl/print_result.h"
#include "tools/ladderctl/quiz_files.h"
#include "tools/ladderctl/table.h"

namespace ladder::ctl {
namespace {

using records::v1::Progress;
using records::v1::ProgressPoint;
using records::v1::ScaleChange;

std::string DayOf(const ProgressPoint& point) {
  const absl::StatusOr<absl::Time> time = FromTimestamp(point.assess_time(), "assess_time");
  return time.ok() ? absl::FormatTime("%Y-%m-%d", *time, absl::UTCTimeZone()) : "?";
}

void DrawPoints(const Progress& progress, const Terminal& terminal) {
  std::vector<PictureRung> rungs;
  for (const auto& rung : progress.rungs()) rungs.push_back({rung.stage(), rung.title()});
  std::vector<PictureMark> marks;
  for (const ProgressPoint& point : progress.points()) marks.push_back({point.stage().stage(), DayOf(point)});
  if (rungs.empty()) return;
  terminal.out << DrawLadder(rungs, marks, static_cast<std::size_t>(terminal.width)) << "\n";
}

void PrintPoints(const Progress& progress, const Terminal& terminal) {
  Table table({"Day", "Version", "Stage", "Bounce point", "Scores", ""});
  for (int i = 0; i < progress.points_size(); ++i) {
    const ProgressPoint& point = progress.points(i);
    std::vector<std::string> scores;
    for (const auto& scale : point.scales()) {
      scores.push_back(
          absl::StrCat(scale.scale(), " ", scale.has_value() ? scale.value().decimal() : Describe(scale.not_scored())));
    }
    std::string stage = point.stage().title();
    if (!point.stage().range_title().empty()) absl::StrAppend(&stage, ", ", point.stage().range_title());
    table.AddRow({DayOf(point), point.quiz_version().substr(point.quiz_version().rfind('/') + 1), stage,
                  point.stage().bounce_point().decimal(), absl::StrJoin(scores, ", "),
                  i > 0 && !point.comparable_with_previous() ? "not comparable with the one before" : ""});
  }
  table.Print(terminal.out);
}

std::string VerdictText(const ScaleChange& change) {
  switch (change.verdict()) {
    case ScaleChange::VERDICT_RELIABLY_BETTER:
      return "reliably better";
    case ScaleChange::VERDICT_RELIABLY_WORSE:
      return "reliably worse";
    case ScaleChange::VERDICT_NO_RELIABLE_CHANGE:
      return "no reliable change";
    case ScaleChange::VERDICT_RELIABLE_CHANGE:
      return "reliable change";
    default:
      return absl::StrCat("not assessable: ", change.why());
  }
}

void PrintChanges(const Progress& progress, const Terminal& terminal) {
  Table table({"Scale", "Since", "Difference", "RCI", "Change"});
  for (const ScaleChange& change : progress.changes()) {
    table.AddRow({change.scale(), change.span() == ScaleChange::SPAN_SINCE_FIRST ? "the first" : "the previous",
                  change.difference().decimal(), change.reliable_change_index(), VerdictText(change)});
  }
  if (table.empty()) return;
  terminal.out << "\n";
  table.Print(terminal.out);
}

}  // namespace

int ShowProgress(const ProgressCommand& command, const Settings& settings, const Terminal& terminal) {
  records::v1::GetProgressRequest request;
  request.set_parent(quiz::ClientName{command.clinic, command.client}.ToString());
  request.set_quiz(absl::StartsWith(command.quiz, "quizzes/") ? command.quiz : absl::StrCat("quizzes/", command.quiz));
  request.set_locale(command.locale);
  const absl::StatusOr<Progress> progress = Client(settings).GetProgress(request);
  if (!progress.ok()) return ReportError(progress.status(), terminal);
  if (settings.output == OutputFormat::kJson) {
    terminal.out << ToJson(*progress) << "\n";
    return kDone;
  }
  if (progress->points().empty()) {
    terminal.out << "Nothing is recorded for " << request.parent() << " under " << request.quiz() << ".\n";
    return kDone;
  }
  DrawPoints(*progress, terminal);
  PrintPoints(*progress, terminal);
  PrintChanges(*progress, terminal);
  return kDone;
}

}  // namespace ladder::ctl
