// Goal: whatever call to the disk fails, nothing is half done and nothing that was acknowledged is lost.
// Method: fail the first, second, ... n-th write, sync or truncate of one life of a store, from opening to closing,
// until a life passes without meeting its fault; after each, open the store again on a sound disk and compare.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "libs/chassis/errors.h"
#include "records-service/store/sqlite/migrations.h"
#include "records-service/store/sqlite/sqlite_store.h"
#include "tests/records-service/disk_faults.h"
#include "tests/testing/fake_clock.h"
#include "tests/testing/log_capture.h"
#include "tests/testing/status_matchers.h"
#include "tests/testing/temp_dir.h"

namespace ladder::records {
namespace {

using ::ladder::testing::DiskCall;
using ::ladder::testing::DiskHasFailed;
using ::ladder::testing::FailDisk;
using ::ladder::testing::FakeClock;
using ::ladder::testing::HowOften;
using ::ladder::testing::IsOk;
using ::ladder::testing::LogCapture;
using ::ladder::testing::StopFailing;
using ::ladder::testing::TempDir;
using sqlite::SqliteStore;
using ::testing::Optional;

constexpr int kBatches = 4;
constexpr int kRowsInBatch = 2;
// No life of the script makes so many calls of one kind.
constexpr int kMaxCalls = 2000;

AssessmentRow Row(int batch, int row) {
  AssessmentRow made;
  made.clinic = "north";
  made.client = absl::StrCat("c-", row);
  made.id = absl::StrCat("id-", batch, "-", row);
  made.request_id = absl::StrCat("request-", batch, "-", row);
  made.quiz = "mood";
  made.version = 1;
  made.assess_time = absl::FromUnixSeconds(1'700'000'000 + batch);
  made.create_time = made.assess_time;
  made.submission = std::string(1500, static_cast<char>('a' + batch));
  made.result = "result";
  return made;
}

std::vector<AssessmentRow> Batch(int batch) {
  std::vector<AssessmentRow> rows;
  for (int row = 0; row < kRowsInBatch; ++row) rows.push_back(Row(batch, row));
  return rows;
}

// No word of SQLite's, and no path, may reach a caller.
void ExpectNoDriverText(const absl::Status& status) {
  for (const char* word : {"SQL", "sqlite", "disk I/O", "/", ".db", "(10", "(13"}) {
    EXPECT_FALSE(absl::StrContains(status.message(), word)) << status;
  }
}

class SqliteFaultsTest : public ::testing::Test {
 protected:
  ~SqliteFaultsTest() override { StopFailing(); }

  absl::StatusOr<std::unique_ptr<SqliteStore>> Open() {
    const absl::StatusOr<sql::Migrated> migrated = sqlite::Migrate(directory_->path());
    if (!migrated.ok()) return migrated.status();
    return SqliteStore::Open({.directory = directory_->path(),
                              .readers = 1,
                              .checkpoint_frames = 9,
                              .on_fatal = [this](const absl::Status&) { ++fatal_; }},
                             clock_);
  }

  // One life of a store. Notes which batches were acknowledged; `errors` are the reasons of those that were not.
  void Live() {
    acknowledged_.assign(kBatches, false);
    errors_.clear();
    absl::StatusOr<std::unique_ptr<SqliteStore>> store = Open();
    if (!store.ok()) return;
    for (int batch = 0; batch < kBatches; ++batch) {
      const absl::Status status = (*store)->CreateAssessments(Batch(batch)).status();
      acknowledged_[batch] = status.ok();
      if (status.ok()) continue;
      ExpectNoDriverText(status);
      EXPECT_TRUE(absl::IsUnavailable(status)) << status;
      errors_.push_back(ReasonOf(status));
    }
    (*store)->Close();
  }

  // Whether a batch is there; it has to be there whole or not at all.
  bool IsThere(SqliteStore& store, int batch) {
    int found = 0;
    for (const AssessmentRow& row : Batch(batch)) {
      const auto stored = store.FindRequest(row.clinic, row.request_id);
      EXPECT_THAT(stored, IsOk());
      if (!stored.ok() || !stored->has_value()) continue;
      EXPECT_EQ(**stored, row);
      ++found;
    }
    EXPECT_TRUE(found == 0 || found == kRowsInBatch) << "batch " << batch << " is half there";
    return found == kRowsInBatch;
  }

  void ExpectSoundAfterwards(const std::string& fault) {
    SCOPED_TRACE(fault);
    absl::StatusOr<std::unique_ptr<SqliteStore>> store = Open();
    ASSERT_THAT(store, IsOk());
    for (int batch = 0; batch < kBatches; ++batch) {
      const bool there = IsThere(**store, batch);
      EXPECT_TRUE(there || !acknowledged_[batch]) << "batch " << batch << " was acknowledged and is lost";
      // A replay settles what is not known.
      const auto replayed = (*store)->CreateAssessments(Batch(batch));
      ASSERT_THAT(replayed, IsOk());
      EXPECT_EQ(replayed->front().exists, there);
    }
    (*store)->Close();
  }

  // The store asked for its end once, if it met its fault while it was open, and wrote nothing afterwards. A checkpoint
  // fails after its commit was acknowledged, so the first error may be that of the next commit.
  void ExpectTheEnd() {
    EXPECT_LE(fatal_, 1);
    EXPECT_TRUE(errors_.empty() || fatal_ == 1);
    for (std::size_t i = 0; i < errors_.size(); ++i) {
      EXPECT_TRUE(errors_[i] == kStorageFailed || (i == 0 && errors_[i] == kCommitUnknown)) << errors_[i];
    }
  }

  // Lives through every fault of one kind; `check` looks at the life with the fault.
  void FailEachCall(DiskCall call, int error, HowOften how_often, const std::function<void()>& check) {
    LogCapture quiet;
    int n = 1;
    for (; n < kMaxCalls; ++n) {
      directory_ = std::make_unique<TempDir>();
      fatal_ = 0;
      FailDisk(call, n, error, how_often);
      Live();
      const bool met = DiskHasFailed();
      StopFailing();
      if (!met) break;
      check();
      ExpectSoundAfterwards(absl::StrCat("fault at call ", n));
      if (HasFailure()) return;
    }
    EXPECT_LT(n, kMaxCalls);
    EXPECT_GT(n, 2) << "the script met hardly any fault";
    EXPECT_TRUE(errors_.empty());
    EXPECT_EQ(fatal_, 0);
  }

  FakeClock clock_;
  std::unique_ptr<TempDir> directory_ = std::make_unique<TempDir>();
  std::vector<bool> acknowledged_;
  std::vector<std::string> errors_;
  int fatal_ = 0;
};

TEST_F(SqliteFaultsTest, AFailedWriteStopsWritingAndLosesNothing) {
  FailEachCall(DiskCall::kWrite, EIO, HowOften::kFromThenOn, [this] { ExpectTheEnd(); });
}

TEST_F(SqliteFaultsTest, AFailedSyncStopsWritingAlsoWhereTheNextOneWouldSucceed) {
  FailEachCall(DiskCall::kSync, EIO, HowOften::kOnce, [this] { ExpectTheEnd(); });
}

TEST_F(SqliteFaultsTest, AFailedSyncOfACheckpointIsTheEndToo) {
  // The syncs of a life: some of migrating and opening, one of each commit, two of each checkpoint. Whichever fails
  // once the store is open, the store must not go on.
  LogCapture quiet;
  int fatal_without_error = 0;
  bool met = true;
  for (int n = 1; met; ++n) {
    ASSERT_LT(n, kMaxCalls);
    directory_ = std::make_unique<TempDir>();
    fatal_ = 0;
    FailDisk(DiskCall::kSync, n, EIO, HowOften::kOnce);
    Live();
    met = DiskHasFailed();
    StopFailing();
    if (fatal_ == 1 && (errors_.empty() || errors_.front() == kStorageFailed)) ++fatal_without_error;
  }
  EXPECT_GT(fatal_without_error, 0) << "no checkpoint's sync was met";
}

TEST_F(SqliteFaultsTest, AFailedTruncateLosesNothing) {
  LogCapture quiet;
  int n = 1;
  for (; n < 20; ++n) {
    directory_ = std::make_unique<TempDir>();
    FailDisk(DiskCall::kTruncate, n, EIO, HowOften::kOnce);
    Live();
    const bool met = DiskHasFailed();
    StopFailing();
    ExpectSoundAfterwards(absl::StrCat("fault at truncate ", n));
    if (!met) break;
  }
  EXPECT_GT(n, 1) << "nothing was ever truncated";
}

TEST_F(SqliteFaultsTest, AFullDiskRefusesOneWriteAndTheNextGoesOn) {
  FailEachCall(DiskCall::kWrite, ENOSPC, HowOften::kOnce, [this] {
    EXPECT_EQ(fatal_, 0);
    EXPECT_LE(errors_.size(), 1u);
    for (const std::string& error : errors_) EXPECT_EQ(error, kStorageFull);
  });
}

TEST_F(SqliteFaultsTest, WhileTheDiskIsFullReadsGoOnAndAfterwardsWritesDoWithoutARestart) {
  LogCapture quiet;
  absl::StatusOr<std::unique_ptr<SqliteStore>> store = Open();
  ASSERT_THAT(store, IsOk());
  ASSERT_THAT((*store)->CreateAssessments(Batch(0)), IsOk());
  FailDisk(DiskCall::kWrite, 1, ENOSPC, HowOften::kFromThenOn);
  for (int batch = 1; batch < 4; ++batch) {
    const absl::Status status = (*store)->CreateAssessments(Batch(batch)).status();
    EXPECT_EQ(ReasonOf(status), kStorageFull);
    ExpectNoDriverText(status);
    EXPECT_THAT(*(*store)->FindRequest("north", "request-0-0"), Optional(Row(0, 0)));
    EXPECT_FALSE(IsThere(**store, batch));
    EXPECT_THAT((*store)->Ready(), IsOk());
  }
  StopFailing();
  ASSERT_THAT((*store)->CreateAssessments(Batch(1)), IsOk());
  EXPECT_TRUE(IsThere(**store, 1));
  EXPECT_EQ(fatal_, 0);
}

TEST_F(SqliteFaultsTest, AfterAFailedCommitTheStoreIsNotReadyAndReadsGoOn) {
  LogCapture quiet;
  absl::StatusOr<std::unique_ptr<SqliteStore>> store = Open();
  ASSERT_THAT(store, IsOk());
  ASSERT_THAT((*store)->CreateAssessments(Batch(0)), IsOk());
  FailDisk(DiskCall::kSync, 1, EIO, HowOften::kOnce);
  EXPECT_EQ(ReasonOf((*store)->CreateAssessments(Batch(1)).status()), kCommitUnknown);
  EXPECT_EQ(fatal_, 1);
  EXPECT_EQ(ReasonOf((*store)->Ready()), kStorageFailed);
  EXPECT_EQ(ReasonOf((*store)->CreateAssessments(Batch(2)).status()), kStorageFailed);
  EXPECT_TRUE(IsThere(**store, 0));
  EXPECT_EQ(fatal_, 1);
}

}  // namespace
}  // namespace ladder::records
