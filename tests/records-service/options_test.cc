// What ladder-records can be told, one case for each mistake.

#include "records-service/options.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/testing/status_matchers.h"
#include "tests/testing/temp_dir.h"

namespace ladder::records {
namespace {

using ::ladder::testing::IsOk;
using ::ladder::testing::StatusIs;
using ::testing::HasSubstr;
using ::testing::Not;

absl::StatusOr<OptionSet::Outcome> Parse(Options& options, std::vector<const char*> arguments) {
  arguments.insert(arguments.begin(), "ladder-records");
  OptionSet parser("ladder-records", "Keeps quizzes and assessments.", "LADDER_RECORDS");
  options.AddTo(&parser);
  return parser.Parse(static_cast<int>(arguments.size()), arguments.data());
}

TEST(OptionsTest, TheDataDirectoryIsEnoughAndTheRestHasDefaults) {
  Options options;
  ASSERT_THAT(Parse(options, {"--data-dir", "/data"}), IsOk());
  EXPECT_EQ(options.data_dir, "/data");
  EXPECT_FALSE(options.UsesPostgres());
  EXPECT_EQ(options.redis.address, "");
  EXPECT_EQ(options.readers, 4);
  EXPECT_EQ(options.server.listen, "127.0.0.1:7302");
}

TEST(OptionsTest, PostgresNeedsNoDirectoryAndItsPasswordComesFromAFile) {
  const testing::TempDir folder;
  const std::string file = folder.Write("password", "geheim\n");
  Options options;
  ASSERT_THAT(Parse(options, {"--store", "postgres", "--postgres", "host=a,b dbname=ladder", "--postgres-connections",
                              "20", "--postgres-password-file", file.c_str()}),
              IsOk());
  EXPECT_TRUE(options.UsesPostgres());
  EXPECT_EQ(options.postgres.conninfo, "host=a,b dbname=ladder");
  EXPECT_EQ(options.postgres.connections, 20);
  EXPECT_EQ(options.postgres.password.Reveal(), "geheim");
  Options by_uri;
  EXPECT_THAT(Parse(by_uri, {"--store", "postgres", "--postgres", "postgresql://ladder@db:5432/ladder"}), IsOk());
}

TEST(OptionsTest, APasswordAmongTheOptionsIsRefusedAndNotRepeated) {
  for (const char* conninfo : {"host=a password=geheim", "postgresql://ladder:geheim@db/ladder", "password='geheim"}) {
    Options options;
    const absl::StatusOr<OptionSet::Outcome> outcome = Parse(options, {"--store", "postgres", "--postgres", conninfo});
    EXPECT_THAT(outcome, StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("--postgres")));
    EXPECT_THAT(outcome.status().ToString(), Not(HasSubstr("geheim")));
  }
}

TEST(OptionsTest, AssessmentsAreKeptForEverUnlessToldOtherwise) {
  Options defaults;
  ASSERT_THAT(Parse(defaults, {"--data-dir", "/data"}), IsOk());
  EXPECT_EQ(defaults.retention.Of("north"), absl::ZeroDuration());
  Options told;
  ASSERT_THAT(Parse(told, {"--data-dir", "/data", "--retention-days", "10", "--retention-of-clinics", "north=5"}),
              IsOk());
  EXPECT_EQ(told.retention.Of("north"), absl::Hours(24 * 5));
  EXPECT_EQ(told.retention.Of("south"), absl::Hours(24 * 10));
}

TEST(OptionsTest, EachMistakeNamesItsOption) {
  struct Mistake {
    std::vector<const char*> arguments;
    std::string option;
  };
  const std::vector<Mistake> mistakes = {
      {{}, "data-dir"},
      {{"--store", "mysql", "--data-dir", "/data"}, "--store"},
      {{"--store", "postgres", "--data-dir", "/data"}, "--postgres"},
      {{"--store", "postgres", "--postgres", "nonsense"}, "--postgres"},
      {{"--store", "postgres", "--postgres", "dbname=ladder", "--postgres-connections", "1"}, "postgres-connections"},
      {{"--data-dir", "/data", "--postgres", "dbname=ladder"}, "--postgres"},
      {{"--data-dir", "/data", "--readers", "0"}, "readers"},
      {{"--data-dir", "/data", "--read-queue", "many"}, "read-queue"},
      {{"--data-dir", "/data", "--write-queue-rows", "-1"}, "write-queue-rows"},
      {{"--data-dir", "/data", "--write-queue-mib", "5000"}, "write-queue-mib"},
      {{"--data-dir", "/data", "--redis", "nowhere"}, "--redis"},
      {{"--data-dir", "/data", "--retention-days", "-1"}, "retention-days"},
      {{"--data-dir", "/data", "--retention-of-clinics", "north"}, "--retention-of-clinics"},
      {{"--data-dir", "/data", "--listen", "0.0.0.0:7302"}, "listen"},
  };
  for (const Mistake& mistake : mistakes) {
    Options options;
    EXPECT_THAT(Parse(options, mistake.arguments),
                StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr(mistake.option)));
  }
}

}  // namespace
}  // namespace ladder::records
