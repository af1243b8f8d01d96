// How the promise reads (analytics_text.h).

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <optional>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/time.h"
#include "tools/ladderctl/analytics_text.h"
#include "tools/ladderctl/figure_text.h"
#include "tools/ladderctl/table.h"

namespace ladder::ctl {
namespace {

constexpr std::array<std::int64_t, 3> kCohorts = {10, 200, 2000};
constexpr std::int64_t kPart = 5;  // A cell that holds a fifth of the cohort stands for all.
constexpr std::size_t kBarWidth = 20;

// "3/5" or "0.6".
std::optional<double> ReadNumber(const std::string& text) {
  const std::pair<std::string, std::string> sides = absl::StrSplit(text, absl::MaxSplits('/', 1));
  double numerator = 0;
  double denominator = 1;
  if (!absl::SimpleAtod(sides.first, &numerator)) return std::nullopt;
  if (!sides.second.empty() && !absl::SimpleAtod(sides.second, &denominator)) return std::nullopt;
  const double number = numerator / denominator;
  return std::isfinite(number) && number > 0 ? std::optional<double>(number) : std::nullopt;
}

// Of discrete Laplace noise of scale 2 / budget.
double DeviationOf(double budget) {
  const double p = std::exp(-budget / 2);
  return std::sqrt(2 * p) / (1 - p);
}

std::string DurationText(const google::protobuf::Duration& duration) {
  return absl::FormatDuration(absl::Seconds(duration.seconds()) + absl::Nanoseconds(duration.nanos()));
}

struct NamedBudget {
  const char* title;
  const char* counted;
  std::string budget;
};

std::vector<NamedBudget> BudgetsOf(const records::v1::ReleasePolicy& policy) {
  return {{"Stage", "once", policy.budgets().stage()},
          {"Stage, range and guidance", "once", policy.budgets().detail()},
          {"Reliable change", "twice", policy.budgets().change()},
          {"Flow between stages", "twice", policy.budgets().flow()}};
}

std::string BudgetTable(const std::vector<NamedBudget>& budgets) {
  Table table({"Table", "Budget", "Counts", "Noise of one cell in one cohort"});
  for (const NamedBudget& budget : budgets) {
    const std::optional<double> number = ReadNumber(budget.budget);
    table.AddRow({budget.title, budget.budget, budget.counted,
                  number.has_value() ? SpanText(NoisyFigure{0, DeviationOf(*number)}) : "?"});
  }
  std::ostringstream out;
  table.Print(out);
  return out.str();
}

std::string CohortTable(const std::vector<NamedBudget>& budgets) {
  Table table({"Cohort", "In the cell", "Table", "Reads as", "±", ""});
  for (const std::int64_t clients : kCohorts) {
    const std::int64_t in_cell = clients / kPart;
    bool first = true;
    for (const NamedBudget& budget : budgets) {
      const std::optional<double> number = ReadNumber(budget.budget);
      std::optional<NoisyFigure> figure;
      if (number.has_value()) figure = NoisyFigure{static_cast<double>(in_cell), DeviationOf(*number)};
      // Each cohort has a scale of its own: what matters is how the dots compare with the bar.
      const double scale = std::max(static_cast<double>(in_cell), BarEnd(figure));
      table.AddRow({first ? Grouped(clients) : "", first ? Grouped(in_cell) : "", budget.title, FigureText(figure),
                    SpanText(figure), FigureBar(figure, scale, kBarWidth)});
      first = false;
    }
  }
  std::ostringstream out;
  table.Print(out);
  return out.str();
}

}  // namespace

std::optional<std::string> BeliefText(const std::string& total) {
  const std::optional<double> number = ReadNumber(total);
  if (!number.has_value()) return std::nullopt;
  constexpr double kOddsBefore = 0.2 / 0.8;
  const double odds = kOddsBefore * std::exp(*number);
  return absl::StrCat(std::llround(100 * odds / (1 + odds)), " %");
}

std::string PrivacyText(const records::v1::ReleasePolicy& policy, std::size_t width) {
  const std::vector<NamedBudget> budgets = BudgetsOf(policy);
  const std::optional<std::string> belief = BeliefText(policy.total());
  std::string text = "Promised\n";
  absl::StrAppend(&text, Wrap(policy.promise(), width, 0), "\n\nNot promised\n", Wrap(policy.not_promised(), width, 0),
                  "\n\n", BudgetTable(budgets), "In all E = ", policy.total());
  if (belief.has_value()) {
    absl::StrAppend(&text, ": who thinks an outcome 20 % likely can be brought to ", *belief, " at most");
  }
  absl::StrAppend(&text, ".\n\n",
                  Wrap(absl::StrCat("Cohorts close every ", DurationText(policy.tick()), " with ",
                                    Grouped(policy.target_cohort()), " clients, after ",
                                    DurationText(policy.longest_wait()), " with ", Grouped(policy.min_cohort()), "."),
                       width, 0),
                  "\n\n", "A fifth of a cohort under this noise\n", CohortTable(budgets));
  return text;
}

}  // namespace ladder::ctl
