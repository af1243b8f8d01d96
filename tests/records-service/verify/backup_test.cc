// Goal: what docs/backup.md tells to do works: a backup that is taken while a service writes is a whole store, which
// another service serves once `ladderctl store after-restore` was run, and not before.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "tests/records-service/lived_in_store.h"
#include "tests/records-service/records_program.h"
#include "tests/records-service/verify/ladderctl_run.h"
#include "tests/testing/status_matchers.h"

namespace ladder::records {
namespace {

using ::ladder::testing::ChildProcess;
using ::ladder::testing::PostgresServer;
using ::ladder::testing::ReadFileOrEmpty;
using ::ladder::testing::TempDir;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class BackupTest : public ::testing::Test {
 protected:
  // Runs `take_backup` between writes and releases that go on before, during and after it.
  template <typename TakeBackup>
  void BackUpWhileWriting(LivedInStore& lived, TakeBackup take_backup) {
    std::atomic<int> rounds = 0;
    std::atomic<bool> done = false;
    std::thread writer([&] {
      for (int round = 0; !done || round < 20; ++round) {
        std::vector<AssessmentRow> rows;
        for (int i = 0; i < 5; ++i) rows.push_back(lived.Row("north", absl::StrCat("w-", round, "-", i), i * 4));
        lived.Write(rows);
        lived.Tick();
        rounds = round + 1;
      }
    });
    EXPECT_TRUE(testing::Eventually([&rounds] { return rounds >= 10; }));
    take_backup();
    const int rounds_in_backup = rounds;
    EXPECT_TRUE(testing::Eventually([&] { return rounds > rounds_in_backup; }));
    done = true;
    writer.join();
  }

  // What an operator does with a copy: it is refused, made ready, served, and hangs together all the while.
  void RestoreAndServe(LivedInStore& copy, std::vector<std::string> store_flags) {
    EXPECT_THAT(copy.Findings(), IsEmpty());
    std::vector<std::string> flags = store_flags;
    flags.insert(flags.end(), {"--restored-copy", "not-yet"});
    std::vector<std::string> command = {LADDER_RECORDS_BINARY, "--listen", "127.0.0.1:0"};
    command.insert(command.end(), flags.begin(), flags.end());
    ChildProcess early(command, folder_.Join("early"));
    EXPECT_EQ(early.Wait(), 1);
    EXPECT_THAT(ReadFileOrEmpty(folder_.Join("early")),
                AllOf(HasSubstr("run `ladderctl store after-restore "), HasSubstr(copy.Flags()[1])));

    const LadderctlRun run = RunStoreCommand("after-restore", copy.Flags(), {"--output", "json"});
    ASSERT_EQ(run.exit_code, ctl::kDone) << run.err;
    flags.back() = nlohmann::json::parse(run.out)["epoch"];
    RecordsProgram program(folder_, flags, {});
    v1::GetAssessmentRequest request;
    request.set_name("clinics/north/clients/c-1/assessments/id-1");
    grpc::ClientContext context;
    SetDeadline(context);
    v1::Assessment assessment;
    const grpc::Status got = program.NewStub()->GetAssessment(&context, request, &assessment);
    EXPECT_TRUE(got.ok()) << got.error_message();
    EXPECT_EQ(assessment.result().stage().stage(), "light");
    EXPECT_THAT(copy.Findings(), IsEmpty()) << "beside the service";
    EXPECT_EQ(program.Stop(), 0);
    EXPECT_THAT(copy.Findings(), IsEmpty());
  }

  TempDir folder_;
};

TEST_F(BackupTest, OfSqliteTakenWhileItIsWrittenIsServedElsewhere) {
  LivedInStore lived("sqlite");
  lived.LiveALittle();
  const std::string file = folder_.Join("copy.db");
  BackUpWhileWriting(lived, [&] {
    const LadderctlRun run = RunStoreCommand("backup", lived.Flags(), {"--file", file});
    EXPECT_EQ(run.exit_code, ctl::kDone) << run.err;
  });
  struct stat made = {};
  ASSERT_EQ(stat(file.c_str(), &made), 0);
  EXPECT_EQ(made.st_mode & 0777, 0600u);
  const LadderctlRun again = RunStoreCommand("backup", lived.Flags(), {"--file", file});
  EXPECT_EQ(again.exit_code, ctl::kRefused) << "no backup is overwritten";

  const std::string directory = folder_.Join("restored");
  std::filesystem::create_directory(directory);
  std::filesystem::rename(file, directory + "/records.db");
  lived.MoveToDirectory(directory);
  RestoreAndServe(lived, {"--data-dir", directory});
}

TEST_F(BackupTest, OfSqliteCanGoToTheOutputAndLeavesNothingBesideTheDatabase) {
  LivedInStore lived("sqlite");
  lived.LiveALittle();
  const std::string directory = lived.Flags()[1];
  const auto count_files = [&] {
    return std::distance(std::filesystem::directory_iterator(directory), std::filesystem::directory_iterator());
  };
  const auto files = count_files();
  const LadderctlRun run = RunStoreCommand("backup", lived.Flags(), {"--file", "-"});
  ASSERT_EQ(run.exit_code, ctl::kDone) << run.err;
  EXPECT_EQ(count_files(), files);

  const std::string restored = folder_.Join("restored");
  std::filesystem::create_directory(restored);
  std::ofstream(restored + "/records.db", std::ios::binary) << run.out;
  lived.MoveToDirectory(restored);
  EXPECT_THAT(lived.Findings(), IsEmpty());
}

TEST_F(BackupTest, AFullDiskBehindTheOutputIsNoticed) {
  LivedInStore lived("sqlite");
  lived.LiveALittle();
  std::istringstream in;
  std::ofstream full("/dev/full", std::ios::binary);
  std::ostringstream err;
  const std::vector<std::string> arguments = {"store", "backup", lived.Flags()[0], lived.Flags()[1], "--file", "-"};
  EXPECT_EQ(ctl::RunLadderctl(arguments, {in, full, err, 100, false}), ctl::kRefused);
  EXPECT_THAT(err.str(), HasSubstr("not all written"));
}

TEST_F(BackupTest, OfPostgresTakenWithItsLogWhileItIsWrittenIsServedElsewhere) {
  LivedInStore lived("postgres");
  lived.LiveALittle();
  std::unique_ptr<PostgresServer> restored;
  BackUpWhileWriting(lived, [&] { restored = PostgresServer::RestoreFrom(LivedInStore::Postgres()); });
  ASSERT_NE(restored, nullptr);
  lived.MoveToServer(*restored);
  RestoreAndServe(lived, {"--store", "postgres", "--postgres", lived.Flags()[1]});
}

}  // namespace
}  // namespace ladder::records
