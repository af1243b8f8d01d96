#include "tools/ladderctl/comparison.h"

#include <algorithm>
#include <optional>
#include <ostream>
#include <string>
#include <tuple>

#include "absl/strings/str_cat.h"
#include "libs/quiz/render.h"
#include "tools/ladderctl/table.h"

namespace ladder::ctl {
namespace {

using records::v1::AlertDifference;
using records::v1::Refusal;
using records::v1::ScaleDifference;
using records::v1::StageMove;
using records::v1::VersionComparison;

// As many as the service gives in one page.
constexpr int kMaxRefusals = 10;
constexpr int kMaxExamples = 20;

// The element that `same` holds for; null where there is none.
template <typename List, typename Same>
auto* Find(List& list, Same same) {
  const auto found = std::find_if(list.begin(), list.end(), same);
  return found == list.end() ? nullptr : &*found;
}

// Whether `a` lies further from zero; a value that is absent does not.
bool IsFurther(const quiz::v1::Value& a, const quiz::v1::Value& b) {
  const quiz::Rational first = quiz::ExactOf(a).value_or(quiz::Rational(0));
  const quiz::Rational second = quiz::ExactOf(b).value_or(quiz::Rational(0));
  return first.sign() < 0 ? first < second : first > second;
}

void AddRefusals(const VersionComparison& page, VersionComparison& sum) {
  for (const Refusal& refusal : page.refusals()) {
    Refusal* found = Find(*sum.mutable_refusals(), [&](const Refusal& known) {
      return known.field() == refusal.field() && known.description() == refusal.description();
    });
    if (found != nullptr) {
      found->set_assessments(found->assessments() + refusal.assessments());
    } else if (sum.refusals_size() < kMaxRefusals) {
      *sum.add_refusals() = refusal;
    }
  }
}

void AddMoves(const VersionComparison& page, VersionComparison& sum) {
  const auto key = [](const StageMove& move) {
    return std::tuple(move.from_rung(), move.from(), move.to_rung(), move.to());
  };
  for (const StageMove& move : page.stages()) {
    StageMove* found = Find(*sum.mutable_stages(), [&](const StageMove& known) { return key(known) == key(move); });
    if (found != nullptr) {
      found->set_assessments(found->assessments() + move.assessments());
    } else {
      *sum.add_stages() = move;
    }
  }
  std::sort(sum.mutable_stages()->begin(), sum.mutable_stages()->end(),
            [&](const StageMove& a, const StageMove& b) { return key(a) < key(b); });
}

void AddScales(const VersionComparison& page, VersionComparison& sum) {
  for (const ScaleDifference& scale : page.scales()) {
    ScaleDifference* found =
        Find(*sum.mutable_scales(), [&](const ScaleDifference& known) { return known.scale() == scale.scale(); });
    if (found == nullptr) {
      *sum.add_scales() = scale;
      continue;
    }
    found->set_compared(found->compared() + scale.compared());
    found->set_differing(found->differing() + scale.differing());
    found->set_newly_scored(found->newly_scored() + scale.newly_scored());
    found->set_no_longer_scored(found->no_longer_scored() + scale.no_longer_scored());
    found->set_not_assessable(found->not_assessable() + scale.not_assessable());
    if (IsFurther(scale.largest_rise(), found->largest_rise())) *found->mutable_largest_rise() = scale.largest_rise();
    if (IsFurther(scale.largest_fall(), found->largest_fall())) *found->mutable_largest_fall() = scale.largest_fall();
  }
}

void AddAlerts(const VersionComparison& page, VersionComparison& sum) {
  for (const AlertDifference& alert : page.alerts()) {
    AlertDifference* found =
        Find(*sum.mutable_alerts(), [&](const AlertDifference& known) { return known.alert() == alert.alert(); });
    if (found == nullptr) {
      *sum.add_alerts() = alert;
      continue;
    }
    found->set_raised(found->raised() + alert.raised());
    found->set_cleared(found->cleared() + alert.cleared());
    found->set_now_undecided(found->now_undecided() + alert.now_undecided());
  }
  std::sort(sum.mutable_alerts()->begin(), sum.mutable_alerts()->end(),
            [](const AlertDifference& a, const AlertDifference& b) { return a.alert() < b.alert(); });
}

// Prints the table with a line before it, where it has rows.
void PrintTable(const Table& table, const Terminal& terminal) {
  if (table.empty()) return;
  terminal.out << "\n";
  table.Print(terminal.out);
}

std::string StageText(const std::string& stage) { return stage.empty() ? "(no stage)" : stage; }

}  // namespace

void AddPage(const VersionComparison& page, VersionComparison& sum) {
  sum.set_under(page.under());
  sum.set_digest(page.digest());
  sum.set_next_page_token(page.next_page_token());
  sum.set_compared(sum.compared() + page.compared());
  sum.set_refused(sum.refused() + page.refused());
  sum.set_unusable(sum.unusable() + page.unusable());
  sum.set_stage_changes(sum.stage_changes() + page.stage_changes());
  sum.set_range_changes(sum.range_changes() + page.range_changes());
  sum.set_guidance_changes(sum.guidance_changes() + page.guidance_changes());
  AddRefusals(page, sum);
  AddMoves(page, sum);
  AddScales(page, sum);
  AddAlerts(page, sum);
  for (const std::string& example : page.stage_change_examples()) {
    if (sum.stage_change_examples_size() < kMaxExamples) sum.add_stage_change_examples(example);
  }
}

void PrintComparison(const VersionComparison& comparison, const Terminal& terminal) {
  terminal.out << "Under " << comparison.under() << " (" << comparison.digest().substr(0, 12)
               << "): " << comparison.compared() << " compared, " << comparison.refused() << " not accepted\n"
               << "  another stage:            " << comparison.stage_changes() << "\n"
               << "  same stage, other range:  " << comparison.range_changes() << "\n"
               << "  other guidance:           " << comparison.guidance_changes() << "\n";
  if (comparison.unusable() > 0) terminal.out << "  cannot be read:           " << comparison.unusable() << "\n";
  Table refusals({"Not accepted", "Why", "Field", "Example"});
  for (const Refusal& refusal : comparison.refusals()) {
    refusals.AddRow({absl::StrCat(refusal.assessments()), refusal.description(), refusal.field(), refusal.example()});
  }
  PrintTable(refusals, terminal);
  Table stages({"From", "To", "Assessments"});
  for (const StageMove& move : comparison.stages()) {
    stages.AddRow({StageText(move.from()), StageText(move.to()), absl::StrCat(move.assessments())});
  }
  PrintTable(stages, terminal);
  Table scales(
      {"Scale", "Compared", "Differing", "Rise", "Fall", "Not assessable", "Newly scored", "No longer scored"});
  for (const ScaleDifference& scale : comparison.scales()) {
    scales.AddRow({scale.scale(), absl::StrCat(scale.compared()), absl::StrCat(scale.differing()),
                   scale.largest_rise().decimal(), scale.largest_fall().decimal(), absl::StrCat(scale.not_assessable()),
                   absl::StrCat(scale.newly_scored()), absl::StrCat(scale.no_longer_scored())});
  }
  PrintTable(scales, terminal);
  Table alerts({"Alert", "Raised", "Cleared", "Now undecided"});
  for (const AlertDifference& alert : comparison.alerts()) {
    alerts.AddRow({alert.alert(), absl::StrCat(alert.raised()), absl::StrCat(alert.cleared()),
                   absl::StrCat(alert.now_undecided())});
  }
  PrintTable(alerts, terminal);
  if (!comparison.stage_change_examples().empty()) terminal.out << "\nAnother stage, for example:\n";
  for (const std::string& example : comparison.stage_change_examples()) terminal.out << "  " << example << "\n";
}

}  // namespace ladder::ctl
