#include "records-service/verify/row_check.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <algorithm>
#include <optional>
#include <vector>

#include "ladder/quiz/v1/result.pb.h"
#include "ladder/records/v1/assessment_service.pb.h"
#include "libs/quiz/input.h"
#include "libs/quiz/render.h"
#include "records-service/release/outcome.h"
#include "records-service/rescoring.h"

namespace ladder::records {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

constexpr char kDamaged[] = "is damaged";

bool IsNumber(const quiz::v1::Ratio& ratio) {
  const std::optional<quiz::Rational> number = quiz::ParseRatio(ratio);
  if (!number.has_value()) return false;
  const quiz::v1::Ratio made = quiz::RenderRatio(*number);
  return made.numerator() == ratio.numerator() && made.denominator() == ratio.denominator();
}

// Whether every exact number in the message is one that quizzes make: in lowest terms, of at most 256 bits.
bool HoldsNumbersOnly(const Message& message) {
  if (message.GetDescriptor() == quiz::v1::Ratio::descriptor()) {
    return IsNumber(static_cast<const quiz::v1::Ratio&>(message));
  }
  const google::protobuf::Reflection& reflection = *message.GetReflection();
  std::vector<const FieldDescriptor*> fields;
  reflection.ListFields(message, &fields);
  for (const FieldDescriptor* field : fields) {
    if (field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) continue;
    if (!field->is_repeated()) {
      if (!HoldsNumbersOnly(reflection.GetMessage(message, field))) return false;
      continue;
    }
    for (int i = 0; i < reflection.FieldSize(message, field); ++i) {
      if (!HoldsNumbersOnly(reflection.GetRepeatedMessage(message, field, i))) return false;
    }
  }
  return true;
}

bool HasScale(const quiz::Program& program, const std::string& id) {
  return std::any_of(program.scales.begin(), program.scales.end(),
                     [&id](const quiz::Scale& scale) { return scale.id == id && !scale.internal; });
}

bool HasStage(const quiz::Program& program, const quiz::v1::Stage& stage) {
  if (stage.stage().empty()) return stage.range().empty();
  if (!program.ladder.has_value()) return false;
  const quiz::Scale& scale = program.scales[program.ladder->scale];
  for (const quiz::Band& band : scale.band_sets[program.ladder->band_set].bands) {
    if (program.codes[band.id] != stage.stage()) continue;
    if (stage.range().empty()) return band.ranges.empty();
    return std::any_of(band.ranges.begin(), band.ranges.end(),
                       [&](const quiz::Range& range) { return program.codes[range.id] == stage.range(); });
  }
  return false;
}

bool HasGuidance(const quiz::Program& program, const std::string& id) {
  return id.empty() || std::any_of(program.guidance.begin(), program.guidance.end(),
                                   [&id](const quiz::Guidance& guidance) { return guidance.id == id; });
}

bool NamesWhatThereIs(const quiz::Program& program, const quiz::v1::QuizResult& result) {
  return std::all_of(result.scales().begin(), result.scales().end(),
                     [&](const quiz::v1::ScaleResult& scale) { return HasScale(program, scale.scale()); }) &&
         HasStage(program, result.stage()) && HasGuidance(program, result.guidance().guidance());
}

bool IsOutcomeOf(const release::Outcome& outcome, const quiz::v1::QuizResult& result) {
  const quiz::v1::Ratio& score = result.stage().bounce_point().exact();
  return outcome.stage() == result.stage().stage() && outcome.range() == result.stage().range() &&
         outcome.guidance() == result.guidance().guidance() && outcome.score().numerator() == score.numerator() &&
         outcome.score().denominator() == score.denominator();
}

// What a release counts of the row.
std::string FaultOfFacts(const sql::StoredScore& row, const quiz::v1::QuizResult& result) {
  if (row.series.empty()) return "";
  const std::optional<release::Outcome> outcome = release::ParseOutcome(row.outcome);
  if (!outcome.has_value() || !release::ParseSlices(row.slices).ok()) return "what a release counts of it is damaged";
  return IsOutcomeOf(*outcome, result) ? "" : "what a release counts of it is not what its result says";
}

}  // namespace

std::string StructuralFaultOf(const sql::StoredScore& row, const quiz::Program* program) {
  v1::Submission submission;
  quiz::v1::QuizResult result;
  if (!submission.ParseFromString(row.submission) || !result.ParseFromString(row.result)) return kDamaged;
  if (!HoldsNumbersOnly(result)) return "its result holds a number that no quiz gives";
  if (program != nullptr && !NamesWhatThereIs(*program, result)) {
    return "its result names what its quiz version does not have";
  }
  return FaultOfFacts(row, result);
}

std::string FaultOf(const sql::StoredScore& row, const quiz::Program* program) {
  std::string fault = StructuralFaultOf(row, program);
  if (!fault.empty() || program == nullptr) return fault;
  v1::Submission submission;
  quiz::v1::QuizResult result;
  if (!submission.ParseFromString(row.submission) || !result.ParseFromString(row.result)) return kDamaged;
  std::vector<quiz::InputViolation> violations;
  const std::optional<quiz::Input> input =
      quiz::CheckInput(*program, submission.answers(), submission.context(), violations);
  const std::optional<quiz::v1::QuizResult> again = Rescore(*program, submission, violations);
  if (!again.has_value() || !input.has_value()) return "its quiz version does not take its answers";
  if (ScoresOf(*again).SerializeAsString() != ScoresOf(result).SerializeAsString()) {
    return "its result is not what its quiz version gives";
  }
  if (!row.series.empty() && release::FactsOf(*program, *input, result).slices != row.slices) {
    return "what a release counts of it is not what its quiz version gives";
  }
  return "";
}

}  // namespace ladder::records
