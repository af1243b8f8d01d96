// Goal: what is written into a cohort is in its release, even where the cohort is closed between the statement that
// reads which one is open and the commit. Method: a writer's transaction, statement by statement, held open while the
// store seals and releases; once with the lock that the store takes (FOR SHARE), and once without as the control, which
// has to lose the row.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <thread>

#include "absl/strings/str_cat.h"
#include "libs/chassis/random.h"
#include "records-service/store/postgres/connection.h"
#include "records-service/store/postgres/migrations.h"
#include "records-service/store/postgres/postgres_store.h"
#include "tests/conformance/counting_clients.h"
#include "tests/testing/fake_clock.h"
#include "tests/testing/log_capture.h"
#include "tests/testing/postgres_server.h"
#include "tests/testing/status_matchers.h"
#include "tests/testing/waiting.h"

namespace ladder::records::postgres {
namespace {

using ::ladder::testing::Eventually;
using ::ladder::testing::IsOk;
using ::ladder::testing::IsOkAndHolds;
using ::testing::SizeIs;

class PostgresCohortLockTest : public ::testing::Test {
 protected:
  PostgresCohortLockTest() {
    EXPECT_THAT(Migrate(options_), IsOk());
    auto store = PostgresStore::Open(options_, clock_, random_);
    EXPECT_THAT(store, IsOk());
    store_ = *std::move(store);
    AssessmentRow row;
    row.clinic = "north";
    row.client = "c-1";
    row.id = "id-1";
    row.request_id = "request-1";
    row.quiz = "mood";
    row.version = 1;
    row.assess_time = clock_.Now();
    row.create_time = clock_.Now();
    row.series = "mood/1";
    EXPECT_THAT(store_->CreateAssessments({row}), IsOk());
  }

  void SealAndRelease() {
    const auto gathering = store_->ListGathering("", "", 10);
    ASSERT_THAT(gathering, IsOkAndHolds(SizeIs(1)));
    const GatheringCohort& open = gathering->front();
    ASSERT_THAT(store_->Seal({.members = {{open.partition, open.id, "next"}},
                              .kind = open.kind,
                              .close_time = clock_.Now(),
                              .merge_into = ""}),
                IsOk());
    const auto sealed = store_->ListSealed("", "", 10);
    ASSERT_THAT(sealed, IsOkAndHolds(SizeIs(1)));
    CountingClients counter;
    ASSERT_THAT(store_->Release(sealed->front(), counter), IsOkAndHolds(true));
  }

  // A writer that has read which cohort is open when somebody else closes it.
  void WriteWhileItIsClosed(const std::string& lock) {
    const auto writer = Connection::Open(options_);
    ASSERT_THAT(writer, IsOk());
    (*writer)->Begin();
    std::string cohort;
    const std::string read = absl::StrCat(
        "SELECT open_cohort FROM part WHERE clinic = 'north' AND campaign = '' AND series = 'mood/1'", lock);
    ASSERT_THAT((*writer)->Use(read).ForEach([&cohort](const sql::Query& row) { cohort = row.TextAt(0); }), IsOk());
    std::thread sealer([this] { SealAndRelease(); });
    // It either waits for the writer, or is through.
    EXPECT_TRUE(Eventually([this] {
      return server_.Run("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'") == "1" ||
             server_.Run("SELECT count(*) FROM release_log") == "1";
    }));
    const std::string insert = absl::StrCat(
        "INSERT INTO assessment (clinic, client, id, request_id, quiz, version, campaign, assess_time, create_time,"
        " submission, result, series, cohort) VALUES ('north', 'c-2', 'id-2', 'request-2', 'mood', 1, '', 0, 0, '', '',"
        " 'mood/1', '",
        cohort, "')");
    EXPECT_THAT((*writer)->Use(insert).Run(), IsOk());
    EXPECT_THAT((*writer)->Commit(), IsOk());
    sealer.join();
  }

  // Rows in cohorts that were released, and how many of them the log counts.
  std::string RowsInReleasedCohorts() {
    return server_.Run(
        "SELECT count(*) FROM assessment a JOIN cohort c ON a.clinic = c.clinic AND a.cohort = c.id WHERE c.state = 3");
  }
  std::string RowsCounted() { return server_.Run("SELECT sum(assessments) FROM release_log"); }

  testing::LogCapture quiet_;
  testing::PostgresServer server_;
  const PostgresOptions options_{.conninfo = server_.conninfo()};
  testing::FakeClock clock_;
  SeededRandom random_{1};
  std::unique_ptr<PostgresStore> store_;
};

TEST_F(PostgresCohortLockTest, ARowIsInTheReleaseOfTheCohortThatItWasWrittenInto) {
  WriteWhileItIsClosed(" FOR SHARE");
  EXPECT_EQ(RowsInReleasedCohorts(), "2");
  EXPECT_EQ(RowsCounted(), "2");
}

TEST_F(PostgresCohortLockTest, WithoutTheLockTheRowWouldBeCountedNowhere) {
  WriteWhileItIsClosed("");
  EXPECT_EQ(RowsInReleasedCohorts(), "2");
  EXPECT_EQ(RowsCounted(), "1");
}

}  // namespace
}  // namespace ladder::records::postgres
