// Goal: no statement of the store takes longer because a clinic, or all of them, have recorded more.
// Method: SQLite tells every statement that runs while every method of the store is called, but for what a restored
// copy does once; each is explained, and the explanation may name no walk over a table and none over all that a clinic
// has in it. PostgreSQL plans by what it counts in its tables, so that its plans over a handful of rows would show
// nothing.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sqlite3.h>

#include <memory>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "libs/chassis/mutex.h"
#include "libs/chassis/random.h"
#include "records-service/store/sqlite/migrations.h"
#include "records-service/store/sqlite/sqlite_store.h"
#include "tests/records-service/store_user.h"
#include "tests/testing/fake_clock.h"
#include "tests/testing/status_matchers.h"
#include "tests/testing/temp_dir.h"

namespace ladder::records::sqlite {
namespace {

using ::ladder::testing::IsOk;
using ::testing::Contains;
using ::testing::ContainsRegex;
using ::testing::Not;
using ::testing::StartsWith;

// Every statement that any connection of the process runs.
class Statements {
 public:
  Statements() { sqlite3_auto_extension(reinterpret_cast<void (*)()>(&Follow)); }
  ~Statements() { sqlite3_cancel_auto_extension(reinterpret_cast<void (*)()>(&Follow)); }

  static std::set<std::string> Seen() {
    MutexLock lock(&mutex_);
    return seen_;
  }

 private:
  // What SQLite calls for each new connection.
  static int Follow(sqlite3* connection, char** /*error*/, const void* /*functions*/) {
    return sqlite3_trace_v2(connection, SQLITE_TRACE_STMT, &Note, nullptr);
  }

  static int Note(unsigned /*kind*/, void* /*context*/, void* statement, void* /*text*/) {
    MutexLock lock(&mutex_);
    seen_.insert(sqlite3_sql(static_cast<sqlite3_stmt*>(statement)));
    return 0;
  }

  static inline Mutex mutex_;
  static inline std::set<std::string> seen_ ABSL_GUARDED_BY(mutex_);
};

// A line for each table that the statement reads, for example "SEARCH part USING PRIMARY KEY (clinic=?)".
std::vector<std::string> Explain(sqlite3* database, const std::string& statement) {
  std::vector<std::string> lines;
  sqlite3_stmt* explained = nullptr;
  const std::string sql = absl::StrCat("EXPLAIN QUERY PLAN ", statement);
  EXPECT_EQ(sqlite3_prepare_v2(database, sql.c_str(), -1, &explained, nullptr), SQLITE_OK) << statement;
  constexpr int kDetail = 3;
  while (sqlite3_step(explained) == SQLITE_ROW) {
    lines.emplace_back(reinterpret_cast<const char*>(sqlite3_column_text(explained, kDetail)));
  }
  sqlite3_finalize(explained);
  return lines;
}

// Over a table, or over a clinic in it. Tables of a row for each clinic, and of one row, may be walked over.
constexpr char kWalk[] =
    "SCAN "
    "(quiz|draft|version|activation|assessment|assessment_set_aside|part|cohort|release_log|release_sum|standing|"
    "erased_[a-z]+|[a-z])( "
    "|$)"
    "|SEARCH (assessment|assessment_set_aside|part|cohort|release_log|release_sum|standing|erased_[a-z]+|[a-z]) "
    ".*[(]clinic=[?][)]";

bool ReadsOrWritesRows(const std::string& statement) {
  for (const char* verb : {"SELECT", "INSERT", "UPDATE", "DELETE"}) {
    if (absl::StartsWith(statement, verb)) return true;
  }
  return false;
}

TEST(SqliteStatementsTest, EveryRowIsFoundByAnIndex) {
  const testing::TempDir folder;
  const std::string directory = folder.Join("data");
  ASSERT_THAT(Migrate(directory), IsOk());
  const Statements statements;
  testing::FakeClock clock;
  SeededRandom random(1);
  auto store = SqliteStore::Open({.directory = directory}, clock);
  ASSERT_THAT(store, IsOk());
  StoreUser(clock, random).UseStore(**store);
  // The proof that the walk is one.
  const std::set<std::string> seen = statements.Seen();
  EXPECT_THAT(seen, Contains(StartsWith("UPDATE quiz SET revision")));
  EXPECT_THAT(seen, Contains(StartsWith("UPDATE cohort SET state")));
  EXPECT_THAT(seen, Contains(StartsWith("DELETE FROM assessment")));

  sqlite3* database = nullptr;
  ASSERT_EQ(sqlite3_open(absl::StrCat(directory, "/", kDatabaseFile).c_str(), &database), SQLITE_OK);
  int explained = 0;
  for (const std::string& statement : seen) {
    if (!ReadsOrWritesRows(statement)) continue;
    ++explained;
    SCOPED_TRACE(statement);
    for (const std::string& line : Explain(database, statement)) EXPECT_THAT(line, Not(ContainsRegex(kWalk)));
  }
  sqlite3_close(database);
  EXPECT_GE(explained, 40) << absl::StrJoin(seen, "\n");
}

}  // namespace
}  // namespace ladder::records::sqlite
