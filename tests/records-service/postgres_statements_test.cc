// Goal: engines that distribute PostgreSQL can take its place: the clinic first in every key about people, nothing that
// they lack, ids made by the service.
// Method: the server writes every statement into its log while every method of the store is called and the schema is
// made; each is then looked at, and so is the catalogue.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "libs/chassis/random.h"
#include "records-service/store/postgres/migrations.h"
#include "records-service/store/postgres/postgres_store.h"
#include "records-service/store/postgres/snapshot.h"
#include "tests/records-service/store_user.h"
#include "tests/testing/fake_clock.h"
#include "tests/testing/log_capture.h"
#include "tests/testing/postgres_server.h"
#include "tests/testing/status_matchers.h"

namespace ladder::records::postgres {
namespace {

using ::ladder::testing::IsOk;
using ::ladder::testing::PostgresServer;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ContainsRegex;
using ::testing::Each;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::MatchesRegex;
using ::testing::StartsWith;

constexpr char kMark[] = "ladder-statement";

class PostgresStatementsTest : public ::testing::Test {
 protected:
  PostgresStatementsTest() { EXPECT_THAT(Migrate({.conninfo = server_.conninfo()}), IsOk()); }

  // Calls every method of Store, each in all of its ways.
  void UseEverything() {
    const auto opened = PostgresStore::Open({.conninfo = server_.conninfo()}, clock_, random_);
    ASSERT_THAT(opened, IsOk());
    user_.UseStore(**opened);
    user_.RestartLog(**opened);
    ASSERT_THAT(ReadStore({.conninfo = server_.conninfo()},
                          [this](sql::Connection& connection) { return user_.UseVerification(connection); }),
                IsOk());
  }

  // Every statement that the store and its migration have sent, on one line each, without those of the test itself.
  std::set<std::string> Statements() {
    std::set<std::string> statements;
    std::string log = server_.Log();
    for (absl::string_view entry : absl::StrSplit(log, kMark)) {
      if (!absl::ConsumePrefix(&entry, " ladder-records ")) continue;
      for (const absl::string_view kind : {"LOG:  execute ", "LOG:  statement: "}) {
        if (!absl::ConsumePrefix(&entry, kind)) continue;
        if (kind == "LOG:  execute ") entry.remove_prefix(entry.find(": ") + 2);
        std::string statement(entry.substr(0, entry.find("\nDETAIL")));
        absl::RemoveExtraAsciiWhitespace(&statement);
        statements.insert(statement);
      }
    }
    return statements;
  }

  std::vector<std::string> Lines(const std::string& sql) {
    return absl::StrSplit(server_.Run(sql), '\n', absl::SkipEmpty());
  }

