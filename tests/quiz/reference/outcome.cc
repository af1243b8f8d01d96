#include "tests/quiz/reference/outcome.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace ladder::quiz::reference {

std::string ToText(const Outcome& outcome) {
  std::string text = absl::StrCat("  items: ", absl::StrJoin(outcome.items, " "), "\n  complete: ", outcome.complete,
                                  ", missing: ", absl::StrJoin(outcome.missing_required, " "),
                                  "\n  gate failed: ", outcome.gate_failed, "\n");
  for (const ScaleOutcome& scale : outcome.scales) {
    absl::StrAppend(&text, "  scale: ", scale.value, " raw ", scale.raw, " ", scale.reason, " ", scale.subject, " [",
                    scale.missing, "]");
    for (const PlaceOutcome& place : scale.places) {
      absl::StrAppend(&text, " ", place.state, " ", place.band, "/", place.range);
    }
    text += "\n";
  }
  absl::StrAppend(&text, "  decisions: ", absl::StrJoin(outcome.decisions, ", "),
                  "\n  alerts: ", absl::StrJoin(outcome.alerts, ", "), "\n  guidance: ", outcome.guidance, "\n");
  return text;
}

}  // namespace ladder::quiz::reference
