// `ladderctl store`, run as an operator would.

#include "tools/ladderctl/store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>
#include <string>
#include <vector>

#include "tests/testing/postgres_server.h"
#include "tests/testing/temp_dir.h"

namespace ladder::ctl {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

struct Outcome {
  int exit_code = -1;
  std::string out;
  std::string err;
};

Outcome Migrate(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), {"store", "migrate"});
  std::istringstream in;
  std::ostringstream out;
  std::ostringstream err;
  const int exit_code = RunLadderctl(std::move(arguments), {in, out, err, 100, false});
  return {exit_code, out.str(), err.str()};
}

TEST(StoreMigrateTest, MakesAnSqliteDatabaseAndHasNothingToDoTheSecondTime) {
  const testing::TempDir folder;
  const Outcome first = Migrate({"--data-dir", folder.Join("data")});
  EXPECT_EQ(first.exit_code, kDone) << first.err;
  EXPECT_THAT(first.out, HasSubstr("from version 0 to "));
  const Outcome second = Migrate({"--data-dir", folder.Join("data")});
  EXPECT_EQ(second.exit_code, kDone) << second.err;
  EXPECT_THAT(second.out, HasSubstr("already"));
}

TEST(StoreMigrateTest, MakesThePostgresTablesWithThePasswordOfAFile) {
  testing::PostgresServer server;
  server.Run("CREATE ROLE keeper LOGIN SUPERUSER PASSWORD 'geheim'");
  const std::string hba =
      server.WriteFile("hba.conf", "host all keeper 127.0.0.1/32 scram-sha-256\nlocal all all trust\n");
  server.Run("ALTER SYSTEM SET hba_file = '" + hba + "'");
  server.Stop();
  server.Start();
  const testing::TempDir folder;
  const std::string conninfo = "host=127.0.0.1 port=" + std::to_string(server.port()) + " user=keeper dbname=postgres";
  const std::string right = folder.Write("right", "geheim\n");
  const std::string wrong = folder.Write("wrong", "falsch\n");
  const Outcome refused = Migrate({"--postgres", conninfo, "--postgres-password-file", wrong});
  EXPECT_EQ(refused.exit_code, kUnreachable);
  EXPECT_THAT(refused.err, AllOf(HasSubstr("password"), Not(HasSubstr("falsch"))));
  const Outcome done = Migrate({"--postgres", conninfo, "--postgres-password-file", right, "--output", "json"});
  EXPECT_EQ(done.exit_code, kDone) << done.err;
  EXPECT_THAT(done.out, HasSubstr(R"("from":0)"));
  EXPECT_EQ(server.Run("SELECT count(*) FROM assessment"), "0");
}

TEST(StoreMigrateTest, SaysWhereTheCommandLineIsWrong) {
  EXPECT_EQ(Migrate({}).exit_code, kUsage);
  EXPECT_EQ(Migrate({"--data-dir", "a", "--postgres", "dbname=b"}).exit_code, kUsage);
  EXPECT_EQ(Migrate({"--data-dir", "a", "--postgres-password-file", "b"}).exit_code, kUsage);
  const Outcome password = Migrate({"--postgres", "dbname=b password=geheim"});
  EXPECT_EQ(password.exit_code, kRefused);
  EXPECT_THAT(password.err, AllOf(HasSubstr("--postgres"), Not(HasSubstr("geheim"))));
  const Outcome missing = Migrate({"--postgres", "dbname=b", "--postgres-password-file", "/nowhere"});
  EXPECT_EQ(missing.exit_code, kRefused);
  EXPECT_THAT(missing.err, HasSubstr("/nowhere"));
}

TEST(StoreMigrateTest, SaysThatADatabaseCannotBeReached) {
  const testing::TempDir folder;
  const Outcome outcome = Migrate({"--postgres", "host=" + folder.path() + " dbname=ladder user=ladder"});
  EXPECT_EQ(outcome.exit_code, kUnreachable);
  EXPECT_THAT(outcome.err, HasSubstr(folder.path()));
}

}  // namespace
}  // namespace ladder::ctl
