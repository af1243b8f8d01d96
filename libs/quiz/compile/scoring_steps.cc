#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <string>
#include <variant>

#include "absl/strings/str_cat.h"
#include "libs/quiz/compile/steps.h"

namespace ladder::quiz {
namespace {

class StepCounter {
 public:
  explicit StepCounter(Compilation& compilation) : program_(compilation.program), faults_(compilation.faults) {}

  std::int64_t Run() {
    for (std::size_t i = 0; i < program_.items.size(); ++i) AddItem(i);
    if (program_.gate.has_value()) Add("gate", static_cast<std::int64_t>(program_.gate->members.size()));
    for (std::size_t i = 0; i < program_.scales.size(); ++i) AddScale(i);
    for (std::size_t i = 0; i < program_.decisions.size(); ++i) {
      for (const Rule& rule : program_.decisions[i].rules) Add(absl::StrCat("decisions[", i, "]"), StepsOf(rule.when));
    }
    for (std::size_t i = 0; i < program_.alerts.size(); ++i) AddAlert(i);
    for (std::size_t i = 0; i < program_.guidance.size(); ++i) {
      Add(absl::StrCat("guidance[", i, "]"), 1 + StepsOf(program_.guidance[i].when));
    }
    for (std::size_t i = 0; i < program_.norms.size(); ++i) {
      Add(absl::StrCat("norms[", i, "]"), 1 + StepsOf(program_.norms[i].when));
    }
    return total_;
  }

 private:
  void Add(const std::string& path, std::int64_t steps) {
    const bool passed_before = total_ > kMaxScoringSteps;
    total_ += steps;
    if (passed_before || total_ <= kMaxScoringSteps) return;
    faults_.Limit(path,
                  absl::StrCat("with this one scoring takes more than ", kMaxScoringSteps,
                               " steps (a member read or a part of an expression evaluated is one, for each item in "
                               "for_each and each member with where); shorten expressions or lists"));
  }

  // Each node is evaluated once at most. A sum of chosen options reads them all.
  std::int64_t StepsOf(Index expression) const {
    if (expression == kNone) return 0;
    std::int64_t steps = 0;
    for (const Node& node : program_.expressions[expression].nodes) {
      steps += 1;
      if (node.op == Op::kItem) steps += StepsOfItem(node.index);
      if (node.op == Op::kLookup) steps += std::bit_width(program_.tables[node.index].rows.size());
    }
    return steps;
  }

  std::int64_t StepsOfItem(Index index) const {
    const Item& item = program_.items[index];
    return item.sum_values ? static_cast<std::int64_t>(item.options.size()) : 1;
  }

  void AddItem(std::size_t i) {
    const Item& item = program_.items[i];
    // A condition is read to show the item, and again to find out what it waits for.
    Add(absl::StrCat("items[", i, "]"), 1 + 2 * StepsOf(item.show_when) + StepsOf(item.required_when));
  }

  void AddScale(std::size_t i) {
    const Scale& scale = program_.scales[i];
    std::int64_t steps = 1;
    if (const auto* aggregate = std::get_if<Aggregate>(&scale.rule)) {
      const std::int64_t where = StepsOf(aggregate->where);
      for (const Member& member : aggregate->members) {
        steps += 1 + where + (member.kind == Name::Kind::kItem ? StepsOfItem(member.index) : 1);
      }
    } else {
      steps += StepsOf(std::get<Index>(scale.rule));
    }
    for (const BandSet& set : scale.band_sets) {
      steps += StepsOf(set.when) + static_cast<std::int64_t>(set.bands.size());
      std::size_t most_ranges = 0;
      for (const Band& band : set.bands) most_ranges = std::max(most_ranges, band.ranges.size());
      steps += static_cast<std::int64_t>(most_ranges);
    }
    Add(absl::StrCat("scales[", i, "]"), steps);
  }

  void AddAlert(std::size_t i) {
    const Alert& alert = program_.alerts[i];
    std::int64_t steps = alert.for_each.empty() ? StepsOf(alert.when) : 0;
    for (const Index item : alert.for_each) steps += StepsOfItem(item) + StepsOf(alert.when);
    Add(absl::StrCat("alerts[", i, "]"), steps);
  }

  const Program& program_;
  FaultList& faults_;
  std::int64_t total_ = 0;
};

}  // namespace

void CountScoringSteps(Compilation& compilation) { compilation.program.scoring_steps = StepCounter(compilation).Run(); }

}  // namespace ladder::quiz
