// File: outcome.h
//
// What a release counts of one assessment, found when it is written, so that a release compiles and scores nothing.

#ifndef LADDER_RECORDS_SERVICE_RELEASE_OUTCOME_H_
#define LADDER_RECORDS_SERVICE_RELEASE_OUTCOME_H_

#include <map>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "ladder/quiz/v1/result.pb.h"
#include "ladder/records/v1/analytics_service.pb.h"
#include "libs/quiz/input.h"
#include "libs/quiz/program.h"
#include "release/outcome.pb.h"

namespace ladder::records::release {

struct CountedFacts {
  // The values of the version's public slices in its order, defaults applied, for example "sex=female,informant=";
  // nothing after "=": the platform sent none. Part of the frame, not of the outcome.
  std::string slices;
  Outcome outcome;
};

// REQUIRES: the program has a ladder, and `result` is what it made of `input`: a cell that no table has could never be
// counted.
CountedFacts FactsOf(const quiz::Program& program, const quiz::Input& input, const quiz::v1::QuizResult& result);

// The outcome of stored bytes. Nothing where they are none that FactsOf makes: damaged, or with numbers that are none.
std::optional<Outcome> ParseOutcome(absl::string_view bytes);

// From id to code. INTERNAL for text that FactsOf does not make.
absl::StatusOr<std::map<std::string, std::string>> ParseSlices(absl::string_view text);

// Reliable change of the ladder's scale between two outcomes of one series, judged by the later one's norms and
// direction. Never CHANGE_FIRST.
v1::Change ChangeBetween(const Outcome& earlier, const Outcome& later);

}  // namespace ladder::records::release

#endif  // LADDER_RECORDS_SERVICE_RELEASE_OUTCOME_H_
