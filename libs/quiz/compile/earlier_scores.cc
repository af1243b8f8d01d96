#include <algorithm>
#include <string>

#include "absl/strings/str_cat.h"
#include "libs/quiz/compile/steps.h"

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

bool HasEarlierScore(const Program& program) {
  return std::any_of(program.context.begin(), program.context.end(), IsEarlierScore);
}

bool BoundEarlierScores(const Possibility& for_all, Compilation& compilation) {
  std::vector<ContextValue>& context = compilation.program.context;
  bool fit = true;
  for (std::size_t i = 0; i < context.size(); ++i) {
    if (!IsEarlierScore(context[i])) continue;
    const ReachableRange& range = for_all.context[i];
    context[i].number = {.min = range.low, .max = range.high, .step = range.grid.value_or(Rational(0))};
    const ReachableRange& scale = for_all.scales[context[i].earlier_scale].range;
    fit = CheckDefault(At("context", static_cast<int>(i)) + ".default", context[i], scale, compilation) && fit;
  }
  return fit;
}

}  // namespace ladder::quiz
