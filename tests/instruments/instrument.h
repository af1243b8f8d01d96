// File: instrument.h
//
// A published instrument as the tests know it: its definition, the cases that its source gives, and how the source's
// answers and results are called in the definition. All of it is data in definitions/ and cases/; see README.md there.

#ifndef LADDER_TESTS_INSTRUMENTS_INSTRUMENT_H_
#define LADDER_TESTS_INSTRUMENTS_INSTRUMENT_H_

#include <cstddef>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "ladder/quiz/v1/definition.pb.h"

namespace ladder::quiz {

using CodeMap = std::map<std::string, std::string>;

// Which item takes the answer at one position of a case, and what the source's codes are called there.
struct AnswerTarget {
  std::string item;
  CodeMap codes;  // A code that is not named stays as it is.
};

// What one result of the source is in the definition.
struct Output {
  enum class Kind {
    kScale,      // The value of ids[0], a scale; "NA" where it is not scored.
    kBands,      // The band of the one set of ids ("scale/set") that applies; "NA" where none does.
    kDecision,   // The outcome of ids[0], a decision.
    kProrated,   // "true" where ids[0], a scale, was scored with members missing.
    kNotScored,  // The positions in ids, counted from 1, of the scales that are not scored: "2, 5".
  };
  Kind kind = Kind::kScale;
  std::vector<std::string> ids;
  std::map<std::string, std::vector<std::string>> codes;  // From the source's result to the codes that mean it here.
  CodeMap context;                                        // Sent beside the case's own context.
};

struct Case {
  nlohmann::json answers;  // A list; null: no answer.
  CodeMap context;
  std::string rejected;  // Empty, or what refuses the form here: "input" or "gate".
  CodeMap expect;        // From the names of Instrument::outputs.
  std::string complete;  // "true", "false", or empty where the source does not say.
};

// A result of the source that is wrong by the source's own published rule.
struct SourceError {
  std::size_t case_index = 0;
  std::string output;
  std::string reason;
};

struct Instrument {
  v1::QuizDefinition definition;
  std::vector<AnswerTarget> answers;
  std::map<std::string, Output> outputs;
  std::vector<SourceError> source_errors;
  std::vector<Case> cases;
};

// The names of all files in definitions/ without their ending, sorted. The working directory is the repository's root.
std::vector<std::string> InstrumentNames();

absl::StatusOr<Instrument> LoadInstrument(const std::string& name);

}  // namespace ladder::quiz

#endif  // LADDER_TESTS_INSTRUMENTS_INSTRUMENT_H_
