#include <algorithm>
#include <string>

#include "absl/strings/str_cat.h"
#include "libs/quiz/compile/steps.h"
#include "libs/quiz/possible.h"

namespace ladder::quiz {
namespace {

bool IsEarlierScore(const ContextValue& value) { return value.kind == ContextValue::Kind::kEarlierScore; }

bool CheckDefault(const std::string& path, const ContextValue& value, const ReachableRange& scale,
                  Compilation& compilation) {
  if (!value.default_number.has_value()) return true;
  if (*value.default_number >= scale.low && *value.default_number <= scale.high) return true;
  compilation.faults.Error(
      path, absl::StrCat("scale '", compilation.program.scales[value.earlier_scale].id, "' goes from ",
                         scale.low.ToString(), " to ", scale.high.ToString(), "; choose a default among these"));
  return false;
}

}  // namespace

bool BoundEarlierScores(Compilation& compilation) {
  std::vector<ContextValue>& context = compilation.program.context;
  if (std::none_of(context.begin(), context.end(), IsEarlierScore)) return true;
  bool fit = true;
  const Possibility possibility = PossibleForAll(compilation.program);
  for (std::size_t i = 0; i < context.size(); ++i) {
    if (!IsEarlierScore(context[i])) continue;
    const ReachableRange& range = possibility.context[i];
    context[i].number = {.min = range.low, .max = range.high, .step = range.grid.value_or(Rational(0))};
    const ReachableRange& scale = possibility.scales[context[i].earlier_scale].range;
    fit = CheckDefault(At("context", static_cast<int>(i)) + ".default", context[i], scale, compilation) && fit;
  }
  return fit;
}

}  // namespace ladder::quiz
