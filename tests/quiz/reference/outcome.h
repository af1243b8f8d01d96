// File: outcome.h
//
// All that a score says, in ids and text, so that two scorers which share no code can be compared word by word.

#ifndef LADDER_TESTS_QUIZ_REFERENCE_OUTCOME_H_
#define LADDER_TESTS_QUIZ_REFERENCE_OUTCOME_H_

#include <cstdint>
#include <string>
#include <vector>

namespace ladder::quiz::reference {

// The place of one scale in one band set.
struct PlaceOutcome {
  std::string state;  // "IN_BAND", "NOT_SCORED", "NOT_APPLICABLE" or "CONTEXT_ABSENT".
  std::string band;
  std::string range;  // Empty where the band has none.

  friend bool operator==(const PlaceOutcome&, const PlaceOutcome&) = default;
};

// One scale.
struct ScaleOutcome {
  std::string value;    // After rounding, "281/6"; empty where it is not scored.
  std::string raw;      // Before rounding.
  std::string reason;   // Why it is not scored, for example "TOO_FEW_ANSWERED".
  std::string subject;  // Where that arose: an id. Empty for the gate.
  // How the missing policy of an aggregate came out: "2 of 5, 3 needed". Empty for formulas and behind a failed gate.
  std::string missing;
  std::vector<PlaceOutcome> places;  // One for each band set.

  friend bool operator==(const ScaleOutcome&, const ScaleOutcome&) = default;
};

// A whole result. Lists stand in the definition's order.
struct Outcome {
  std::vector<std::string> items;             // "ANSWERED", "MISSING", "NOT_APPLICABLE", "HIDDEN" or "UNDECIDED".
  std::vector<std::string> missing_required;  // Ids of required items that are missing.
  bool complete = false;
  bool gate_failed = false;
  std::vector<ScaleOutcome> scales;
  std::vector<std::string> decisions;  // Outcomes, "UNDECIDED" included.
  std::vector<std::string> alerts;     // "id RAISED", "id/item UNDECIDED", "id CLEAR": every judgement.
  std::string guidance;                // The id; "UNDECIDED"; empty where none holds.

  friend bool operator==(const Outcome&, const Outcome&) = default;
};

// For people who look at a failed test.
std::string ToText(const Outcome& outcome);

}  // namespace ladder::quiz::reference

#endif  // LADDER_TESTS_QUIZ_REFERENCE_OUTCOME_H_
