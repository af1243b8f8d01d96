#include <string>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "libs/quiz/compile/steps.h"

namespace ladder::quiz {
namespace {

std::optional<Rational> CompileDeviation(const std::string& path, const std::string& text, Compilation& compilation) {
  std::optional<Rational> deviation = compilation.OptionalNumber(path, text);
  if (deviation.has_value() && deviation->sign() <= 0) {
    compilation.faults.Error(path, "a standard deviation is more than 0");
  }
  return deviation;
}

void CheckReliability(const std::string& path, const v1::Norms& source, const std::optional<Rational>& reliability,
                      Compilation& compilation) {
  if (reliability.has_value() && (reliability->sign() < 0 || *reliability >= Rational(1))) {
    compilation.faults.Error(path + ".reliability", "a reliability goes from 0 to below 1");
  }
  if (source.sd().empty() != source.reliability().empty()) {
    const bool no_sd = source.sd().empty();
    compilation.faults.Error(
        path + (no_sd ? ".sd" : ".reliability"),
        absl::StrCat("change needs sd and reliability together; add it or remove ", no_sd ? "reliability" : "sd"));
  }
}

void CheckMeanAndDeviation(const std::string& path, absl::string_view which, const std::string& mean,
                           const std::string& deviation, Compilation& compilation) {
  if (mean.empty() && !deviation.empty()) {
    compilation.faults.Error(absl::StrCat(path, ".", which, "_mean"),
                             absl::StrCat("is missing beside ", which, "_sd; add it or remove ", which, "_sd"));
  }
}

Norms CompileNormsEntry(const std::string& path, const v1::Norms& source, Compilation& compilation) {
  Norms norms;
  norms.scale = compilation.Find(path + ".scale", Name::Kind::kScale, source.scale());
  norms.sd = CompileDeviation(path + ".sd", source.sd(), compilation);
  norms.reliability = compilation.OptionalNumber(path + ".reliability", source.reliability());
  norms.functional_mean = compilation.OptionalNumber(path + ".functional_mean", source.functional_mean());
  norms.functional_sd = CompileDeviation(path + ".functional_sd", source.functional_sd(), compilation);
  norms.clinical_mean = compilation.OptionalNumber(path + ".clinical_mean", source.clinical_mean());
  norms.clinical_sd = CompileDeviation(path + ".clinical_sd", source.clinical_sd(), compilation);
  norms.cut_off = compilation.OptionalNumber(path + ".cut_off", source.cut_off());
  CheckReliability(path, source, norms.reliability, compilation);
  CheckMeanAndDeviation(path, "functional", source.functional_mean(), source.functional_sd(), compilation);
  CheckMeanAndDeviation(path, "clinical", source.clinical_mean(), source.clinical_sd(), compilation);
  if (source.source().empty()) compilation.faults.Error(path + ".source", "name the study that the figures are from");
  return norms;
}

// Few and coarse, so that stage figures by slice are about enough people.
void CheckPublicSlices(Compilation& compilation) {
  const v1::Ladder& source = compilation.definition.ladder();
  absl::flat_hash_set<Index> seen;
  for (int i = 0; i < source.public_slices_size(); ++i) {
    const std::string path = absl::StrCat("ladder.", At("public_slices", i));
    const Index index = compilation.Find(path, Name::Kind::kContext, source.public_slices(i));
    if (index == kNone) continue;
    const ContextValue& value = compilation.program.context[index];
    if (value.kind != ContextValue::Kind::kCodes) {
      compilation.faults.Error(path, absl::StrCat("'", value.id, "' is a number; only codes can be slices"));
    } else if (value.codes.size() > static_cast<std::size_t>(kMaxCodesOfPublicSlice)) {
      compilation.faults.Error(path, absl::StrCat("'", value.id, "' has ", value.codes.size(),
                                                  " codes; a slice has at "
                                                  "most ",
                                                  kMaxCodesOfPublicSlice));
    }
    if (!seen.insert(index).second) {
      compilation.faults.Error(path, absl::StrCat("'", value.id, "' is listed already; list it once"));
    }
  }
}

void CompileLadder(Compilation& compilation) {
  if (!compilation.definition.has_ladder()) return;
  const v1::Ladder& source = compilation.definition.ladder();
  Ladder ladder;
  ladder.scale = compilation.Find("ladder.scale", Name::Kind::kScale, source.scale());
  if (ladder.scale != kNone) {
    const v1::Scale& scale = compilation.definition.scales(static_cast<int>(ladder.scale));
    ladder.band_set = compilation.FindAmong("ladder.band_set", "band set", source.band_set(), IdsOf(scale.band_sets()));
    if (scale.internal()) {
      compilation.faults.Error("ladder.scale", absl::StrCat("'", scale.id(),
                                                            "' is internal, so no result shows it; the "
                                                            "ladder needs a scale that results show"));
    }
  }
  CheckPublicSlices(compilation);
  compilation.program.ladder = ladder;
}

}  // namespace

void CompileFigures(Compilation& compilation) {
  for (int i = 0; i < compilation.definition.norms_size(); ++i) {
    compilation.program.norms.push_back(
        CompileNormsEntry(At("norms", i), compilation.definition.norms(i), compilation));
  }
  CompileLadder(compilation);
}

}  // namespace ladder::quiz
