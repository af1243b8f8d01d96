// The job over a store that fails.

#include "records-service/retention/retention_job.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "libs/chassis/errors.h"
#include "records-service/store/memory/memory_store.h"
#include "tests/records-service/faulty_store.h"
#include "tests/testing/fake_clock.h"
#include "tests/testing/log_capture.h"
#include "tests/testing/status_matchers.h"
#include "tests/testing/waiting.h"

namespace ladder::records::retention {
namespace {

using ::ladder::testing::FakeClock;
using ::ladder::testing::IsOk;
using ::ladder::testing::IsOkAndHolds;
using ::ladder::testing::LogCapture;
using ::ladder::testing::StatusIs;

// Of an age in days.
AssessmentRow Row(const std::string& clinic, int number, int age, absl::Time now) {
  AssessmentRow row;
  row.clinic = clinic;
  row.client = "c-1";
  row.id = absl::StrCat("id-", number);
  row.request_id = absl::StrCat("request-", number);
  row.quiz = "mood";
  row.version = 1;
  row.assess_time = now - Days(age);
  row.create_time = row.assess_time;
  return row;
}

std::size_t CountOf(Store& store, const std::string& clinic) {
  AssessmentQuery query;
  query.clinic = clinic;
  query.client = "c-1";
  query.limit = 10'000;
  query.max_bytes = 1 << 30;
  const auto page = store.ListAssessments(query);
  return page.ok() ? page->rows.size() : 0;
}

class RetentionJobTest : public ::testing::Test {
 protected:
  // Ages of 0 to 99 days, and a batch and more that is ancient.
  void Fill(Store& store, const std::string& clinic) {
    std::vector<AssessmentRow> rows;
    for (int i = 0; i < 100; ++i) rows.push_back(Row(clinic, i, i, now_));
    for (int i = 100; i < 1200; ++i) rows.push_back(Row(clinic, i, 1000, now_));
    ASSERT_THAT(store.CreateAssessments(rows), IsOk());
  }

  LogCapture quiet_;
  FakeClock clock_;
  const absl::Time now_ = clock_.Now();
  MemoryStore memory_;
  const RetentionOptions options_{.kept = Days(50),
                                  .kept_of_clinic = {{"brief", Days(10)}, {"eternal", absl::ZeroDuration()}}};
};

TEST_F(RetentionJobTest, EachClinicKeepsForItsOwnTime) {
  for (const char* clinic : {"brief", "eternal", "north"}) Fill(memory_, clinic);
  RetentionJob job(memory_, options_, clock_);
  EXPECT_THAT(job.RunOnce(now_), IsOk());
  EXPECT_EQ(CountOf(memory_, "brief"), 11u) << "what is as old as that is kept";
  EXPECT_EQ(CountOf(memory_, "eternal"), 1200u);
  EXPECT_EQ(CountOf(memory_, "north"), 51u);
  EXPECT_THAT(memory_.WasErased("north", "request-1100", now_), IsOkAndHolds(true));
}

TEST_F(RetentionJobTest, RequestIdsOfWhatWasRemovedComeAgainAfterNinetyDays) {
  ASSERT_THAT(memory_.CreateAssessments({Row("north", 1, 60, now_)}), IsOk());
  RetentionJob job(memory_, options_, clock_);
  ASSERT_THAT(job.RunOnce(now_), IsOk());
  ASSERT_THAT(job.RunOnce(now_ + Days(90) - absl::Nanoseconds(1)), IsOk());
  EXPECT_THAT(memory_.WasErased("north", "request-1", now_), IsOkAndHolds(true));
  ASSERT_THAT(job.RunOnce(now_ + Days(90)), IsOk());
  EXPECT_THAT(memory_.WasErased("north", "request-1", now_), IsOkAndHolds(false)) << "forgotten";
}

TEST_F(RetentionJobTest, ARunThatIsCutOffAnywhereIsFinishedByTheNext) {
  for (int call = 1;; ++call) {
    SCOPED_TRACE(call);
    ASSERT_LT(call, 30);
    MemoryStore memory;
    FaultyStore store(memory);
    for (const char* clinic : {"brief", "north"}) Fill(memory, clinic);
    RetentionJob job(store, options_, clock_);
    store.FailCall(call, Unavailable(kStorageFull, "no space"));
    const absl::Status first = job.RunOnce(now_);
    if (!store.HasFailed()) {
      EXPECT_THAT(first, IsOk());
      EXPECT_GT(call, 9) << "a list; for each clinic three removals and a look for what expired; a scrub";
      break;
    }
    EXPECT_THAT(first, StatusIs(absl::StatusCode::kUnavailable));
    if (call > 1) {
      EXPECT_TRUE(CountOf(memory, "brief") == 11 || CountOf(memory, "north") == 51) << "one does not stop the other";
    }
    EXPECT_THAT(job.RunOnce(now_), IsOk());
    EXPECT_EQ(CountOf(memory, "brief"), 11u);
    EXPECT_EQ(CountOf(memory, "north"), 51u);
  }
}

TEST_F(RetentionJobTest, AScrubThatFailsIsDoneByTheNextRunThoughThatRemovesNothing) {
  ASSERT_THAT(memory_.CreateAssessments({Row("north", 1, 60, now_)}), IsOk());
  FaultyStore store(memory_);
  RetentionJob job(store, options_, clock_);
  // A list, a removal, a look for what expired, and the scrub.
  store.FailCall(4, Unavailable(kStorageBusy, "a backup"));
  EXPECT_THAT(job.RunOnce(now_), StatusIs(absl::StatusCode::kUnavailable));
  EXPECT_EQ(CountOf(memory_, "north"), 0u);
  store.FailCall(4, Unavailable(kStorageBusy, "a backup"));
  EXPECT_THAT(job.RunOnce(now_), StatusIs(absl::StatusCode::kUnavailable)) << "it tried again";
  store.FailCall(0, absl::OkStatus());
  EXPECT_THAT(job.RunOnce(now_), IsOk());
  store.FailCall(4, Unavailable(kStorageBusy, "a backup"));
  EXPECT_THAT(job.RunOnce(now_), IsOk()) << "there is nothing left to scrub";
}

TEST_F(RetentionJobTest, ItRunsInTheBackgroundUntilItIsStopped) {
  Fill(memory_, "north");
  RetentionJob job(memory_, options_, clock_);
  job.Start();
  EXPECT_TRUE(testing::Eventually([&] { return CountOf(memory_, "north") == 51; }));
  job.Stop();
  job.Stop();
}

}  // namespace
}  // namespace ladder::records::retention
