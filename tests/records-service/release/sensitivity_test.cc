// The promise rests on this: with the noise at zero, two histories that differ only in the outcomes of one client in
// one cohort give logs whose frames are equal byte for byte, and whose counts differ by at most 2, 2, 4 and 4 (stage,
// detail, change, flow) over the whole log. Statistics would not see a rare history in which they differ by more.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <functional>
#include <iostream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "records-service/release/count.h"
#include "tests/records-service/release/release_fixture.h"
#include "tests/testing/status_matchers.h"

namespace ladder::records::release {
namespace {

constexpr std::uint64_t kSeed = 20260802;
constexpr int kHistories = 3000;
constexpr std::int64_t kTargetCohort = 3;

// Cohorts in the order in which they are released. The runs of a history cohort are cohorts in the promise.
struct Cohort {
  bool history = false;
  std::vector<Row> rows;
};
using History = std::vector<Cohort>;

Outcome AnyOutcome(FastRandom& random) {
  static const TableShape* const shape = new TableShape(SmallShape());
  const TableShape::Stage& stage = shape->stages[random.Any(shape->stages.size())];
  const std::string& range = stage.ranges[random.Any(stage.ranges.size())];
  Outcome outcome = OutcomeAt(stage.id, range, shape->guidance[random.Any(2)], static_cast<int>(random.Any(10)));
  if (stage.id.empty()) outcome.clear_score();
  if (random.Any(5) == 0) outcome.clear_norms();
  return outcome;
}

std::string AnySlices(FastRandom& random) {
  static constexpr std::array<const char*, 3> kSexes = {"female", "male", ""};
  static constexpr std::array<const char*, 2> kInformants = {"self", "parent"};
  return absl::StrCat("sex=", kSexes[random.Any(3)], ",informant=", kInformants[random.Any(2)]);
}

// Few clients and few times, so that they meet often: in one cohort, at one time, before their standing.
History AnyHistory(FastRandom& random) {
  History history(3 + random.Any(4));
  int ids = 0;
  for (Cohort& cohort : history) {
    cohort.history = random.Any(3) == 0;
    cohort.rows.resize(1 + random.Any(10));
    for (Row& row : cohort.rows) {
      const std::string client = absl::StrCat("c", random.Any(6));
      row =
          RowAt(client, static_cast<std::int64_t>(random.Any(200)), absl::StrFormat("%03d", ids++), AnyOutcome(random));
      row.slices = AnySlices(random);
    }
  }
  return history;
}

// The same with other outcomes of one client in one cohort, or in one run of a history cohort.
History NeighbourOf(const History& history, FastRandom& random) {
  History neighbour = history;
  Cohort& cohort = neighbour[random.Any(neighbour.size())];
  std::vector<std::vector<Row>> runs =
      cohort.history ? CutIntoRuns(cohort.rows, kTargetCohort) : std::vector<std::vector<Row>>{cohort.rows};
  std::vector<Row>& run = runs[random.Any(runs.size())];
  const std::string client = run[random.Any(run.size())].client;
  cohort.rows.clear();
  for (Row& row : run) {
    if (row.client == client) row.outcome = AnyOutcome(random);
  }
  for (const std::vector<Row>& rows : runs) cohort.rows.insert(cohort.rows.end(), rows.begin(), rows.end());
  return neighbour;
}

// The whole log. `prepare` sees a cohort's rows before they are counted.
std::vector<Counted> LogOf(const History& history, const std::function<void(std::vector<Row>&)>& prepare) {
  const TableShape shape = SmallShape();
  NoNoise noise;
  std::vector<Counted> log;
  Standings standings;
  for (const Cohort& cohort : history) {
    std::vector<Row> rows = cohort.rows;
    prepare(rows);
    if (rows.empty()) continue;
    const std::int64_t target = cohort.history ? kTargetCohort : static_cast<std::int64_t>(rows.size());
    absl::StatusOr<std::vector<Counted>> entries = CountHistory(shape, kTick, target, std::move(rows), standings);
    EXPECT_TRUE(entries.ok()) << entries.status();
    for (Counted& entry : *entries) {
      AddNoise(Budgets(), noise, entry.tables);
      ReplaceStandings(entry.standings, standings);
      log.push_back(std::move(entry));
    }
  }
  return log;
}

template <typename Cells>
void ClearCounts(Cells& cells) {
  for (auto& cell : cells) cell.clear_count();
}

// All that the log tells without noise, and whose standing is kept.
std::string FrameOf(const std::vector<Counted>& log) {
  std::string frame;
  for (const Counted& entry : log) {
    v1::ReleasedTables tables = entry.tables;
    for (v1::StageGroup& group : *tables.mutable_stage()) ClearCounts(*group.mutable_counts());
    ClearCounts(*tables.mutable_detail());
    ClearCounts(*tables.mutable_change());
    ClearCounts(*tables.mutable_flow());
    absl::StrAppend(&frame, tables.SerializeAsString(), "|", entry.clients, "|", entry.assessments, "|",
                    absl::FormatTime(entry.window_begin), "|", absl::FormatTime(entry.window_end), "\n");
    for (const Standing& standing : entry.standings) absl::StrAppend(&frame, standing.client, "|", standing.id, "\n");
  }
  return frame;
}

using Distances = std::array<std::int64_t, 4>;  // Stage, detail, change, flow.

std::int64_t Distance(const std::vector<std::int64_t>& a, const std::vector<std::int64_t>& b) {
  std::int64_t distance = 0;
  for (std::size_t i = 0; i < a.size(); ++i) distance += std::abs(a[i] - b[i]);
  return distance;
}

// REQUIRES: the frames are equal.
Distances DistancesBetween(const std::vector<Counted>& a, const std::vector<Counted>& b) {
  Distances distances = {};
  for (std::size_t i = 0; i < a.size(); ++i) {
    distances[0] += Distance(StageCounts(a[i].tables), StageCounts(b[i].tables));
    distances[1] += Distance(DetailCounts(a[i].tables), DetailCounts(b[i].tables));
    distances[2] += Distance(ChangeCounts(a[i].tables), ChangeCounts(b[i].tables));
    distances[3] += Distance(FlowCounts(a[i].tables), FlowCounts(b[i].tables));
  }
  return distances;
}

struct Findings {
  Distances largest = {};
  int frames_that_differ = 0;
};

using MakeNeighbour = std::function<History(const History&, FastRandom&)>;

Findings Compare(
    const MakeNeighbour& make_neighbour,
    const std::function<void(std::vector<Row>&)>& prepare = [](std::vector<Row>&) {}) {
  std::cout << "seed " << kSeed << "\n";
  FastRandom random(kSeed);
  Findings findings;
  for (int i = 0; i < kHistories; ++i) {
    const History history = AnyHistory(random);
    const std::vector<Counted> log = LogOf(history, prepare);
    const std::vector<Counted> other = LogOf(make_neighbour(history, random), prepare);
    if (FrameOf(log) != FrameOf(other)) {
      ++findings.frames_that_differ;
      continue;
    }
    const Distances distances = DistancesBetween(log, other);
    for (std::size_t table = 0; table < distances.size(); ++table) {
      findings.largest[table] = std::max(findings.largest[table], distances[table]);
    }
  }
  return findings;
}

TEST(SensitivityTest, OneClientsOutcomesInOneCohortMoveAtMostTwoTwoFourAndFour) {
  const Findings findings = Compare(NeighbourOf);
  EXPECT_EQ(findings.frames_that_differ, 0);
  EXPECT_EQ(findings.largest, (Distances{2, 2, 4, 4})) << "the bounds hold, and are reached";
}

TEST(SensitivityTest, ControlOutcomesInTwoCohortsMoveMore) {
  const Findings findings = Compare(
      [](const History& history, FastRandom& random) { return NeighbourOf(NeighbourOf(history, random), random); });
  EXPECT_EQ(findings.frames_that_differ, 0);
  const Distances one_cohort = {2, 2, 4, 4};
  for (std::size_t table = 0; table < one_cohort.size(); ++table) {
    EXPECT_GT(findings.largest[table], one_cohort[table]) << table;
    EXPECT_LE(findings.largest[table], 2 * one_cohort[table]) << table << ": k cohorts are covered k times";
  }
}

TEST(SensitivityTest, ControlAReleaseThatDropsWhatIsNotScoredTellsItInTheFrame) {
  const Findings findings = Compare(NeighbourOf, [](std::vector<Row>& rows) {
    const auto not_scored = [](const Row& row) { return row.outcome.stage().empty(); };
    rows.erase(std::remove_if(rows.begin(), rows.end(), not_scored), rows.end());
  });
  EXPECT_GT(findings.frames_that_differ, 100);
}

TEST(SensitivityTest, ControlTheLargestScoreInsteadOfTheLatestShowsInTheFrame) {
  const Findings findings = Compare(NeighbourOf, [](std::vector<Row>& rows) {
    const auto lower = [](const Row& a, const Row& b) {
      return a.outcome.score().numerator() < b.outcome.score().numerator();
    };
    for (Row& row : rows) {
      const auto same_client = [&](const Row& other) { return other.client == row.client && lower(row, other); };
      if (std::any_of(rows.begin(), rows.end(), same_client)) row.client.clear();
    }
    rows.erase(std::remove_if(rows.begin(), rows.end(), [](const Row& row) { return row.client.empty(); }), rows.end());
  });
  EXPECT_GT(findings.frames_that_differ, 100);
}

}  // namespace
}  // namespace ladder::records::release
