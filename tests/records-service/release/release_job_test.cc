// The release job over a real store: what is written, sealed and released by several at once is, without noise, what a
// naive recount of the stored rows gives.

#include "records-service/release/release_job.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <map>
#include <random>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "libs/chassis/metrics.h"
#include "tests/records-service/lived_in_store.h"
#include "tests/records-service/release/release_fixture.h"
#include "tests/testing/status_matchers.h"
#include "tests/testing/waiting.h"

namespace ladder::records::release {
namespace {

using ::ladder::testing::IsOk;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class ReleaseJobTest : public ::testing::TestWithParam<std::string> {
 protected:
  ReleaseJobTest() : lived_(GetParam()) {
    lived_.options().target_cohort = 20;
    lived_.options().min_cohort = 5;
  }

  // Of clients c-0 and so on.
  std::vector<AssessmentRow> Rows(int count, const std::function<int(int)>& score_of) {
    std::vector<AssessmentRow> rows;
    for (int i = 0; i < count; ++i) rows.push_back(lived_.Row("north", absl::StrCat("c-", i), score_of(i)));
    return rows;
  }

  std::vector<LogRow> Log() {
    auto log = lived_.store().ReadLog("north", 0, 100'000);
    EXPECT_THAT(log, IsOk());
    return log.value_or(std::vector<LogRow>());
  }

  LivedInStore lived_;
};

// From stage to clients, of an entry without noise.
std::map<std::string, std::int64_t> StagesOf(absl::string_view tables) {
  v1::ReleasedTables read;
  EXPECT_TRUE(read.ParseFromArray(tables.data(), static_cast<int>(tables.size())));
  std::map<std::string, std::int64_t> stages;
  for (const v1::StageGroup& group : read.stage()) {
    for (const v1::StageCount& cell : group.counts()) {
      if (cell.count() != 0) stages[cell.stage()] += cell.count();
    }
  }
  return stages;
}

std::map<v1::Change, std::int64_t> ChangesOf(absl::string_view tables) {
  v1::ReleasedTables read;
  EXPECT_TRUE(read.ParseFromArray(tables.data(), static_cast<int>(tables.size())));
  std::map<v1::Change, std::int64_t> changes;
  for (const v1::ChangeCount& cell : read.change()) {
    if (cell.count() != 0) changes[cell.change()] += cell.count();
  }
  return changes;
}

TEST_P(ReleaseJobTest, NothingIsReleasedBeforeACohortIsDue) {
  lived_.Write(Rows(19, [](int i) { return i; }));
  lived_.Tick();
  EXPECT_THAT(Log(), IsEmpty());
  lived_.Write({lived_.Row("north", "c-19", 19)});
  lived_.Tick();
  ASSERT_THAT(Log(), SizeIs(1));
  EXPECT_EQ(Log()[0].figures.clients, 20);
  EXPECT_EQ(Log()[0].partition.series, "mood/1");
  EXPECT_EQ(StagesOf(Log()[0].figures.tables), (std::map<std::string, std::int64_t>{{"heavy", 10}, {"light", 10}}));
  EXPECT_EQ(Log()[0].figures.budgets, "stage=3/5 detail=3/10 change=3/10 flow=1/4");
}

TEST_P(ReleaseJobTest, WhatCameTooLateIsHistoryAndIsCutIntoRuns) {
  std::vector<AssessmentRow> rows = Rows(45, [](int i) { return i % 20; });
  for (int i = 0; i < 45; ++i) rows[static_cast<std::size_t>(i)].assess_time -= absl::Hours(24 * (100 - i));
  lived_.Write(rows);
  lived_.Tick();
  const std::vector<LogRow> log = Log();
  ASSERT_THAT(log, SizeIs(2)) << "20 clients, then 20 with the 5 that are left";
  EXPECT_EQ(log[0].cohort, log[1].cohort);
  EXPECT_EQ(log[0].figures.clients, 20);
  EXPECT_EQ(log[1].figures.clients, 25);
  EXPECT_LT(log[0].figures.window_end, log[1].figures.window_end);
}

TEST_P(ReleaseJobTest, ChangeGoesFromTheStandingThatTheEarlierReleaseLeft) {
  lived_.Write(Rows(20, [](int) { return 15; }));
  lived_.Tick();
  lived_.Write(Rows(20, [](int i) { return i < 12 ? 2 : 15; }));
  lived_.Tick();
  const std::vector<LogRow> log = Log();
  ASSERT_THAT(log, SizeIs(2));
  EXPECT_EQ(ChangesOf(log[0].figures.tables), (std::map<v1::Change, std::int64_t>{{v1::CHANGE_FIRST, 20}}));
  EXPECT_EQ(ChangesOf(log[1].figures.tables),
            (std::map<v1::Change, std::int64_t>{{v1::CHANGE_RELIABLY_BETTER, 12}, {v1::CHANGE_NO_RELIABLE_CHANGE, 8}}));
}

TEST_P(ReleaseJobTest, WhateverHappensAtOnceTheLogIsTheRecountOfTheRows) {
  constexpr int kWriters = 16;
  constexpr int kBatches = 12;
  constexpr int kBatch = 8;
  constexpr int kBatchesBetweenTicks = 3;
  constexpr int kSealers = 3;
  constexpr unsigned kSeed = 20261126;
  SCOPED_TRACE(absl::StrCat("seed ", kSeed));
  std::atomic<int> writing = kWriters;
  std::atomic<int> ticks = 0;
  std::atomic<int> failures = 0;
  std::vector<std::thread> threads;
  for (int writer = 0; writer < kWriters; ++writer) {
    threads.emplace_back([&, writer] {
      std::mt19937 engine(kSeed + static_cast<unsigned>(writer));
      for (int batch = 0; batch < kBatches; ++batch) {
        std::vector<AssessmentRow> rows;
        for (int i = 0; i < kBatch; ++i) {
          rows.push_back(lived_.Row("north", absl::StrCat("c-", engine() % 300), static_cast<int>(engine() % 21),
                                    engine() % 4 == 0 ? "spring" : ""));
          if (engine() % 10 != 0) continue;
          AssessmentRow repeat = rows.back();  // The first one holds.
          repeat.id += "-again";
          repeat.client = "c-repeat";
          rows.push_back(repeat);
        }
        lived_.Write(rows);
        if ((batch + 1) % kBatchesBetweenTicks != 0) continue;
        // One of those that end from now on has begun from now on.
        const int before = ticks;
        EXPECT_TRUE(testing::Eventually([&] { return ticks > before + kSealers; }));
      }
      --writing;
    });
  }
  for (int sealer = 0; sealer < kSealers; ++sealer) {
    threads.emplace_back([&, sealer] {
      SeededRandom random(kSeed + 100 + static_cast<unsigned>(sealer));
      NoNoise noise;
      UnusableRows unusable;
      ReleaseJob job(lived_.store(), lived_.series(), noise, lived_.options(), lived_.clock(), random, unusable);
      bool is_last = false;
      while (!is_last) {
        is_last = writing == 0;
        if (!job.RunTick(lived_.clock().Now()).ok()) ++failures;
        ++ticks;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  ASSERT_EQ(failures, 0);

  // The newest assessment of each client of each cohort.
  std::map<std::string, std::map<std::string, AssessmentRow>> newest;
  std::map<std::string, std::int64_t> assessments;
  for (int number = 1; number <= kWriters * kBatches * kBatch; ++number) {
    const auto row = lived_.store().FindRequest("north", absl::StrCat("r-", number));
    ASSERT_THAT(row, IsOk());
    ASSERT_TRUE(row->has_value());
    ++assessments[(*row)->cohort];
    AssessmentRow& kept = newest[(*row)->cohort][(*row)->client];
    if (kept.id.empty() || std::tie(kept.assess_time, kept.id) < std::tie((*row)->assess_time, (*row)->id)) {
      kept = **row;
    }
  }
  const std::vector<LogRow> log = Log();
  ASSERT_GE(log.size(), 8u) << "of each partition something is due after every three batches";
  std::set<std::string> released;
  for (std::size_t i = 0; i < log.size(); ++i) {
    const LogRow& entry = log[i];
    EXPECT_EQ(entry.position, static_cast<std::int64_t>(i + 1));
    EXPECT_TRUE(released.insert(entry.cohort).second) << "released twice";
    std::map<std::string, std::int64_t> recount;
    for (const auto& [client, row] : newest[entry.cohort]) {
      quiz::v1::QuizResult result;
      ASSERT_TRUE(result.ParseFromString(row.result));
      ++recount[result.stage().stage()];
    }
    EXPECT_EQ(StagesOf(entry.figures.tables), recount);
    EXPECT_EQ(entry.figures.clients, static_cast<std::int64_t>(newest[entry.cohort].size()));
    EXPECT_EQ(entry.figures.assessments, assessments[entry.cohort]);
  }

  // Every sum is that of the log.
  std::map<std::string, std::int64_t> of_log;
  for (const LogRow& entry : log) {
    for (const auto& [stage, count] : StagesOf(entry.figures.tables)) of_log[stage] += count;
  }
  for (const Grain grain : {Grain::kTick, Grain::kDay, Grain::kMonth}) {
    const auto sums = lived_.store().ReadSums(
        {.clinic = "north", .series = "mood/1", .parts = {{grain, EarliestTime(), LatestTime()}}});
    ASSERT_THAT(sums, IsOk());
    std::map<std::string, std::int64_t> of_sums;
    for (const SumRow& row : sums->rows) {
      for (const auto& [stage, count] : StagesOf(row.tables)) of_sums[stage] += count;
    }
    EXPECT_EQ(of_sums, of_log);
  }
}

TEST_P(ReleaseJobTest, RunsAtOnceWhenItIsStartedAndStops) {
  lived_.Write(Rows(20, [](int) { return 15; }));
  SeededRandom random(1);
  NoNoise noise;
  UnusableRows unusable;
  ReleaseJob job(lived_.store(), lived_.series(), noise, lived_.options(), lived_.clock(), random, unusable);
  job.Start();
  EXPECT_TRUE(testing::Eventually([this] { return Log().size() == 1; }));
  job.Stop();
  job.Stop();
}

// A tick's length is waited for by the real clock, so it is a short one.
TEST_P(ReleaseJobTest, AClockThatWasAheadAndIsSetBackHoldsUpNoRelease) {
  lived_.options().tick = absl::Milliseconds(10);
  SeededRandom random(1);
  NoNoise noise;
  UnusableRows unusable;
  ReleaseJob job(lived_.store(), lived_.series(), noise, lived_.options(), lived_.clock(), random, unusable);
  Metrics metrics;
  job.AddTo(metrics);
  const auto ran = [&metrics](int ticks) {
    return testing::Eventually([&] {
      return absl::StrContains(metrics.Text(),
                               absl::StrCat("ladder_release_ticks_total{outcome=\"ok\"} ", ticks, "\n"));
    });
  };
  const absl::Time now = lived_.clock().Now();
  job.Start();
  EXPECT_TRUE(ran(1));
  lived_.clock().Set(now + absl::Hours(2));
  EXPECT_TRUE(ran(2));
  lived_.clock().Set(now + absl::Milliseconds(20));
  EXPECT_TRUE(ran(3));
  job.Stop();
}

INSTANTIATE_TEST_SUITE_P(Engines, ReleaseJobTest, ::testing::Values("sqlite", "postgres"),
                         [](const auto& engine) { return engine.param; });

}  // namespace
}  // namespace ladder::records::release
