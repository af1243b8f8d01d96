// The release job over a real store: what is written, sealed and released by several at once is, without noise, what a
// naive recount of the stored rows gives.

#include "records-service/release/release_job.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <map>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "records-service/release/fact_stamper.h"
#include "records-service/store/sqlite/migrations.h"
#include "records-service/store/sqlite/sqlite_store.h"
#include "tests/records-service/release/release_fixture.h"
#include "tests/records-service/running_records.h"
#include "tests/testing/fake_clock.h"
#include "tests/testing/status_matchers.h"
#include "tests/testing/temp_dir.h"
#include "tests/testing/waiting.h"

namespace ladder::records::release {
namespace {

using ::ladder::testing::IsOk;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class ReleaseJobTest : public ::testing::Test {
 protected:
  ReleaseJobTest() {
    EXPECT_THAT(sqlite::Migrate(directory_.Join("data")), IsOk());
    auto opened = sqlite::SqliteStore::Open({.directory = directory_.Join("data")}, clock_);
    EXPECT_THAT(opened, IsOk());
    store_ = *std::move(opened);
    Publish(MoodQuiz());
    options_.target_cohort = 20;
    options_.min_cohort = 5;
    programs_ = std::make_unique<ProgramCache>(*store_, 10);
    series_ = std::make_unique<SeriesPrograms>(*store_, *programs_);
    stamper_ = std::make_unique<FactStamper>(*store_, *programs_, *series_, options_.longest_wait);
  }

  void Publish(const quiz::v1::QuizDefinition& definition) {
    const std::string bytes = definition.SerializeAsString();
    ASSERT_OK(store_->PutDraft({.quiz = "mood", .definition = bytes, .etag = "e", .update_time = clock_.Now()}, ""));
    QuizUpdate update{.quiz = "mood",
                      .expected_revision = 0,
                      .publish = VersionRow{.quiz = "mood",
                                            .number = 1,
                                            .definition = bytes,
                                            .digest = "d",
                                            .publish_time = clock_.Now(),
                                            .retire_time = std::nullopt},
                      .retire = std::nullopt,
                      .activate = std::nullopt,
                      .time = clock_.Now()};
    ASSERT_OK(store_->UpdateQuiz(update));
  }

  AssessmentRow Row(int number, const std::string& client, int score) {
    const v1::CreateAssessmentRequest request = MoodRequest(absl::StrCat("r-", number), 1, score);
    AssessmentRow row;
    row.clinic = "north";
    row.client = client;
    row.id = absl::StrCat("id-", number);
    row.request_id = request.request_id();
    row.quiz = "mood";
    row.version = 1;
    row.assess_time = clock_.Now() + absl::Seconds(number);
    row.create_time = row.assess_time;
    row.submission = request.submission().SerializeAsString();
    row.result = request.result().SerializeAsString();
    return row;
  }

  std::unique_ptr<ReleaseJob> NewJob(RandomSource& random) {
    return std::make_unique<ReleaseJob>(*store_, *series_, noise_, options_, clock_, random);
  }

  std::vector<LogRow> Log() {
    auto log = store_->ReadLog("north", 0, 100'000);
    EXPECT_THAT(log, IsOk());
    return log.value_or(std::vector<LogRow>());
  }

  testing::TempDir directory_;
  testing::FakeClock clock_;
  SeededRandom random_{1};
  NoNoise noise_;
  ReleaseOptions options_;
  std::unique_ptr<sqlite::SqliteStore> store_;
  std::unique_ptr<ProgramCache> programs_;
  std::unique_ptr<SeriesPrograms> series_;
  std::unique_ptr<FactStamper> stamper_;
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

TEST_F(ReleaseJobTest, NothingIsReleasedBeforeACohortIsDue) {
  const auto job = NewJob(random_);
  std::vector<AssessmentRow> rows;
  for (int i = 0; i < 19; ++i) rows.push_back(Row(i, absl::StrCat("c-", i), i));
  ASSERT_THAT(stamper_->CreateAssessments(rows), IsOk());
  ASSERT_OK(job->RunTick(clock_.Now()));
  EXPECT_THAT(Log(), IsEmpty());
  ASSERT_THAT(stamper_->CreateAssessments({Row(19, "c-19", 19)}), IsOk());
  ASSERT_OK(job->RunTick(clock_.Now()));
  ASSERT_THAT(Log(), SizeIs(1));
  EXPECT_EQ(Log()[0].figures.clients, 20);
  EXPECT_EQ(Log()[0].partition.series, "mood/1");
  EXPECT_EQ(StagesOf(Log()[0].figures.tables), (std::map<std::string, std::int64_t>{{"heavy", 10}, {"light", 10}}));
  EXPECT_EQ(Log()[0].figures.budgets, "stage=3/5 detail=3/10 change=3/10 flow=1/4");
}

TEST_F(ReleaseJobTest, WhatCameTooLateIsHistoryAndIsCutIntoRuns) {
  const auto job = NewJob(random_);
  std::vector<AssessmentRow> rows;
  for (int i = 0; i < 45; ++i) {
    rows.push_back(Row(i, absl::StrCat("c-", i), i % 20));
    rows.back().assess_time = clock_.Now() - absl::Hours(24 * (100 - i));
    rows.back().create_time = clock_.Now();
  }
  ASSERT_THAT(stamper_->CreateAssessments(rows), IsOk());
  ASSERT_OK(job->RunTick(clock_.Now()));
  const std::vector<LogRow> log = Log();
  ASSERT_THAT(log, SizeIs(2)) << "20 clients, then 20 with the 5 that are left";
  EXPECT_EQ(log[0].cohort, log[1].cohort);
  EXPECT_EQ(log[0].figures.clients, 20);
  EXPECT_EQ(log[1].figures.clients, 25);
  EXPECT_LT(log[0].figures.window_end, log[1].figures.window_end);
}

TEST_F(ReleaseJobTest, ChangeGoesFromTheStandingThatTheEarlierReleaseLeft) {
  const auto job = NewJob(random_);
  std::vector<AssessmentRow> rows;
  for (int i = 0; i < 20; ++i) rows.push_back(Row(i, absl::StrCat("c-", i), 15));
  ASSERT_THAT(stamper_->CreateAssessments(rows), IsOk());
  ASSERT_OK(job->RunTick(clock_.Now()));
  rows.clear();
  for (int i = 0; i < 20; ++i) rows.push_back(Row(100 + i, absl::StrCat("c-", i), i < 12 ? 2 : 15));
  ASSERT_THAT(stamper_->CreateAssessments(rows), IsOk());
  ASSERT_OK(job->RunTick(clock_.Now()));
  const std::vector<LogRow> log = Log();
  ASSERT_THAT(log, SizeIs(2));
  EXPECT_EQ(ChangesOf(log[0].figures.tables), (std::map<v1::Change, std::int64_t>{{v1::CHANGE_FIRST, 20}}));
  EXPECT_EQ(ChangesOf(log[1].figures.tables),
            (std::map<v1::Change, std::int64_t>{{v1::CHANGE_RELIABLY_BETTER, 12}, {v1::CHANGE_NO_RELIABLE_CHANGE, 8}}));
}

TEST_F(ReleaseJobTest, WhateverHappensAtOnceTheLogIsTheRecountOfTheRows) {
  constexpr int kWriters = 16;
  constexpr int kBatches = 12;
  constexpr int kBatch = 8;
  constexpr unsigned kSeed = 20261126;
  SCOPED_TRACE(absl::StrCat("seed ", kSeed));
  std::atomic<int> writing = kWriters;
  std::atomic<int> failures = 0;
  std::vector<std::thread> threads;
  for (int writer = 0; writer < kWriters; ++writer) {
    threads.emplace_back([&, writer] {
      std::mt19937 engine(kSeed + static_cast<unsigned>(writer));
      for (int batch = 0; batch < kBatches; ++batch) {
        std::vector<AssessmentRow> rows;
        for (int i = 0; i < kBatch; ++i) {
          const int number = (writer * kBatches + batch) * kBatch + i;
          rows.push_back(Row(number, absl::StrCat("c-", engine() % 300), static_cast<int>(engine() % 21)));
          if (engine() % 4 == 0) rows.back().campaign = "spring";
          // A repeat: the first one holds.
          if (engine() % 10 == 0) rows.push_back(Row(number, "c-repeat", 3));
        }
        if (!stamper_->CreateAssessments(rows).ok()) ++failures;
      }
      --writing;
    });
  }
  for (int replica = 0; replica < 3; ++replica) {
    threads.emplace_back([&, replica] {
      SeededRandom random(kSeed + 100 + static_cast<unsigned>(replica));
      const auto job = NewJob(random);
      bool is_last = false;
      while (!is_last) {
        is_last = writing == 0;
        if (!job->RunTick(clock_.Now()).ok()) ++failures;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  ASSERT_EQ(failures, 0);

  // The newest assessment of each client of each cohort.
  std::map<std::string, std::map<std::string, AssessmentRow>> newest;
  std::map<std::string, std::int64_t> assessments;
  for (int number = 0; number < kWriters * kBatches * kBatch; ++number) {
    const auto row = store_->FindRequest("north", absl::StrCat("r-", number));
    ASSERT_THAT(row, IsOk());
    ASSERT_TRUE(row->has_value());
    ++assessments[(*row)->cohort];
    AssessmentRow& kept = newest[(*row)->cohort][(*row)->client];
    if (kept.id.empty() || std::tie(kept.assess_time, kept.id) < std::tie((*row)->assess_time, (*row)->id)) {
      kept = **row;
    }
  }
  const std::vector<LogRow> log = Log();
  ASSERT_GE(log.size(), 10u);
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
    const auto sums =
        store_->ReadSums({.clinic = "north", .series = "mood/1", .parts = {{grain, EarliestTime(), LatestTime()}}});
    ASSERT_THAT(sums, IsOk());
    std::map<std::string, std::int64_t> of_sums;
    for (const SumRow& row : sums->rows) {
      for (const auto& [stage, count] : StagesOf(row.tables)) of_sums[stage] += count;
    }
    EXPECT_EQ(of_sums, of_log);
  }
}

TEST_F(ReleaseJobTest, RunsAtOnceWhenItIsStartedAndStops) {
  std::vector<AssessmentRow> rows;
  for (int i = 0; i < 20; ++i) rows.push_back(Row(i, absl::StrCat("c-", i), 15));
  ASSERT_THAT(stamper_->CreateAssessments(rows), IsOk());
  const auto job = NewJob(random_);
  job->Start();
  EXPECT_TRUE(testing::Eventually([this] { return Log().size() == 1; }));
  job->Stop();
  job->Stop();
}

}  // namespace
}  // namespace ladder::records::release
