#include "libs/quiz/render_internal.h"

namespace ladder::quiz {
namespace {

v1::NotScored::Reason ReasonOf(NoValue::Reason reason) {
  switch (reason) {
    case NoValue::Reason::kGate:
      return v1::NotScored::REASON_GATE;
    case NoValue::Reason::kNoneApplicable:
      return v1::NotScored::REASON_NONE_APPLICABLE;
    case NoValue::Reason::kTooFewAnswered:
      return v1::NotScored::REASON_TOO_FEW_ANSWERED;
    case NoValue::Reason::kNotInTable:
      return v1::NotScored::REASON_NOT_IN_TABLE;
    case NoValue::Reason::kNoValue:
      return v1::NotScored::REASON_NO_VALUE;
    case NoValue::Reason::kOutOfRange:
      return v1::NotScored::REASON_OUT_OF_RANGE;
  }
  return v1::NotScored::REASON_UNSPECIFIED;
}

}  // namespace

const std::string& IdOf(const Program& program, const Name& name) {
  static const std::string* const kEmpty = new std::string();
  if (name.index == kNone) return *kEmpty;
  switch (name.kind) {
    case Name::Kind::kItem:
      return program.items[name.index].id;
    case Name::Kind::kScale:
      return program.scales[name.index].id;
    case Name::Kind::kDecision:
      return program.decisions[name.index].id;
    case Name::Kind::kAlert:
      return program.alerts[name.index].id;
    case Name::Kind::kContext:
      return program.context[name.index].id;
    case Name::Kind::kTable:
      return program.tables[name.index].id;
  }
  return *kEmpty;
}

v1::NotScored RenderNoValue(const Program& program, const NoValue& why) {
  v1::NotScored rendered;
  rendered.set_reason(ReasonOf(why.reason));
  rendered.set_subject(IdOf(program, why.subject));
  return rendered;
}

const v1::Band& BandDefinition(const Program& program, Index scale, Index band_set, Index band) {
  return program.definition.scales(static_cast<int>(scale))
      .band_sets(static_cast<int>(band_set))
      .bands(static_cast<int>(band));
}

}  // namespace ladder::quiz
