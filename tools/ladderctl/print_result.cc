#include "tools/ladderctl/print_result.h"

#include <ostream>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "tools/ladderctl/table.h"

namespace ladder::ctl {
namespace {

using quiz::v1::AlertResult;
using quiz::v1::BandResult;
using quiz::v1::Contribution;
using quiz::v1::Explanation;
using quiz::v1::NotScored;
using quiz::v1::QuizResult;
using quiz::v1::ScaleResult;
using quiz::v1::Stage;

// The title where there is one, else the id.
const std::string& Named(const std::string& title, const std::string& id) { return title.empty() ? id : title; }

void PrintAlerts(const QuizResult& result, const Terminal& terminal) {
  for (const AlertResult& alert : result.alerts()) {
    const bool raised = alert.state() == AlertResult::STATE_RAISED;
    const bool urgent = alert.severity() == AlertResult::SEVERITY_URGENT;
    terminal.out << (raised ? (urgent ? "!! URGENT ALERT: " : "! ALERT: ") : "? ALERT UNDECIDED: ") << alert.alert();
    if (!alert.item().empty()) terminal.out << " (" << alert.item() << ")";
    terminal.out << "\n";
    if (!alert.professional_text().empty()) {
      terminal.out << "   " << Wrap(alert.professional_text(), terminal.width, 3) << "\n";
    }
  }
  if (!result.alerts().empty()) terminal.out << "\n";
}

void PrintStage(const Stage& stage, const std::vector<PictureRung>& rungs, const Terminal& terminal) {
  if (stage.stage().empty()) {
    terminal.out << "No stage: " << Describe(stage.not_scored()) << "\n\n";
    return;
  }
  terminal.out << "Stage: " << Named(stage.title(), stage.stage());
  if (!stage.range().empty()) terminal.out << ", " << Named(stage.range_title(), stage.range());
  terminal.out << " (rung " << stage.rung() << " of " << stage.rungs() << "), bounce point "
               << stage.bounce_point().decimal() << "\n";
  if (stage.has_below())
    terminal.out << "  " << stage.below().distance().decimal() << " above " << stage.below().at().decimal() << "\n";
  if (stage.has_above()) {
    terminal.out << "  " << stage.above().distance().decimal() << " to go to " << stage.above().at().decimal()
                 << ", where " << stage.above().band() << (stage.above().range().empty() ? "" : "/")
                 << stage.above().range() << " begins\n";
  }
  if (!rungs.empty()) {
    terminal.out << "\n"
                 << DrawLadder(rungs, {{stage.stage(), stage.bounce_point().decimal()}},
                               static_cast<std::size_t>(terminal.width));
  }
  terminal.out << "\n";
}

std::string BandText(const BandResult& band) {
  switch (band.no_band()) {
    case BandResult::NO_BAND_NOT_SCORED:
      return "";
    case BandResult::NO_BAND_NOT_APPLICABLE:
      return absl::StrCat(band.band_set(), ": does not apply");
    case BandResult::NO_BAND_CONTEXT_ABSENT:
      return absl::StrCat(band.band_set(), ": context is missing");
    default:
      break;
  }
  std::string text = Named(band.title(), band.band());
  if (!band.range().empty()) absl::StrAppend(&text, ", ", Named(band.range_title(), band.range()));
  return text;
}

std::string PossibleText(const ScaleResult& scale) {
  if (!scale.has_possible()) return "";
  const auto& possible = scale.possible();
  std::string text = possible.has_minimum()
                         ? absl::StrCat(possible.minimum().decimal(), " to ", possible.maximum().decimal())
                         : std::string("none");
  if (possible.may_be_unscored() && possible.has_minimum()) absl::StrAppend(&text, ", or none");
  return text;
}

void PrintScales(const QuizResult& result, const Terminal& terminal) {
  bool partial = false;
  for (const ScaleResult& scale : result.scales()) partial = partial || scale.has_possible();
  std::vector<std::string> header = {"Scale", "Score", "Band"};
  if (partial) header.push_back("Possible");
  header.push_back("Remarks");
  Table table(std::move(header));
  for (const ScaleResult& scale : result.scales()) {
    std::vector<std::string> bands;
    for (const BandResult& band : scale.bands()) {
      if (std::string text = BandText(band); !text.empty()) bands.push_back(std::move(text));
    }
    std::vector<std::string> remarks;
    if (scale.has_not_scored()) remarks.push_back(Describe(scale.not_scored()));
    if (!scale.standard_error().empty()) remarks.push_back(absl::StrCat("standard error ", scale.standard_error()));
    if (scale.missing().missing_size() > 0) {
      remarks.push_back(absl::StrCat("missing: ", absl::StrJoin(scale.missing().missing(), ", ")));
    }
    std::vector<std::string> cells = {Named(scale.title(), scale.scale()),
                                      scale.has_value() ? scale.value().decimal() : "not scored",
                                      absl::StrJoin(bands, "; ")};
    if (partial) cells.push_back(PossibleText(scale));
    cells.push_back(absl::StrJoin(remarks, "; "));
    table.AddRow(std::move(cells));
  }
  if (!table.empty()) {
    table.Print(terminal.out);
    terminal.out << "\n";
  }
}

void PrintDecisions(const QuizResult& result, const Terminal& terminal) {
  for (const auto& decision : result.decisions()) {
    terminal.out << Named(decision.title(), decision.decision()) << ": "
                 << Named(decision.outcome_text(), decision.outcome()) << "\n";
  }
  if (!result.decisions().empty()) terminal.out << "\n";
}

void PrintGuidance(const QuizResult& result, const Terminal& terminal) {
  if (!result.has_guidance()) return;
  const auto& guidance = result.guidance();
  if (guidance.guidance().empty()) {
    terminal.out << "Guidance: " << (guidance.undecided() ? "undecided, answers are missing" : "none") << "\n";
  } else {
    terminal.out << "Guidance: " << Named(guidance.modality_title(), guidance.modality()) << "\n";
    const auto print_text = [&](absl::string_view title, const std::string& text) {
      if (!text.empty()) terminal.out << "  " << title << Wrap(text, terminal.width, 2 + title.size()) << "\n";
    };
    print_text("For the professional: ", guidance.professional_text());
    print_text("For the client:       ", guidance.client_text());
  }
  terminal.out << "  " << guidance.notice() << "\n\n";
}

void PrintCompleteness(const QuizResult& result, const Terminal& terminal) {
  terminal.out << (result.completeness().complete() ? "The form is complete." : "The form is not complete.");
  if (result.completeness().missing_required_size() > 0) {
    terminal.out << " Missing: " << absl::StrJoin(result.completeness().missing_required(), ", ");
  }
  terminal.out << "\n";
  for (const auto& ignored : result.ignored()) {
    terminal.out << "Ignored: the answer to '" << ignored.item() << "', which is not shown\n";
  }
  if (result.gate_failed()) terminal.out << "Too few answers in the whole form: nothing is scored.\n";
}

std::string ContributionState(const Contribution& contribution) {
  switch (contribution.state()) {
    case Contribution::STATE_MISSING:
      return "missing";
    case Contribution::STATE_FILLED:
      return "missing, filled";
    case Contribution::STATE_LEFT:
      return "left";
    default:
      return "";
  }
}

void PrintExplanation(const Explanation& explanation, const Terminal& terminal) {
  terminal.out << "\nHow " << explanation.scale() << " came about";
  if (!explanation.formula().empty()) terminal.out << ": " << explanation.formula();
  terminal.out << "\n";
  Table table({"Member", "Answer", "Value", "Weight", "Contribution", ""});
  for (const Contribution& contribution : explanation.contributions()) {
    table.AddRow({contribution.member(), contribution.answer(), contribution.value().decimal(),
                  contribution.weight().decimal(), contribution.contribution().decimal(),
                  ContributionState(contribution)});
  }
  if (!table.empty()) table.Print(terminal.out);
  for (const auto& step : explanation.steps()) {
    terminal.out << "  " << step.name() << " = " << step.value().decimal() << "\n";
  }
}

}  // namespace

std::string Describe(const NotScored& not_scored) {
  std::string reason;
  switch (not_scored.reason()) {
    case NotScored::REASON_GATE:
      return "too few answers in the whole form";
    case NotScored::REASON_NONE_APPLICABLE:
      reason = "nothing applies";
      break;
    case NotScored::REASON_TOO_FEW_ANSWERED:
      reason = "too few answered";
      break;
    case NotScored::REASON_NOT_IN_TABLE:
      reason = "not in the table";
      break;
    case NotScored::REASON_OUT_OF_RANGE:
      reason = "out of range";
      break;
    default:
      reason = "no value";
  }
  return not_scored.subject().empty() ? reason : absl::StrCat(reason, " (", not_scored.subject(), ")");
}

void PrintResult(const QuizResult& result, const std::vector<PictureRung>& rungs, const Terminal& terminal) {
  PrintAlerts(result, terminal);
  if (result.has_stage()) PrintStage(result.stage(), rungs, terminal);
  PrintScales(result, terminal);
  PrintDecisions(result, terminal);
  PrintGuidance(result, terminal);
  PrintCompleteness(result, terminal);
  for (const Explanation& explanation : result.explanations()) PrintExplanation(explanation, terminal);
}

}  // namespace ladder::ctl
