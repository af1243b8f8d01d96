// What a COMMIT came to, by what the server answers: SQLSTATE by SQLSTATE, and with warnings.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "records-service/store/postgres/connection.h"
#include "records-service/store/postgres/errors.h"
#include "tests/testing/log_capture.h"
#include "tests/testing/scripted_postgres.h"
#include "tests/testing/status_matchers.h"

namespace ladder::records::postgres {
namespace {

using ::ladder::testing::IsOk;
using ::ladder::testing::ScriptedPostgres;
using ::testing::HasSubstr;

using Answer = ScriptedPostgres::Answer;

struct Outcome {
  absl::Status status;
  bool may_have_committed = false;
  bool is_sound = false;
};

// What a transaction of one statement comes to where COMMIT is answered so. `standbys`: what the server says when it is
// asked for the names of its synchronous standbys; empty: it has none.
Outcome CommitAnsweredBy(const Answer& commit, bool standbys = false, bool along_with_the_statement = false) {
  ScriptedPostgres server([&](const std::string& sql) {
    if (sql == "COMMIT") return commit;
    if (sql.find("synchronous_standby_names") != std::string::npos) {
      return standbys ? ScriptedPostgres::Row("1")
                      : Answer{.messages = ScriptedPostgres::Done("SELECT 0").messages, .has_rows = true};
    }
    return ScriptedPostgres::Done("INSERT 0 1");
  });
  const PostgresOptions options{.conninfo = server.conninfo()};
  const auto connection = Connection::Open(options);
  EXPECT_THAT(connection, IsOk());
  if (!connection.ok()) return {};
  (*connection)->Begin();
  if (along_with_the_statement) (*connection)->CommitWithNext();
  Outcome outcome;
  outcome.status = (*connection)->Use("INSERT INTO draft VALUES ('x')").Run();
  if (outcome.status.ok()) outcome.status = (*connection)->Commit();
  if (!outcome.status.ok()) (*connection)->Rollback();
  outcome.may_have_committed = (*connection)->MayHaveCommitted();
  outcome.is_sound = (*connection)->IsSound();
  return outcome;
}

class PostgresCommitTest : public ::testing::Test {
 protected:
  testing::LogCapture log_;
};

TEST_F(PostgresCommitTest, WhatAnErrorOfCommitLeavesOpenIsDecidedByItsSqlstate) {
  const std::vector<std::pair<const char*, bool>> may_have_committed = {
      {"40001", false}, {"40P01", false}, {"40002", false},  // Rolled back.
      {"23505", false}, {"23514", false},                    // A constraint that is checked at the commit.
      {"25P02", false}, {"25006", false}, {"2D000", false},  // No transaction that could be committed.
      {"53100", false}, {"53200", false}, {"53300", false},  // Resources.
      {"54000", false}, {"55P03", false}, {"40003", true},   // The server says that it does not know.
      {"08006", true},  {"08007", true},  {"08000", true},   // A connection behind the server, too.
      {"57014", true},  {"57P01", true},  {"57P02", true},
      {"57P03", true},  {"58000", true},  {"58030", true},  // The system under the server.
      {"XX000", true},  {"XX001", true},  {"XXUUU", true},  // Anything that nobody has foreseen.
      {"HV000", true},  {"P0001", true},
  };
  for (const auto& [sqlstate, expected] : may_have_committed) {
    for (const bool along_with_the_statement : {false, true}) {
      SCOPED_TRACE(sqlstate);
      const Outcome outcome =
          CommitAnsweredBy(ScriptedPostgres::Error(sqlstate, "no"), /*standbys=*/false, along_with_the_statement);
      EXPECT_EQ(SqlstateOf(outcome.status), sqlstate);
      EXPECT_EQ(outcome.may_have_committed, expected);
    }
  }
}

TEST_F(PostgresCommitTest, ATransactionThatHadFailedIsNotCommitted) {
  const Outcome outcome = CommitAnsweredBy(ScriptedPostgres::Done("ROLLBACK"));
  EXPECT_FALSE(outcome.status.ok());
  EXPECT_FALSE(outcome.may_have_committed);
}

TEST_F(PostgresCommitTest, AWarningThatIsNotAboutAStandbyIsLoggedAndTheCommitIsMade) {
  for (const Answer& warning : {ScriptedPostgres::Warning("01000", "max_worker_processes is reached", "StartWorker"),
                                ScriptedPostgres::Warning("01000", "somebody raised this", "exec_stmt_raise"),
                                ScriptedPostgres::Warning("55000", "no function is named", "")}) {
    for (const bool standbys : {false, true}) {
      for (const bool along_with_the_statement : {false, true}) {
        const Outcome outcome =
            CommitAnsweredBy(warning + ScriptedPostgres::Done("COMMIT"), standbys, along_with_the_statement);
        EXPECT_THAT(outcome.status, IsOk());
        EXPECT_TRUE(outcome.is_sound);
      }
    }
  }
  EXPECT_THAT(log_.lines().front(), HasSubstr("max_worker_processes is reached"));
}

TEST_F(PostgresCommitTest, AWaitForAStandbyThatWasEndedLeavesTheCommitUnknown) {
  for (const char* sqlstate : {"01000", "57P01"}) {
    for (const bool along_with_the_statement : {false, true}) {
      const Outcome outcome =
          CommitAnsweredBy(ScriptedPostgres::Warning(sqlstate, "Warten abgebrochen", "SyncRepWaitForLSN") +
                               ScriptedPostgres::Done("COMMIT"),
                           /*standbys=*/true, along_with_the_statement);
      EXPECT_EQ(SqlstateOf(outcome.status), kConnectionLost);
      EXPECT_TRUE(outcome.may_have_committed);
      EXPECT_FALSE(outcome.is_sound);
    }
  }
}

TEST_F(PostgresCommitTest, WhereAWarningDoesNotSayWhoWarnsTheServerIsAskedForItsStandbys) {
  const Answer commit = ScriptedPostgres::Warning("01000", "words", "") + ScriptedPostgres::Done("COMMIT");
  const Outcome alone = CommitAnsweredBy(commit, /*standbys=*/false);
  EXPECT_THAT(alone.status, IsOk());
  EXPECT_TRUE(alone.is_sound);
  const Outcome with_standbys = CommitAnsweredBy(commit, /*standbys=*/true);
  EXPECT_EQ(SqlstateOf(with_standbys.status), kConnectionLost);
  EXPECT_TRUE(with_standbys.may_have_committed);
}

}  // namespace
}  // namespace ladder::records::postgres
