#include <algorithm>
#include <string>

#include "absl/strings/str_cat.h"
#include "libs/quiz/compile/ids.h"
#include "libs/quiz/compile/items.h"
#include "libs/quiz/compile/steps.h"
#include "libs/quiz/quote.h"

namespace ladder::quiz {
namespace {

void CompileCodes(const std::string& path, const v1::Codes& source, ContextValue& value, Compilation& compilation) {
  if (source.code().empty()) compilation.faults.Error(path, "add at least one code");
  UniqueCodes codes(compilation.faults);
  for (int i = 0; i < source.code_size(); ++i) {
    codes.Check(At(path, i), source.code(i));
    value.codes.push_back(compilation.Intern(source.code(i)));
  }
}

void CompileDefaultCode(const std::string& path, const v1::ContextValue& source, ContextValue& value,
                        Compilation& compilation) {
  const auto& codes = source.codes().code();
  const auto found = std::find(codes.begin(), codes.end(), source.default_());
  if (found == codes.end()) {
    compilation.faults.Error(
        path, absl::StrCat(QuoteCode(source.default_(), "this"), " is not one of the codes ",
                           QuoteList({codes.begin(), codes.end()}, kMaxCandidatesListed), "; use one of them"));
    return;
  }
  value.default_code = compilation.Intern(*found);
}

void CompileDefaultNumber(const std::string& path, const v1::ContextValue& source, ContextValue& value,
                          Compilation& compilation) {
  value.default_number = compilation.Number(path, source.default_());
  if (!value.default_number.has_value() || value.kind == ContextValue::Kind::kEarlierScore) return;
  const NumberFormat& format = value.number;
  const Rational& number = *value.default_number;
  if (number < format.min || number > format.max || !IsOnGrid(number, format.min, format.step)) {
    compilation.faults.Error(path, absl::StrCat("does not fit; numbers go from ", format.min.ToString(), " to ",
                                                format.max.ToString(), " in steps of ", format.step.ToString()));
  }
}

ContextValue CompileContextValue(const std::string& path, const v1::ContextValue& source, Compilation& compilation) {
  ContextValue value;
  value.id = source.id();
  switch (source.kind_case()) {
    case v1::ContextValue::kCodes:
      value.kind = ContextValue::Kind::kCodes;
      CompileCodes(path + ".codes.code", source.codes(), value, compilation);
      break;
    case v1::ContextValue::kNumber:
      value.kind = ContextValue::Kind::kNumber;
      value.number = CompileNumberFormat(path + ".number", source.number(), compilation);
      break;
    case v1::ContextValue::kEarlier:
      value.kind = ContextValue::Kind::kEarlierScore;
      value.earlier_scale = compilation.Find(path + ".earlier.scale", Name::Kind::kScale, source.earlier().scale());
      break;
    case v1::ContextValue::KIND_NOT_SET:
      compilation.faults.Error(path, "the kind of fact is missing; set one of codes, number and earlier");
      return value;
  }
  if (source.default_().empty()) return value;
  const auto compile_default = value.kind == ContextValue::Kind::kCodes ? CompileDefaultCode : CompileDefaultNumber;
  compile_default(path + ".default", source, value, compilation);
  return value;
}

}  // namespace

void CompileContext(Compilation& compilation) {
  for (int i = 0; i < compilation.definition.context_size(); ++i) {
    compilation.program.context.push_back(
        CompileContextValue(At("context", i), compilation.definition.context(i), compilation));
  }
}

}  // namespace ladder::quiz
