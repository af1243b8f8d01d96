#include <string>

#include "absl/strings/str_cat.h"
#include "libs/quiz/compile/aggregates.h"
#include "libs/quiz/compile/band_sets.h"
#include "libs/quiz/compile/steps.h"

namespace ladder::quiz {
namespace {

Rounding CompileRounding(const std::string& path, const v1::Rounding& source, Compilation& compilation) {
  if (source.digits() > static_cast<std::uint32_t>(kMaxRoundingDigits)) {
    compilation.faults.Error(path + ".digits",
                             absl::StrCat("0 to ", kMaxRoundingDigits, " decimal digits can be kept"));
    return {};
  }
  const bool half_even = source.mode() == v1::Rounding::MODE_HALF_EVEN;
  return {static_cast<int>(source.digits()), half_even ? RoundingMode::kHalfEven : RoundingMode::kHalfUp};
}

void CompileRule(const std::string& path, const v1::Scale& source, Scale& scale, Compilation& compilation) {
  switch (source.rule_case()) {
    case v1::Scale::kAggregate:
      scale.rule = CompileAggregate(path + ".aggregate", source.aggregate(), compilation);
      return;
    case v1::Scale::kFormula:
      scale.rule = kNone;  // Set once all that it may name is there.
      return;
    case v1::Scale::RULE_NOT_SET:
      compilation.faults.Error(path, "it is missing how the scale is computed; set one of aggregate and formula");
      return;
  }
}

}  // namespace

void CompileScales(Compilation& compilation) {
  const v1::QuizDefinition& definition = compilation.definition;
  std::vector<Scale>& scales = compilation.program.scales;
  scales.resize(static_cast<std::size_t>(definition.scales_size()));
  for (int i = 0; i < definition.scales_size(); ++i)
    scales[i].id = definition.scales(i).id();  // Scales name each other.
  for (int i = 0; i < definition.scales_size(); ++i) {
    const v1::Scale& source = definition.scales(i);
    const std::string path = At("scales", i);
    Scale& scale = scales[i];
    scale.internal = source.internal();
    scale.direction = source.direction();
    CompileRule(path, source, scale, compilation);
    if (source.has_rounding()) scale.rounding = CompileRounding(path + ".rounding", source.rounding(), compilation);
    if (source.has_shown()) scale.shown = CompileRounding(path + ".shown", source.shown(), compilation);
    scale.band_sets = CompileBandSets(path, source, compilation);
  }
}

}  // namespace ladder::quiz
