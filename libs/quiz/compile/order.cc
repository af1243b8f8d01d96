#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/functional/function_ref.h"
#include "absl/strings/str_cat.h"
#include "libs/quiz/compile/steps.h"

namespace ladder::quiz {
namespace {

// Which nodes each node reads, by position. What a faulty definition names in vain has none.
using Graph = std::vector<std::vector<Index>>;

constexpr int kMaxCirclesReported = 20;
constexpr std::size_t kMaxNamesOfCircle = 20;

// Depth first in the order of the nodes, so the result is each time the same and keeps that order where it can.
class Sorter {
 public:
  // `report` is called with each circle, whose first node is named again at the end.
  Sorter(const Graph& graph, absl::FunctionRef<void(const std::vector<Index>& circle)> report)
      : graph_(graph), report_(report), marks_(graph.size(), Mark::kNew) {}

  std::vector<Index> Sort() {
    for (Index node = 0; node < graph_.size(); ++node) Visit(node);
    return std::move(sorted_);
  }

 private:
  enum class Mark : std::uint8_t { kNew, kOpen, kDone };

  // Recursion ends with the number of nodes, which the limits of definitions keep in the hundreds.
  void Visit(Index node) {
    if (marks_[node] == Mark::kDone) return;
    if (marks_[node] == Mark::kOpen) {
      ReportCircle(node);
      return;
    }
    marks_[node] = Mark::kOpen;
    trail_.push_back(node);
    for (const Index read : graph_[node]) {
      if (read < graph_.size()) Visit(read);
    }
    trail_.pop_back();
    marks_[node] = Mark::kDone;
    sorted_.push_back(node);
  }

  void ReportCircle(Index node) {
    if (circles_ == kMaxCirclesReported) return;
    ++circles_;
    std::size_t begin = trail_.size() - 1;
    while (trail_[begin] != node) --begin;
    std::vector<Index> circle(trail_.begin() + static_cast<std::ptrdiff_t>(begin), trail_.end());
    circle.push_back(node);
    report_(circle);
  }

  const Graph& graph_;
  absl::FunctionRef<void(const std::vector<Index>& circle)> report_;
  std::vector<Mark> marks_;
  std::vector<Index> trail_;
  std::vector<Index> sorted_;
  int circles_ = 0;
};

// A long circle is told by where it begins and ends.
std::string Spell(const std::vector<Index>& circle, absl::FunctionRef<const std::string&(Index)> id_of) {
  std::string text;
  for (std::size_t i = 0; i < circle.size(); ++i) {
    const bool is_told = i < kMaxNamesOfCircle || i + 1 == circle.size();
    if (i == kMaxNamesOfCircle && !is_told) absl::StrAppend(&text, " -> ...");
    if (is_told) absl::StrAppend(&text, text.empty() ? "" : " -> ", id_of(circle[i]));
  }
  return text;
}

void OrderItems(Compilation& compilation) {
  Program& program = compilation.program;
  Graph reads(program.items.size());
  for (Index i = 0; i < program.items.size(); ++i) {
    if (program.items[i].show_when == kNone) continue;
    for (const Node& node : program.expressions[program.items[i].show_when].nodes) {
      if (node.op == Op::kItem || node.op == Op::kHasItem || node.op == Op::kChosen) reads[i].push_back(node.index);
    }
  }
  const auto report = [&compilation, &program](const std::vector<Index>& circle) {
    const auto id_of = [&program](Index item) -> const std::string& { return program.items[item].id; };
    compilation.faults.Error(At("items", static_cast<int>(circle.front())) + ".show_when",
                             absl::StrCat("goes in a circle: ", Spell(circle, id_of),
                                          "; whether an item is shown cannot depend on its own answer"));
  };
  program.visibility_order = Sorter(reads, report).Sort();
}

// Scales and decisions: what they read of each other. Nodes are the scales and after them the decisions.
class ReadsOfSteps {
 public:
  explicit ReadsOfSteps(const Program& program) : program_(program) {}

  Graph All() const {
    Graph graph;
    for (const Scale& scale : program_.scales) graph.push_back(OfScale(scale));
    for (const Decision& decision : program_.decisions) {
      std::vector<Index> reads;
      for (const Rule& rule : decision.rules) AddExpression(rule.when, reads);
      graph.push_back(std::move(reads));
    }
    return graph;
  }

 private:
  std::vector<Index> OfScale(const Scale& scale) const {
    std::vector<Index> reads;
    if (const auto* aggregate = std::get_if<Aggregate>(&scale.rule)) {
      for (const Member& member : aggregate->members) {
        if (member.kind == Name::Kind::kScale) reads.push_back(member.index);
      }
      AddExpression(aggregate->where, reads);
    } else {
      AddExpression(std::get<Index>(scale.rule), reads);
    }
    return reads;
  }

  void AddExpression(Index expression, std::vector<Index>& reads) const {
    if (expression == kNone) return;
    for (const Node& node : program_.expressions[expression].nodes) AddNode(node, reads);
  }

  void AddNode(const Node& node, std::vector<Index>& reads) const {
    switch (node.op) {
      case Op::kScale:
      case Op::kHasScale:
      case Op::kBand:
      case Op::kRange:
        reads.push_back(node.index);
        return;
      case Op::kDecision:
      case Op::kHasDecision:
        reads.push_back(static_cast<Index>(program_.scales.size()) + node.index);
        return;
      default:
        return;
    }
  }

  const Program& program_;
};

void OrderSteps(Compilation& compilation) {
  Program& program = compilation.program;
  const Index scales = static_cast<Index>(program.scales.size());
  const auto report = [&compilation, &program, scales](const std::vector<Index>& circle) {
    const auto id_of = [&program, scales](Index node) -> const std::string& {
      return node < scales ? program.scales[node].id : program.decisions[node - scales].id;
    };
    const Index first = circle.front();
    compilation.faults.Error(
        first < scales ? At("scales", static_cast<int>(first)) : At("decisions", static_cast<int>(first - scales)),
        absl::StrCat("goes in a circle: ", Spell(circle, id_of), "; let one of them not read the next"));
  };
  const Graph reads = ReadsOfSteps(program).All();
  for (const Index node : Sorter(reads, report).Sort()) {
    program.evaluation_order.push_back(node < scales ? Step{Name::Kind::kScale, node}
                                                     : Step{Name::Kind::kDecision, node - scales});
  }
}

}  // namespace

void DecideOrder(Compilation& compilation) {
  OrderItems(compilation);
  OrderSteps(compilation);
}

}  // namespace ladder::quiz
