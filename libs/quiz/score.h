// File: score.h
//
// Program and input to result. Pure: no I/O, no lock, no clock, and no allocation beyond the result's own storage,
// which a caller may use again for the next score of the same program.
//
//   Result result;
//   Score(*program, *input, result);

#ifndef LADDER_LIBS_QUIZ_SCORE_H_
#define LADDER_LIBS_QUIZ_SCORE_H_

#include <cstdint>
#include <vector>

#include "libs/quiz/input.h"
#include "libs/quiz/number.h"
#include "libs/quiz/program.h"

namespace ladder::quiz {

enum class ItemState : std::uint8_t {
  kAnswered,
  kMissing,        // Shown and without an answer, or with a code that means so.
  kNotApplicable,  // Shown and answered by a code that means so.
  kHidden,         // Not shown, whether answered or not.
  kUndecided,      // Whether it is shown is not known yet; counts as missing.
};

// Why something has no value, and where that arose.
struct NoValue {
  enum class Reason : std::uint8_t {
    kGate,
    kNoneApplicable,
    kTooFewAnswered,
    kNotInTable,
    kNoValue,
    kOutOfRange,  // A number needs more than 256 bits, or a divisor is 0: the proof of publishing had a hole.
  };
  Reason reason = Reason::kNoValue;
  Name subject;  // The item, scale, context value, decision or table.

  friend bool operator==(const NoValue&, const NoValue&) = default;
};

// How the missing policy of an aggregate came out.
struct MissingUse {
  std::uint32_t answered = 0;    // Members with a value of their own.
  std::uint32_t applicable = 0;  // Members that have not left.
  std::uint32_t needed = 0;      // Members that the policy asks for.
  bool met = false;
};

// The place of a value in a band set.
struct Place {
  enum class State : std::uint8_t { kInBand, kNotScored, kNotApplicable, kContextAbsent };
  State state = State::kNotScored;
  Index band = kNone;   // In BandSet::bands.
  Index range = kNone;  // In Band::ranges; none where the band has no ranges.
};

struct ScaleScore {
  bool scored = false;
  Rational value;             // After rounding: what every reader sees.
  Rational raw;               // Before rounding.
  NoValue why_not;            // Where not scored.
  MissingUse missing;         // Aggregates only.
  std::vector<Place> places;  // One for each band set.
};

struct AlertJudgement {
  enum class State : std::uint8_t { kClear, kRaised, kUndecided };
  Index alert = kNone;
  Index item = kNone;  // With for_each.
  State state = State::kClear;
};

struct Result {
  std::vector<ItemState> items;        // One for each of Program::items.
  std::vector<std::uint8_t> required;  // Likewise: the item is required under these answers.
  // Likewise: whether it is shown hangs on context that is absent, so no answer decides it.
  std::vector<std::uint8_t> waits_for_context;
  bool gate_failed = false;
  std::vector<ScaleScore> scales;      // One for each of Program::scales.
  std::vector<Index> outcomes;         // One for each of Program::decisions: a code.
  std::vector<AlertJudgement> alerts;  // Every judgement, in the definition's order.
  Index guidance = kNone;              // In Program::guidance; none where none holds or it is undecided.
  bool guidance_undecided = false;
  bool complete = false;
};

// REQUIRES: `input` was checked against `program`.
void Score(const Program& program, const Input& input, Result& result);

// The place of `value` in a band set.
Place FindPlace(const BandSet& set, const Rational& value);

}  // namespace ladder::quiz

#endif  // LADDER_LIBS_QUIZ_SCORE_H_
