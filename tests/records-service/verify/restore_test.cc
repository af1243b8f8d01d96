// What `ladderctl store after-restore` and `store verify` do to a store of either engine, run as an operator would.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "tests/records-service/lived_in_store.h"
#include "tests/records-service/verify/ladderctl_run.h"
#include "tests/testing/status_matchers.h"

namespace ladder::records {
namespace {

using ::ladder::testing::IsOk;
using ::ladder::testing::IsOkAndHolds;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Ne;
using ::testing::Not;
using ::testing::SizeIs;

class RestoreTest : public ::testing::TestWithParam<std::string> {
 protected:
  RestoreTest() { lived_.LiveALittle(); }

  LadderctlRun AfterRestore(std::vector<std::string> more = {}) {
    lived_.Close();
    LadderctlRun run = RunStoreCommand("after-restore", lived_.Flags(), std::move(more));
    lived_.Open();
    return run;
  }
  std::int64_t LogEnd(const std::string& clinic) {
    const auto log = lived_.store().ReadLog(clinic, 0, 1000);
    EXPECT_THAT(log, IsOk());
    return log.ok() && !log->empty() ? log->back().position : 0;
  }

  LivedInStore lived_{GetParam()};
};

TEST_P(RestoreTest, WhatTheBackupHadNotReleasedNeverIs) {
  const auto epoch = lived_.store().LogEpoch();
  const std::int64_t end = LogEnd("north");
  const LadderctlRun run = AfterRestore({"--output", "json"});
  ASSERT_EQ(run.exit_code, ctl::kDone) << run.err;
  const nlohmann::json told = nlohmann::json::parse(run.out);
  EXPECT_EQ(told["cohortsNeverReleased"], 4) << "two merged, one sealed, one open";
  EXPECT_EQ(told["assessmentsNeverReleased"], 4);
  EXPECT_THAT(lived_.store().LogEpoch(), IsOkAndHolds(AllOf(Ne(*epoch), told["epoch"].get<std::string>())));
  EXPECT_THAT(lived_.Findings(), IsEmpty());

  lived_.clock().Advance(2 * lived_.options().longest_wait);
  lived_.Tick();
  EXPECT_EQ(LogEnd("north"), end);
  std::vector<AssessmentRow> rows;
  for (int i = 1; i <= 4; ++i) rows.push_back(lived_.Row("north", absl::StrCat("c-", i), i, "spring"));
  lived_.Write(rows);
  lived_.Tick();
  const auto log = lived_.store().ReadLog("north", end, 10);
  ASSERT_THAT(log, IsOk());
  ASSERT_THAT(*log, SizeIs(1)) << "what comes after the restore is released";
  EXPECT_EQ((*log)[0].figures.assessments, 4);
  EXPECT_THAT(lived_.Findings(), IsEmpty());
}

TEST_P(RestoreTest, CohortsOfAClinicWhoseLogEndedThereAreKept) {
  const auto epoch = lived_.store().LogEpoch();
  const std::int64_t end = LogEnd("north");
  const LadderctlRun run =
      AfterRestore({"--same-head", absl::StrCat("north=", end), "--same-head", "nowhere=0", "--output", "json"});
  ASSERT_EQ(run.exit_code, ctl::kDone) << run.err;
  EXPECT_EQ(nlohmann::json::parse(run.out)["cohortsNeverReleased"], 0) << "only north had any";
  EXPECT_THAT(lived_.store().LogEpoch(), IsOkAndHolds(Ne(*epoch)));
  lived_.Tick();
  EXPECT_EQ(LogEnd("north"), end + 2);
  EXPECT_THAT(lived_.Findings(), IsEmpty());
}

TEST_P(RestoreTest, AHeadThatIsAnotherIsRefusedAndNothingHappens) {
  const auto epoch = lived_.store().LogEpoch();
  const std::int64_t end = LogEnd("north");
  const LadderctlRun run = AfterRestore({"--same-head", absl::StrCat("north=", end + 1)});
  EXPECT_EQ(run.exit_code, ctl::kRefused);
  EXPECT_THAT(run.err, HasSubstr(absl::StrCat("clinic 'north' ends at ", end, " in this copy, not at ", end + 1)));
  EXPECT_THAT(lived_.store().LogEpoch(), IsOkAndHolds(*epoch));
  EXPECT_THAT(lived_.store().ListSealed("", "", 10), IsOkAndHolds(SizeIs(2)));
}

TEST_P(RestoreTest, SaysWhereTheCommandLineIsWrong) {
  EXPECT_EQ(RunStoreCommand("after-restore", {}).exit_code, ctl::kUsage);
  for (const std::string head : {"north", "north=", "north=x", "north=-1", "=3"}) {
    EXPECT_EQ(RunStoreCommand("after-restore", lived_.Flags(), {"--same-head", head}).exit_code, ctl::kUsage) << head;
  }
}

TEST_P(RestoreTest, VerifyPrintsFindingsAndACountAndItsExitCodeTells) {
  const LadderctlRun clean = RunStoreCommand("verify", lived_.Flags(), {"--seed", "5"});
  EXPECT_EQ(clean.exit_code, ctl::kDone) << clean.err;
  EXPECT_EQ(clean.out,
            "Clinics 3, assessments 28, cohorts 28, entries of the log 7, sums 19, standings 19, set aside 0, quiz "
            "versions 1; results scored again 28 (seed 5).\nFindings: 0\n");
  lived_.Execute(
      "UPDATE assessment SET submission = (SELECT submission FROM assessment WHERE id = 'id-2') WHERE id = 'id-1';"
      "UPDATE head SET position = 9 WHERE clinic = 'south'");
  const LadderctlRun faulty = RunStoreCommand("verify", lived_.Flags());
  EXPECT_EQ(faulty.exit_code, ctl::kRefused);
  EXPECT_THAT(faulty.out, AllOf(HasSubstr("south: head 9: is not the last entry's position\n"),
                                HasSubstr("north: assessment id-1: its result is not what its quiz version gives\n"),
                                EndsWith("Findings: 2\n")));
  const LadderctlRun json = RunStoreCommand("verify", lived_.Flags(), {"--sample", "0", "--output", "json"});
  std::istringstream lines(json.out);
  std::string line;
  ASSERT_TRUE(std::getline(lines, line));
  EXPECT_EQ(nlohmann::json::parse(line),
            (nlohmann::json{
                {"clinic", "south"}, {"subject", "head"}, {"id", "9"}, {"fault", "is not the last entry's position"}}));
  ASSERT_TRUE(std::getline(lines, line));
  EXPECT_EQ(nlohmann::json::parse(line)["findings"], 1);
  EXPECT_EQ(nlohmann::json::parse(line)["rescored"], 0);
}

INSTANTIATE_TEST_SUITE_P(Engines, RestoreTest, ::testing::Values("sqlite", "postgres"),
                         [](const auto& engine) { return engine.param; });

TEST(RestoreSqliteTest, AStoreThatAServiceHasOpenIsRefused) {
  LivedInStore lived("sqlite");
  const LadderctlRun run = RunStoreCommand("after-restore", lived.Flags());
  EXPECT_EQ(run.exit_code, ctl::kRefused);
  EXPECT_THAT(run.err, HasSubstr("another process"));
}

TEST(RestoreSqliteTest, VerifyRefusesWhereThereIsNoStoreAndMakesNone) {
  const testing::TempDir folder;
  const LadderctlRun run = RunStoreCommand("verify", {"--data-dir", folder.path()});
  EXPECT_EQ(run.exit_code, ctl::kRefused);
  EXPECT_THAT(run.err, HasSubstr(folder.path()));
  EXPECT_EQ(testing::ReadFileOrEmpty(folder.Join("records.db")), "");
}

}  // namespace
}  // namespace ladder::records
