// What the promise costs: how far published stage figures lie from the truth, simulated with the sampler, the step and
// the default budgets that the service uses, beside the custom of hiding what is under 10 and rounding the rest to 5.
//
//   <build>/bin/promise_cost
//
// One line of JSON for each case: the mean distance of a stage's figure from the number of clients, in clients and in
// per cent of all clients of the answer, and how many of the figures people see as "under 10".

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "libs/chassis/random.h"
#include "records-service/release/count.h"
#include "records-service/release/discrete_laplace.h"
#include "records-service/release/figures.h"
#include "records-service/release/table_shape.h"

namespace ladder::records::release {
namespace {

constexpr int kClientsOfACohort = 200;
constexpr int kRuns = 200;

// Five stages and "not scored", as often as a made-up population stands there.
const std::vector<double> kShares = {0.07, 0.25, 0.35, 0.21, 0.11, 0.01};

class UnlockedRandom final : public RandomSource {
 public:
  std::uint64_t Next() override { return engine_(); }
  std::mt19937_64& engine() { return engine_; }

 private:
  std::mt19937_64 engine_{20261126};
};

TableShape Shape() {
  TableShape shape;
  for (const char* stage : {"conker", "washing_ball", "bouncy_ball", "snooker_ball", "glitter_ball", ""}) {
    shape.stages.push_back({stage, {""}});
  }
  shape.guidance = {""};
  return shape;
}

struct Case {
  const char* name;
  int cohorts;
};

struct Errors {
  double of_release = 0;
  double of_hiding_and_rounding = 0;
  double under_10 = 0;
};

// One answer over `cohorts` cohorts. Adds to `errors`.
void Simulate(int cohorts, UnlockedRandom& random, Errors& errors) {
  DiscreteLaplace noise(random);
  const ReleaseOptions options;
  ShapeSum sum;
  sum.budgets = options.budgets;
  sum.entries = cohorts;
  sum.tables = EmptyTables(Shape());
  std::vector<std::int64_t> truth(kShares.size());
  std::discrete_distribution<std::size_t> stage(kShares.begin(), kShares.end());
  v1::StageGroup& group = *sum.tables.mutable_stage(0);
  for (int cohort = 0; cohort < cohorts; ++cohort) {
    v1::ReleasedTables tables = EmptyTables(Shape());
    tables.clear_detail();
    tables.clear_change();
    tables.clear_flow();
    for (int client = 0; client < kClientsOfACohort; ++client) {
      const std::size_t at = stage(random.engine());
      ++truth[at];
      v1::StageCount& cell = *tables.mutable_stage(0)->mutable_counts(static_cast<int>(at));
      cell.set_count(cell.count() + 1);
    }
    AddNoise(options.budgets, noise, tables);
    for (int i = 0; i < group.counts_size(); ++i) {
      group.mutable_counts(i)->set_count(group.counts(i).count() + tables.stage(0).counts(i).count());
    }
    group.set_clients(group.clients() + kClientsOfACohort);
  }
  TableSums sums;
  if (!sums.Add(sum).ok()) std::abort();
  const std::vector<StageFigure> figures = sums.Stages({});
  for (std::size_t i = 0; i < figures.size(); ++i) {
    double told = 0;
    if (!absl::SimpleAtod(quiz::FormatDecimal(figures[i].figure.count, 4), &told)) std::abort();
    const auto exact = static_cast<double>(truth[i]);
    errors.of_release += std::abs(told - exact);
    errors.under_10 += told < std::max(10.0, 2 * std::sqrt(figures[i].figure.variance)) ? 1 : 0;
    const double rounded = truth[i] < 10 ? 0 : std::round(exact / 5) * 5;
    errors.of_hiding_and_rounding += std::abs(rounded - exact);
  }
}

void Run(const Case& of) {
  UnlockedRandom random;
  Errors errors;
  for (int run = 0; run < kRuns; ++run) Simulate(of.cohorts, random, errors);
  const double figures = kRuns * static_cast<double>(kShares.size());
  const double clients = static_cast<double>(of.cohorts) * kClientsOfACohort;
  const double error = errors.of_release / figures;
  std::printf(
      "{\"case\": \"%s\", \"clients\": %.0f, \"error\": %.1f, \"error_percent\": %.3f, \"under_10_percent\": %.0f, "
      "\"error_of_hiding_and_rounding\": %.1f}\n",
      of.name, clients, error, 100 * error / clients, 100 * errors.under_10 / figures,
      errors.of_hiding_and_rounding / figures);
}

}  // namespace
}  // namespace ladder::records::release

int main() {
  using ladder::records::release::Case;
  for (const Case& of :
       {Case{"one clinic, a month", 1}, Case{"one clinic, a year", 12}, Case{"100 clinics, a month", 100},
        Case{"100 clinics, a year", 1200}, Case{"a campaign of 10^6", 5000}}) {
    ladder::records::release::Run(of);
  }
  return 0;
}
