#include "tests/quiz/quiz_fixture.h"

#include <google/protobuf/text_format.h>

#include <stdexcept>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "libs/quiz/compile.h"

namespace ladder::quiz {
namespace {

constexpr char kShared[] = R"pb(
  id: "sample"
  title { by_locale { key: "en" value: "Sample" } }
  provenance { source: "Made for a test" licence: "None needed" who_may_use: "Anyone" }
  option_sets {
    id: "steps"
    options {
      id: "0"
      value: "0"
      text { by_locale { key: "en" value: "Never" } }
    }
    options {
      id: "1"
      value: "1"
      text { by_locale { key: "en" value: "Rarely" } }
    }
    options {
      id: "2"
      value: "2"
      text { by_locale { key: "en" value: "Often" } }
    }
    options {
      id: "3"
      value: "3"
      text { by_locale { key: "en" value: "Always" } }
    }
    options {
      id: "refused"
      meaning: MEANING_MISSING
      text { by_locale { key: "en" value: "No answer" } }
    }
    options {
      id: "na"
      meaning: MEANING_NOT_APPLICABLE
      text { by_locale { key: "en" value: "Does not apply" } }
    }
  }
  option_sets {
    id: "devices"
    options {
      id: "aid"
      value: "1"
      text { by_locale { key: "en" value: "An aid" } }
    }
    options {
      id: "help"
      value: "2"
      text { by_locale { key: "en" value: "Help" } }
    }
    options {
      id: "none"
      value: "-1"
      text { by_locale { key: "en" value: "None" } }
    }
    options {
      id: "refused"
      meaning: MEANING_MISSING
      text { by_locale { key: "en" value: "No answer" } }
    }
  }
)pb";

constexpr char kFormulaQuiz[] = R"pb(
  items { id: "a" single_choice: "steps" }
  items { id: "b" single_choice: "steps" }
  items { id: "c" single_choice: "steps" }
  items {
    id: "d"
    multiple_choice { option_set: "devices" sum_values: true }
  }
  items {
    id: "n"
    number { min: "0" max: "10" step: "0.5" }
  }
  context {
    id: "sex"
    codes { code: "female" code: "male" }
  }
  context {
    id: "age"
    number { min: "0" max: "120" }
  }
  tables {
    id: "norms"
    rows { from: "0" to: "5" value: "50" }
    rows { from: "5" value: "60" }
    outside: OUTSIDE_NOT_SCORED
  }
)pb";

absl::string_view ReasonText(NoValue::Reason reason) {
  switch (reason) {
    case NoValue::Reason::kGate:
      return "GATE";
    case NoValue::Reason::kNoneApplicable:
      return "NONE_APPLICABLE";
    case NoValue::Reason::kTooFewAnswered:
      return "TOO_FEW_ANSWERED";
    case NoValue::Reason::kNotInTable:
      return "NOT_IN_TABLE";
    case NoValue::Reason::kNoValue:
      return "NO_VALUE";
    case NoValue::Reason::kOutOfRange:
      return "OUT_OF_RANGE";
  }
  return "";
}

std::string SubjectText(const Program& program, const Name& subject) {
  for (const auto& [id, name] : program.names) {
    if (name == subject) return absl::StrCat(" ", id);
  }
  return "";
}

}  // namespace

v1::QuizDefinition DefinitionOf(absl::string_view text) {
  v1::QuizDefinition definition;
  v1::QuizDefinition shared;
  if (!google::protobuf::TextFormat::ParseFromString(std::string(text), &definition) ||
      !google::protobuf::TextFormat::ParseFromString(kShared, &shared)) {
    throw std::invalid_argument("the definition is no text format");
  }
  definition.MergeFrom(shared);
  return definition;
}

std::shared_ptr<const Program> CompileText(absl::string_view text) {
  CompileResult compiled = CompilePublished(DefinitionOf(text));
  if (compiled.program != nullptr) return compiled.program;
  std::string faults;
  for (const Fault& fault : compiled.faults) absl::StrAppend(&faults, fault.path, ": ", fault.message, "\n");
  throw std::invalid_argument(faults);
}

google::protobuf::RepeatedPtrField<v1::Answer> AnswersOf(const Program& program, const Words& answers) {
  google::protobuf::RepeatedPtrField<v1::Answer> messages;
  for (const auto& [item, words] : answers) {
    v1::Answer& answer = *messages.Add();
    answer.set_item(item);
    switch (program.items[program.names.at(item).index].kind) {
      case Item::Kind::kSingleChoice:
        answer.set_option(words);
        break;
      case Item::Kind::kMultipleChoice:
        answer.mutable_options();
        for (const absl::string_view option : absl::StrSplit(words, ',', absl::SkipEmpty())) {
          answer.mutable_options()->add_option(std::string(option));
        }
        break;
      case Item::Kind::kNumber:
        answer.set_number(words);
        break;
      case Item::Kind::kFreeText:
        answer.set_text(words);
        break;
    }
  }
  return messages;
}

ContextMap ContextOf(const Words& context) {
  ContextMap map;
  for (const auto& [key, value] : context) map[key] = value;
  return map;
}

Input InputOf(const Program& program, const Words& answers, const Words& context) {
  std::vector<InputViolation> violations;
  std::optional<Input> input = CheckInput(program, AnswersOf(program, answers), ContextOf(context), violations);
  if (input.has_value()) return *std::move(input);
  throw std::invalid_argument(absl::StrCat(violations[0].field, ": ", violations[0].description));
}

Result ScoreOf(const Program& program, const Words& answers, const Words& context) {
  Result result;
  Score(program, InputOf(program, answers, context), result);
  return result;
}

std::string ScoreText(const Program& program, const Result& result, absl::string_view scale) {
  const ScaleScore& score = result.scales[program.names.at(std::string(scale)).index];
  if (score.scored) return score.value.ToString();
  return absl::StrCat(ReasonText(score.why_not.reason), SubjectText(program, score.why_not.subject));
}

std::string FormulaText(absl::string_view formula, const Words& answers, const Words& context) {
  const auto program = CompileText(absl::StrCat(kFormulaQuiz, "scales { id: \"total\" formula: \"", formula, "\" }"));
  return ScoreText(*program, ScoreOf(*program, answers, context), "total");
}

}  // namespace ladder::quiz
