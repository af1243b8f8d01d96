// Goal: what analysts get from a real store tells no more of a client than the budgets that were asked for, and about
// as much: nothing on the way from the row to the log draws less noise, draws it twice, or keeps what has none. Method:
// the audit of whole_release_test.cc, by table, over logs that the real job has written. Each run is a clinic of its
// own with five clients, of whom one has another outcome in the second of three cohorts. A few thousand runs show
// little of small budgets, so these are as large as they may be.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <iostream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "records-service/release/discrete_laplace.h"
#include "tests/records-service/lived_in_store.h"
#include "tests/records-service/release/audit.h"
#include "tests/records-service/release/clues.h"
#include "tests/records-service/release/release_fixture.h"
#include "tests/testing/status_matchers.h"

namespace ladder::records::release {
namespace {

using ::ladder::testing::IsOk;

constexpr std::uint64_t kSeed = 20261126;
constexpr int kClients = 5;
constexpr std::size_t kRowsAtATime = 250;
constexpr int kLight = 2;   // Scores of the quiz "mood".
constexpr int kHeavy = 15;  // Worse by more than chance.

// A table, and what it may tell of an outcome, which counts once in stage and detail and twice in change and flow.
struct Table {
  const char* name;
  Counts counts;
  double told;
};
constexpr Table kTables[] = {
    {"stage", StageCounts, 2}, {"detail", DetailCounts, 2}, {"change", ChangeCounts, 3}, {"flow", FlowCounts, 3}};

// All that may be told: 10.
Budgets LargeBudgets() { return {.stage = {2, 1}, .detail = {2, 1}, .change = {3, 2}, .flow = {3, 2}}; }

// Draws for twice the budget.
class HalfNoise final : public NoiseSource {
 public:
  explicit HalfNoise(NoiseSource& noise) : noise_(noise) {}
  std::int64_t Draw(const Budget& budget) override { return noise_.Draw({budget.numerator * 2, budget.denominator}); }

 private:
  NoiseSource& noise_;
};

enum class World { kFirst, kSecond };

std::string ClinicOf(World world, int run) { return absl::StrCat(world == World::kFirst ? "first-" : "second-", run); }

// A cohort of every clinic, closed and released. Client c-0 scores `first` or `second`, all others kHeavy.
void LiveOn(LivedInStore& lived, NoiseSource& noise, int runs, int first, int second) {
  std::vector<AssessmentRow> rows;
  const auto write = [&] {
    lived.Write(rows);
    rows.clear();
  };
  for (int run = 0; run < runs; ++run) {
    for (const World world : {World::kFirst, World::kSecond}) {
      for (int client = 0; client < kClients; ++client) {
        const int score = client > 0 ? kHeavy : world == World::kFirst ? first : second;
        rows.push_back(lived.Row(ClinicOf(world, run), absl::StrCat("c-", client), score));
      }
      if (rows.size() >= kRowsAtATime) write();
    }
  }
  write();
  SeededRandom random(kSeed);
  UnusableRows unusable;
  ReleaseJob job(lived.store(), lived.series(), noise, lived.options(), lived.clock(), random, unusable);
  ASSERT_OK(job.RunTick(lived.clock().Now()));
  lived.clock().Advance(absl::Hours(24));
}

Log ReadLog(LivedInStore& lived, World world, int run) {
  Log log;
  const auto rows = lived.store().ReadLog(ClinicOf(world, run), 0, 10);
  EXPECT_THAT(rows, IsOk());
  if (!rows.ok()) return log;
  EXPECT_EQ(rows->size(), 3u);
  for (const LogRow& row : *rows) EXPECT_TRUE(log.emplace_back().ParseFromString(row.figures.tables));
  return log;
}

// The logs of both worlds.
struct Logs {
  Logs(const std::string& engine, NoiseSource& noise, int runs) {
    LivedInStore lived(engine);
    lived.options().target_cohort = kClients;
    lived.options().min_cohort = kClients;
    lived.options().budgets = LargeBudgets();
    EXPECT_THAT(Verify(lived.options()), IsOk());
    LiveOn(lived, noise, runs, kHeavy, kHeavy);
    LiveOn(lived, noise, runs, kLight, kHeavy);
    LiveOn(lived, noise, runs, kHeavy, kHeavy);
    for (int run = 0; run < runs; ++run) {
      first.push_back(ReadLog(lived, World::kFirst, run));
      second.push_back(ReadLog(lived, World::kSecond, run));
    }
  }

  std::vector<Log> first;
  std::vector<Log> second;
};

class StoredReleaseTest : public ::testing::TestWithParam<std::string> {
 protected:
  // What the logs tell at least by each table, at the confidence of audit.h.
  std::vector<double> Bounds(const Logs& logs) {
    NoNoise none;
    const Logs exact(GetParam(), none, 1);
    std::vector<double> bounds;
    for (const Table& table : kTables) {
      const std::vector<Clue> clues = CluesOf({table.counts}, exact.first.front(), exact.second.front());
      const auto world = [&clues](const std::vector<Log>& of_world) {
        return [&clues, log = of_world.begin()]() mutable {
          const bool all =
              std::all_of(clues.begin(), clues.end(), [&log](const Clue& clue) { return clue.PointsToFirst(*log); });
          ++log;
          return Answer{all ? 1 : 0, 0};
        };
      };
      bounds.push_back(LowerBound({world(logs.first), world(logs.second)}, Event{0, 1}, LADDER_AUDIT_RUNS));
      std::cout << table.name << ", seed " << kSeed << ": at least " << bounds.back() << " of " << table.told << "\n";
    }
    return bounds;
  }
};

TEST_P(StoredReleaseTest, TellsNoMoreThanItsBudgetsAndAboutAsMuch) {
  FastRandom random(kSeed);
  DiscreteLaplace noise(random);
  const std::vector<double> bounds = Bounds(Logs(GetParam(), noise, LADDER_AUDIT_RUNS));
  for (std::size_t i = 0; i < bounds.size(); ++i) {
    EXPECT_LE(bounds[i], kTables[i].told) << kTables[i].name;
    EXPECT_GE(bounds[i], kTables[i].told / 2) << kTables[i].name << ": the audit has no teeth";
  }
}

TEST_P(StoredReleaseTest, ControlHalfTheNoiseIsSeen) {
  FastRandom random(kSeed);
  DiscreteLaplace noise(random);
  HalfNoise half(noise);
  const std::vector<double> bounds = Bounds(Logs(GetParam(), half, LADDER_AUDIT_RUNS));
  for (std::size_t i = 0; i < bounds.size(); ++i) EXPECT_GT(bounds[i], kTables[i].told) << kTables[i].name;
}

INSTANTIATE_TEST_SUITE_P(Engines, StoredReleaseTest, ::testing::Values(LADDER_AUDIT_ENGINES),
                         [](const auto& engine) { return engine.param; });

}  // namespace
}  // namespace ladder::records::release