  testing::LogCapture quiet_;
  testing::FakeClock clock_;
  SeededRandom random_{1};
  StoreUser user_{clock_, random_};
  PostgresServer server_{{"log_statement=all", absl::StrCat("log_line_prefix=", kMark, " %a ")}};
};

// Words of what is not there, or is not the same, in Citus, YugabyteDB or CockroachDB.
constexpr const char* kBanned[] = {"TRIGGER",
                                   "SEQUENCE",
                                   "NEXTVAL",
                                   "SERIAL",
                                   "PROCEDURE",
                                   "FUNCTION",
                                   "CALL ",
                                   "DO $$",
                                   "PG_ADVISORY",
                                   "PG_TRY_ADVISORY",
                                   "LISTEN",
                                   "NOTIFY",
                                   "LOCK TABLE",
                                   "IDENTITY",
                                   "NOW()",
                                   "CURRENT_TIMESTAMP",
                                   "PREPARE TRANSACTION",
                                   "TEMP ",
                                   "CURSOR",
                                   "SAVEPOINT",
                                   "COPY ",
                                   "FOREIGN KEY",
                                   "REFERENCES"};

TEST_F(PostgresStatementsTest, EveryStatementKeepsToWhatDistributedEnginesHave) {
  UseEverything();
  const std::set<std::string> statements = Statements();
  // The proof that the walk is one: what the store says is among it, from the first to the last of its methods.
  EXPECT_THAT(statements, Contains(StartsWith("UPDATE quiz SET revision")));
  EXPECT_THAT(statements, Contains(StartsWith("INSERT INTO assessment")));
  EXPECT_THAT(statements, Contains(HasSubstr("CREATE TABLE assessment")));
  EXPECT_THAT(statements, Contains("COMMIT"));
  EXPECT_GE(statements.size(), 25u) << absl::StrJoin(statements, "\n");
  for (const std::string& statement : statements) {
    const std::string upper = absl::AsciiStrToUpper(statement);
    for (const char* word : kBanned) EXPECT_FALSE(absl::StrContains(upper, word)) << word << " in: " << statement;
  }
}

TEST_F(PostgresStatementsTest, EveryStatementAboutPeopleNamesTheClinic) {
  UseEverything();
  int about_people = 0;
  for (const std::string& statement : Statements()) {
    // Migrations go over all; whole tables of clinics are read by jobs and by questions about all clinics.
    if (!absl::StrContains(statement, "assessment") || absl::StrContains(statement, "CREATE TABLE")) continue;
    if (absl::StrContains(statement, "release_sum") || absl::StrContains(statement, "release_log")) continue;
    ++about_people;
    if (absl::StartsWith(statement, "INSERT")) {
      EXPECT_THAT(statement, AllOf(ContainsRegex("^INSERT INTO assessment(_set_aside)? [(]clinic, "),
                                   HasSubstr("ON CONFLICT (clinic, ")));
    } else {
      EXPECT_THAT(statement,
                  ContainsRegex("FROM assessment(_set_aside)? ([as] )?WHERE ([as].)?clinic = ([$]1|s.clinic)"
                                "|JOIN assessment a ON a.clinic = [cs].clinic"
                                "|FROM assessment a JOIN cohort c ON c.clinic = a.clinic .* WHERE a.clinic = [$]1"));
    }
  }
  EXPECT_GE(about_people, 10);
}

TEST_F(PostgresStatementsTest, EveryKeyAboutPeopleBeginsWithTheClinic) {
  const std::vector<std::string> first_columns = Lines(
      "SELECT index.relname || ' ' || attribute.attname FROM pg_index"
      " JOIN pg_class index ON index.oid = indexrelid JOIN pg_class owner ON owner.oid = indrelid"
      " JOIN pg_attribute attribute ON attribute.attrelid = indrelid AND attribute.attnum = indkey[0]"
      " WHERE owner.relnamespace = 'public'::regnamespace AND EXISTS (SELECT FROM pg_attribute clinic"
      "   WHERE clinic.attrelid = owner.oid AND clinic.attname = 'clinic')");
  EXPECT_GE(first_columns.size(), 3u);
  EXPECT_THAT(first_columns, Each(MatchesRegex(".* clinic")));
  // What has no clinic is about no person. Whoever adds a table here says why.
  EXPECT_THAT(Lines("SELECT relname FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace"
                    " AND NOT EXISTS (SELECT FROM pg_attribute WHERE attrelid = pg_class.oid AND attname = 'clinic')"),
              ::testing::UnorderedElementsAre("quiz", "draft", "version", "activation", "schema_version", "log_epoch",
                                              "store_secret"));
}

TEST_F(PostgresStatementsTest, TheDatabaseHoldsTablesAndIndexesOnly) {
  EXPECT_THAT(Lines("SELECT tgname FROM pg_trigger"), IsEmpty());
  EXPECT_THAT(Lines("SELECT sequencename FROM pg_sequences"), IsEmpty());
  EXPECT_THAT(Lines("SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace"), IsEmpty());
  EXPECT_THAT(Lines("SELECT conname FROM pg_constraint WHERE connamespace = 'public'::regnamespace"
                    " AND contype NOT IN ('p', 'u')"),
              IsEmpty());
  // Defaults are constants.
  EXPECT_THAT(Lines("SELECT attname FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid"
                    " LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum"
                    " WHERE relnamespace = 'public'::regnamespace"
                    " AND (attidentity <> '' OR pg_get_expr(adbin, adrelid) LIKE '%(%')"),
              IsEmpty());
  // Text compares as bytes whatever the database's own collation is.
  EXPECT_THAT(Lines("SELECT table_name || '.' || column_name FROM information_schema.columns"
                    " WHERE table_schema = 'public' AND data_type = 'text' AND collation_name IS DISTINCT FROM 'C'"),
              IsEmpty());
  EXPECT_THAT(Lines("SELECT DISTINCT data_type FROM information_schema.columns WHERE table_schema = 'public'"),
              ::testing::UnorderedElementsAre("text", "bigint", "bytea"));
}

TEST_F(PostgresStatementsTest, IdsAreUuidsOfVersion7ThatTheServiceMakes) {
  UseEverything();
  const std::vector<std::string> ids = Lines("SELECT id FROM assessment ORDER BY create_time");
  ASSERT_EQ(ids.size(), 2u);
  EXPECT_THAT(ids, Each(MatchesRegex("[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")));
}

}  // namespace
}  // namespace ladder::records::postgres
