#include "tools/ladderctl/print_progress.h"

#include <cstdint>
#include <ostream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/time.h"
#include "libs/chassis/timestamp.h"
#include "tools/ladderctl/ladder_picture.h"
#include "tools/ladderctl/print_result.h"
#include "tools/ladderctl/table.h"

namespace ladder::ctl {
namespace {

using records::v1::Progress;
using records::v1::ProgressPoint;
using records::v1::ScaleChange;

std::string DayOf(const google::protobuf::Timestamp& timestamp) {
  const absl::StatusOr<absl::Time> time = FromTimestamp(timestamp, "assess_time");
  return time.ok() ? absl::FormatTime("%Y-%m-%d", *time, absl::UTCTimeZone()) : "?";
}

void DrawPoints(const Progress& progress, const Terminal& terminal) {
  std::vector<PictureRung> rungs;
  for (const auto& rung : progress.rungs()) rungs.push_back({rung.stage(), rung.title()});
  std::vector<PictureMark> marks;
  for (const ProgressPoint& point : progress.points())
    marks.push_back({point.stage().stage(), DayOf(point.assess_time())});
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
    table.AddRow({DayOf(point.assess_time()), point.quiz_version().substr(point.quiz_version().rfind('/') + 1), stage,
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

std::string SignificanceText(const ScaleChange& change) {
  std::string text;
  switch (change.clinical_significance()) {
    case ScaleChange::CLINICAL_SIGNIFICANCE_RECOVERED:
      text = "recovered";
      break;
    case ScaleChange::CLINICAL_SIGNIFICANCE_IMPROVED:
      text = change.from_side() == ScaleChange::SIDE_FUNCTIONAL ? "improved, functional before" : "improved";
      break;
    case ScaleChange::CLINICAL_SIGNIFICANCE_UNCHANGED:
      text = "unchanged";
      break;
    case ScaleChange::CLINICAL_SIGNIFICANCE_DETERIORATED:
      text = "deteriorated";
      break;
    case ScaleChange::CLINICAL_SIGNIFICANCE_NOT_ASSESSABLE:
      text = "not assessable";
      break;
    default:  // From a service that does not tell it yet.
      return "";
  }
  // The verdict beside it has the reason where the change itself is not assessable.
  const bool told = change.verdict() == ScaleChange::VERDICT_NOT_ASSESSABLE;
  if (!told && !change.significance_why().empty()) absl::StrAppend(&text, " (", change.significance_why(), ")");
  return text;
}

std::string CutOffText(const ScaleChange& change) {
  if (!change.has_cut_off()) return "";
  return absl::StrCat(change.cut_off().decimal(), change.criterion() == ScaleChange::CRITERION_C ? " (C)" : "");
}

void PrintChanges(const Progress& progress, const Terminal& terminal) {
  Table table({"Scale", "Since", "Difference", "RCI", "Change", "Cut-off", "Meaning"});
  for (const ScaleChange& change : progress.changes()) {
    table.AddRow({change.scale(), change.span() == ScaleChange::SPAN_SINCE_FIRST ? "the first" : "the previous",
                  change.difference().decimal(), change.reliable_change_index(), VerdictText(change),
                  CutOffText(change), SignificanceText(change)});
  }
  if (table.empty()) return;
  terminal.out << "\n";
  table.Print(terminal.out);
}

// The title where there is one, else the id; words of ours where there is no stage.
std::string StageText(const std::string& stage, const std::string& title) {
  if (stage.empty()) return "(no stage)";
  return title.empty() ? stage : title;
}

void PrintPath(const Progress& progress, const Terminal& terminal) {
  Table table({"From", "To", "Stage", "Assessments", ""});
  bool first = true;
  for (const records::v1::StageLeg& leg : progress.path()) {
    table.AddRow({DayOf(leg.start_time()), DayOf(leg.end_time()), StageText(leg.stage(), leg.title()),
                  absl::StrCat(leg.assessments()),
                  first || leg.comparable_with_previous() ? "" : "not comparable with the one before"});
    first = false;
  }
  if (table.empty()) return;
  terminal.out << "\n";
  table.Print(terminal.out);
}

// Whole days and hours, which is as much as a person reads.
std::string TimeText(const google::protobuf::Duration& time) {
  const std::int64_t hours = time.seconds() / 3600;
  return absl::StrCat(hours / 24, " d ", hours % 24, " h");
}

void PrintRungTimes(const Progress& progress, const Terminal& terminal) {
  Table table({"Stage", "Time", "Assessments", ""});
  for (const records::v1::RungTime& rung : progress.rung_times()) {
    table.AddRow({StageText(rung.stage(), rung.title()), TimeText(rung.time()), absl::StrCat(rung.assessments()),
                  rung.comparable() ? "" : "under versions that are not comparable"});
  }
  if (table.empty()) return;
  terminal.out << "\n";
  table.Print(terminal.out);
}

}  // namespace

void PrintProgress(const Progress& progress, const Terminal& terminal) {
  DrawPoints(progress, terminal);
  PrintPoints(progress, terminal);
  PrintChanges(progress, terminal);
  PrintPath(progress, terminal);
  PrintRungTimes(progress, terminal);
  for (const std::string& name : progress.unusable()) terminal.out << "Cannot be read: " << name << "\n";
}

}  // namespace ladder::ctl
