// File: input.h
//
// What a person answered and what the platform supplied, checked against a program: every option, number, key and code
// is known to fit, so scoring has no errors.
//
//   std::vector<InputViolation> violations;
//   std::optional<Input> input = CheckInput(program, request.answers(), request.context(), violations);

#ifndef LADDER_LIBS_QUIZ_INPUT_H_
#define LADDER_LIBS_QUIZ_INPUT_H_

#include <google/protobuf/map.h>
#include <google/protobuf/repeated_ptr_field.h>

#include <optional>
#include <string>
#include <vector>

#include "ladder/quiz/v1/answer.pb.h"
#include "libs/quiz/program.h"

namespace ladder::quiz {

// The answer to one item.
struct AnswerValue {
  bool given = false;
  Index option = kNone;        // Single choice: in Item::options.
  std::vector<Index> options;  // Multiple choice: in Item::options, ascending.
  Rational number;             // Number: as answered.
};

// One context value; defaults are filled in already.
struct ContextInput {
  bool present = false;
  Index code = kNone;  // Program::codes.
  Rational number;
};

struct Input {
  std::vector<AnswerValue> answers;   // One for each of Program::items.
  std::vector<ContextInput> context;  // One for each of Program::context.
};

// One fault of a request.
struct InputViolation {
  std::string field;        // For example "answers[3].option" or "context[\"sex\"]".
  std::string description;  // For example "'maybe' is not an option of item 'sleep'; it has 'never', 'often'".
};

using AnswerList = google::protobuf::RepeatedPtrField<v1::Answer>;
using ContextMap = google::protobuf::Map<std::string, std::string>;

// Checks all answers and context values. Nothing, and every violation appended in the order of the answers and then of
// the context's keys, where any is wrong. At most 100 violations are listed, then one says how many more there are.
// With `suggest` the first ten unknown ids are told the nearest known one.
std::optional<Input> CheckInput(const Program& program, const AnswerList& answers, const ContextMap& context,
                                std::vector<InputViolation>& violations, bool suggest = true);

}  // namespace ladder::quiz

#endif  // LADDER_LIBS_QUIZ_INPUT_H_
