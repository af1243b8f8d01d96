// Goal: whatever becomes of a connection, nothing is doubled, nothing that was acknowledged is lost, and callers of
// CreateAssessments need not hear of it.
// Method: a proxy ends or silences the connection at the first, second, ... n-th piece that passes, in either
// direction, while a store reads and writes, until it is done without meeting its fault. After each life the database
// itself is asked. Conflicts are made for real, by a session that gets in the way.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "libs/chassis/errors.h"
#include "libs/chassis/random.h"
#include "records-service/store/postgres/errors.h"
#include "records-service/store/postgres/migrations.h"
#include "records-service/store/postgres/postgres_store.h"
#include "tests/testing/fake_clock.h"
#include "tests/testing/log_capture.h"
#include "tests/testing/postgres_server.h"
#include "tests/testing/status_matchers.h"
#include "tests/testing/tcp_proxy.h"
#include "tests/testing/waiting.h"

namespace ladder::records::postgres {
namespace {

using ::ladder::testing::Eventually;
using ::ladder::testing::FakeClock;
using ::ladder::testing::IsOk;
using ::ladder::testing::LogCapture;
using ::ladder::testing::PostgresServer;
using ::ladder::testing::TcpProxy;
using ::testing::ElementsAre;
using ::testing::Eq;
using ::testing::Optional;

// No life makes so many pieces.
constexpr int kMaxPieces = 500;

AssessmentRow Row(const std::string& name, const std::string& id) {
  AssessmentRow row;
  row.clinic = "north";
  row.client = "c-1";
  row.id = id;
  row.request_id = "request-" + name;
  row.quiz = "mood";
  row.version = 1;
  row.assess_time = absl::FromUnixSeconds(1'700'000'000);
  row.create_time = row.assess_time;
  row.submission = "submission of " + name;
  row.result = "result";
  return row;
}
AssessmentRow Row(const std::string& name) { return Row(name, "id-" + name); }

// No word of PostgreSQL's, and no name of its things, may reach a caller.
void ExpectNoDriverText(const absl::Status& status) {
  for (const char* word : {"SQL", "server", "constraint", "assessment", "transaction", "(4", "(0", "(5"}) {
    EXPECT_FALSE(absl::StrContains(status.message(), word)) << status;
  }
}

class PostgresFaultsTest : public ::testing::Test {
 protected:
  explicit PostgresFaultsTest(std::vector<std::string> settings = {}) : server_(std::move(settings)) {
    EXPECT_THAT(Migrate({.conninfo = server_.conninfo()}), IsOk());
  }

  PostgresOptions Options(const std::string& conninfo) {
    PostgresOptions options{.conninfo = conninfo};
    options.connections = 2;
    options.backoff_initial = absl::Milliseconds(1);
    options.backoff_max = absl::Milliseconds(20);
    options.max_attempts = 50;
    return options;
  }
  std::unique_ptr<PostgresStore> Open(const PostgresOptions& options) {
    auto store = PostgresStore::Open(options, clock_, random_);
    EXPECT_THAT(store, IsOk());
    return store.ok() ? *std::move(store) : nullptr;
  }

  std::string Count(const std::string& condition) {
    return server_.Run("SELECT count(*) FROM assessment WHERE " + condition);
  }
  bool HasLogged(const std::string& text) {
    for (const std::string& line : log_.lines()) {
      if (absl::StrContains(line, text)) return true;
    }
    return false;
  }
  // Waits until a session of the store's stands before a lock.
  void WaitUntilBlocked() {
    EXPECT_TRUE(Eventually([this] {
      return server_.Run(
                 "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
                 " AND application_name = 'ladder-records'") != "0";
    }));
  }

  LogCapture log_;
  FakeClock clock_;
  SeededRandom random_{1};
  PostgresServer server_;
};

// A session of the test's own, which gets in the way.
class Rival {
 public:
  explicit Rival(const PostgresServer& server)
      : options_{.conninfo = server.conninfo() + " application_name=rival"},
        connection_(std::move(Connection::Open(options_)).value()) {
    connection_->Begin();
  }
  void Run(const std::string& sql) {
    statements_.push_back(std::make_unique<std::string>(sql));
    EXPECT_THAT(connection_->Use(*statements_.back()).Run(), IsOk());
  }
  void Insert(const std::string& name, const std::string& id) {
    Run(absl::StrCat("INSERT INTO assessment VALUES ('north', 'c-1', '", id, "', 'request-", name,
                     "', 'mood', 1, '', 0, 0, '', '')"));
  }
  void Commit() { EXPECT_THAT(connection_->Commit(), IsOk()); }

 private:
  const PostgresOptions options_;
  std::unique_ptr<Connection> connection_;
  std::vector<std::unique_ptr<std::string>> statements_;
};

// --- Lost connections --------------------------------------------------------------------------------------------

class LostConnectionTest : public PostgresFaultsTest {
 protected:
  // One life of a store behind a proxy that lets `pieces` pass once it is open, and then does `then` once. Returns
  // whether it did.
  bool Live(int pieces, TcpProxy::Then then) {
    server_.Run("TRUNCATE quiz, draft, version, activation, assessment");
    std::atomic<bool> open = false;
    std::atomic<int> left = pieces;
    TcpProxy proxy(server_.port(), [&](TcpProxy::Side, absl::string_view) {
      return open && left-- == 0 ? then : TcpProxy::Then::kPass;
    });
    PostgresOptions options = Options(server_.ConninfoOverTcp(proxy.port()));
    options.health_interval = absl::Hours(1);
    // Where the proxy keeps silent.
    options.reply_timeout = absl::Milliseconds(300);
    const auto store = Open(options);
    open = true;
    Write(*store);
    return left < 0;
  }

  // What nobody may notice: assessments, some of them replays. What has to be told where it is not known: the rest.
  void Write(PostgresStore& store) {
    EXPECT_THAT(store.CreateAssessments({Row("a"), Row("b")}),
                testing::IsOkAndHolds(ElementsAre(WriteOutcome(), WriteOutcome())));
    EXPECT_THAT(
        store.CreateAssessments({Row("c"), Row("b", "other"), Row("c", "second")}),
        testing::IsOkAndHolds(ElementsAre(WriteOutcome(), WriteOutcome{.exists = true}, WriteOutcome{.exists = true})));
    EXPECT_THAT(store.FindRequest("north", "request-b"), testing::IsOkAndHolds(Optional(Row("b"))));
    EXPECT_THAT(store.FindRequest("north", "request-a"), testing::IsOkAndHolds(Optional(Row("a"))));
    EXPECT_EQ(Count("true"), "3");

    const absl::Status put = store.PutDraft({"mood", "draft", "etag", absl::UnixEpoch()}, "");
    ExpectMadeOrTold(put, server_.Run("SELECT count(*) FROM draft"));
    if (!put.ok()) return;
    QuizUpdate update;
    update.quiz = "mood";
    update.publish = VersionRow{"mood", 1, "bytes", "digest", absl::UnixEpoch(), std::nullopt};
    update.time = absl::UnixEpoch();
    const absl::Status updated = store.UpdateQuiz(update);
    ExpectMadeOrTold(updated, server_.Run("SELECT count(*) FROM version"));
    EXPECT_EQ(server_.Run("SELECT revision FROM quiz"), server_.Run("SELECT count(*) FROM version"));
  }

  void ExpectMadeOrTold(const absl::Status& status, const std::string& rows) {
    if (status.ok()) {
      EXPECT_EQ(rows, "1");
      return;
    }
    EXPECT_EQ(ReasonOf(status), kCommitUnknown) << status;
    ExpectNoDriverText(status);
    ++told_;
  }

  void LoseEachPiece(TcpProxy::Then then) {
    int n = 0;
    while (n < kMaxPieces && Live(n, then) && !HasFailure()) ++n;
    EXPECT_LT(n, kMaxPieces);
    EXPECT_GT(n, 12) << "a life has more pieces than that";
    EXPECT_GT(told_, 0) << "no commit of a quiz was ever in doubt";
    EXPECT_TRUE(HasLogged("store_retry"));
  }

  int told_ = 0;
};

TEST_F(LostConnectionTest, WhereverItBreaksNothingIsDoubledOrLost) { LoseEachPiece(TcpProxy::Then::kCut); }

TEST_F(LostConnectionTest, WhereverItFallsSilentItIsGivenUpAndNothingIsDoubledOrLost) {
  LoseEachPiece(TcpProxy::Then::kSilence);
}

TEST_F(LostConnectionTest, ACommitThatNobodyCanSettleIsToldAsUnknown) {
  // COMMIT reaches the server, its answer is lost, and no connection can be made afterwards.
  std::atomic<bool> in_order = false;
  std::atomic<bool> lost = false;
  TcpProxy proxy(server_.port(), [&](TcpProxy::Side from, absl::string_view bytes) {
    if (from == TcpProxy::Side::kServer && absl::StrContains(bytes, "COMMIT")) lost = true;
    return lost && !in_order ? TcpProxy::Then::kCut : TcpProxy::Then::kPass;
  });
  PostgresOptions options = Options(server_.ConninfoOverTcp(proxy.port()));
  options.max_attempts = 3;
  const auto store = Open(options);
  const absl::Status status = store->CreateAssessments({Row("a")}).status();
  EXPECT_EQ(ReasonOf(status), kCommitUnknown);
  ExpectNoDriverText(status);
  EXPECT_EQ(Count("true"), "1");
  in_order = true;
  EXPECT_THAT(store->CreateAssessments({Row("a", "again")}),
              testing::IsOkAndHolds(ElementsAre(WriteOutcome{.exists = true})));
}

TEST_F(PostgresFaultsTest, WhereTheServerIsAwayWritesWaitForItAndThenSayThatNothingWasWritten) {
  PostgresOptions options = Options(server_.conninfo());
  options.max_attempts = 3;
  const auto store = Open(options);
  ASSERT_THAT(store->CreateAssessments({Row("a")}), IsOk());
  server_.Stop();
  for (const absl::Status& status :
       {store->CreateAssessments({Row("b")}).status(), store->FindRequest("north", "request-a").status()}) {
    EXPECT_EQ(ReasonOf(status), kStorageBusy) << status;
    ExpectNoDriverText(status);
  }
  server_.Start();
  EXPECT_THAT(store->FindRequest("north", "request-a"), testing::IsOkAndHolds(Optional(Row("a"))));
  EXPECT_THAT(store->FindRequest("north", "request-b"), testing::IsOkAndHolds(Eq(std::nullopt)));
}

TEST_F(PostgresFaultsTest, AWriteOutlastsARestart) {
  PostgresOptions options = Options(server_.conninfo());
  options.max_attempts = 10'000;
  const auto store = Open(options);
  server_.Kill();
  std::thread writer(
      [&] { EXPECT_THAT(store->CreateAssessments({Row("a")}), testing::IsOkAndHolds(ElementsAre(WriteOutcome()))); });
  EXPECT_TRUE(Eventually([this] { return HasLogged("store_retry"); }));
  server_.Start();
  writer.join();
  EXPECT_EQ(Count("true"), "1");
}

TEST_F(PostgresFaultsTest, AServerThatTakesNoMoreWritesIsLeft) {
  PostgresOptions options = Options(server_.conninfo());
  options.max_attempts = 10'000;
  const auto store = Open(options);
  ASSERT_THAT(store->CreateAssessments({Row("a")}), IsOk());
  server_.Run("ALTER SYSTEM SET default_transaction_read_only = on");
  server_.Run("SELECT pg_reload_conf()");
  EXPECT_TRUE(Eventually([this] { return server_.Run("SHOW default_transaction_read_only") == "on"; }));
  std::thread writer(
      [&] { EXPECT_THAT(store->CreateAssessments({Row("b")}), testing::IsOkAndHolds(ElementsAre(WriteOutcome()))); });
  EXPECT_TRUE(Eventually([this] { return HasLogged("read-only"); }));
  server_.Run("ALTER SYSTEM RESET default_transaction_read_only");
  server_.Run("SELECT pg_reload_conf()");
  writer.join();
  EXPECT_EQ(Count("true"), "2");
}

// --- Conflicts ---------------------------------------------------------------------------------------------------

TEST_F(PostgresFaultsTest, ASerializationFailureIsTriedAgain) {
  server_.Run("ALTER DATABASE postgres SET default_transaction_isolation = 'repeatable read'");
  const auto store = Open(Options(server_.conninfo()));
  Rival rival(server_);
  rival.Insert("b", "rival");
  std::thread writer([&] {
    const auto outcomes = store->CreateAssessments({Row("a"), Row("b")});
    ASSERT_THAT(outcomes, IsOk());
    EXPECT_EQ(outcomes->at(0), WriteOutcome());
    EXPECT_TRUE(outcomes->at(1).exists);
  });
  WaitUntilBlocked();
  rival.Commit();
  writer.join();
  EXPECT_TRUE(HasLogged("(40001)"));
  EXPECT_EQ(Count("true"), "2");
}

TEST_F(PostgresFaultsTest, ASerializationFailureOfTheCommitItselfIsTriedAgain) {
  // The first two commits fail, as those of a distributed engine may. Sequences are not rolled back, so they count.
  server_.Run(
      "CREATE SEQUENCE commits;"
      "CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
      " IF nextval('commits') <= 2 THEN RAISE EXCEPTION 'conflict' USING ERRCODE = '40001'; END IF; RETURN NULL; END "
      "$$;"
      "CREATE CONSTRAINT TRIGGER fail AFTER INSERT ON assessment DEFERRABLE INITIALLY DEFERRED"
      " FOR EACH ROW EXECUTE FUNCTION fail()");
  const auto store = Open(Options(server_.conninfo()));
  EXPECT_THAT(store->CreateAssessments({Row("a")}), testing::IsOkAndHolds(ElementsAre(WriteOutcome())));
  EXPECT_EQ(server_.Run("SELECT last_value FROM commits"), "3");
  EXPECT_EQ(Count("true"), "1");
}

TEST_F(PostgresFaultsTest, AnUnforeseenErrorOfTheCommitLeavesItsOutcomeUnknown) {
  // As in an engine whose coordinator fails once a worker has committed: the first commit of each table fails so.
  server_.Run(
      "CREATE SEQUENCE assessments; CREATE SEQUENCE drafts;"
      "CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
      " IF nextval(TG_ARGV[0]) = 1 THEN RAISE EXCEPTION 'a worker is gone' USING ERRCODE = 'XX000'; END IF; RETURN "
      "NULL;"
      " END $$;"
      "CREATE CONSTRAINT TRIGGER fail AFTER INSERT ON assessment DEFERRABLE INITIALLY DEFERRED"
      " FOR EACH ROW EXECUTE FUNCTION fail('assessments');"
      "CREATE CONSTRAINT TRIGGER fail AFTER INSERT ON draft DEFERRABLE INITIALLY DEFERRED"
      " FOR EACH ROW EXECUTE FUNCTION fail('drafts')");
  const auto store = Open(Options(server_.conninfo()));
  EXPECT_THAT(store->CreateAssessments({Row("a")}), testing::IsOkAndHolds(ElementsAre(WriteOutcome())));
  EXPECT_EQ(Count("true"), "1");
  const DraftRow draft{"mood", "draft", "etag", absl::UnixEpoch()};
  const absl::Status unknown = store->PutDraft(draft, "");
  EXPECT_EQ(ReasonOf(unknown), kCommitUnknown);
  ExpectNoDriverText(unknown);
  EXPECT_THAT(store->PutDraft(draft, ""), IsOk());
}

TEST_F(PostgresFaultsTest, AWarningOfTheCommitThatIsNotAboutAStandbyIsNoLoss) {
  server_.Run(
      "CREATE FUNCTION warn() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
      " RAISE WARNING 'out of background workers'; RETURN NULL; END $$;"
      "CREATE CONSTRAINT TRIGGER warn AFTER INSERT ON assessment DEFERRABLE INITIALLY DEFERRED"
      " FOR EACH ROW EXECUTE FUNCTION warn()");
  const auto store = Open(Options(server_.conninfo()));
  EXPECT_THAT(store->CreateAssessments({Row("a")}), testing::IsOkAndHolds(ElementsAre(WriteOutcome())));
  EXPECT_TRUE(HasLogged("out of background workers"));
  EXPECT_FALSE(HasLogged("store_retry"));
}

class DeadlockTest : public PostgresFaultsTest {
 protected:
  DeadlockTest() : PostgresFaultsTest({"deadlock_timeout=2s"}) {}
};

TEST_F(DeadlockTest, ADeadlockIsTriedAgain) {
  const auto store = Open(Options(server_.conninfo()));
  Rival rival(server_);
  // The store is the one that looks first, and so the one that gives way.
  rival.Run("SET LOCAL deadlock_timeout = '1h'");
  rival.Insert("b", "rival-b");
  std::thread writer([&] { EXPECT_THAT(store->CreateAssessments({Row("a"), Row("b")}), IsOk()); });
  WaitUntilBlocked();
  rival.Insert("a", "rival-a");
  rival.Commit();
  writer.join();
  EXPECT_TRUE(HasLogged("(40P01)"));
  EXPECT_EQ(Count("id LIKE 'rival-%'"), "2");
  EXPECT_EQ(Count("true"), "2");
}

TEST_F(PostgresFaultsTest, WhoWaitsTooLongForALockIsToldSoAndHasWrittenNothing) {
  PostgresOptions options = Options(server_.conninfo());
  options.statement_timeout = absl::Milliseconds(100);
  const auto store = Open(options);
  Rival rival(server_);
  rival.Insert("b", "rival");
  const absl::Status status = store->CreateAssessments({Row("a"), Row("b")}).status();
  EXPECT_EQ(ReasonOf(status), kStorageBusy);
  ExpectNoDriverText(status);
  EXPECT_EQ(Count("true"), "0");
  rival.Run("LOCK TABLE quiz");
  EXPECT_EQ(ReasonOf(store->FindQuiz("mood").status()), kReadTooSlow);
  rival.Commit();
  EXPECT_THAT(store->CreateAssessments({Row("a")}), IsOk());
}

TEST_F(PostgresFaultsTest, AnIdThatIsTakenByAnotherRequestIsAFaultAndWritesNothing) {
  const auto store = Open(Options(server_.conninfo()));
  ASSERT_THAT(store->CreateAssessments({Row("a", "same")}), IsOk());
  const absl::Status status = store->CreateAssessments({Row("b"), Row("c", "same")}).status();
  EXPECT_THAT(status, testing::StatusIs(absl::StatusCode::kInternal));
  EXPECT_EQ(Count("true"), "1");
}

// --- Failover ----------------------------------------------------------------------------------------------------

class StandbyTest : public PostgresFaultsTest {
 protected:
  // From now on commits wait for the standby.
  void MakeSynchronous() {
    server_.Run("ALTER SYSTEM SET synchronous_standby_names = 'standby'");
    server_.Run("SELECT pg_reload_conf()");
    ASSERT_TRUE(Eventually([this] { return server_.Run("SELECT sync_state FROM pg_stat_replication") == "sync"; }));
  }
  // The session whose commit waits for the standby, once it is another one than `before`.
  std::string WaitForWaiting(const std::string& before = "") {
    std::string waiting;
    EXPECT_TRUE(Eventually([&] {
      waiting = server_.Run("SELECT pid FROM pg_stat_activity WHERE wait_event = 'SyncRep'");
      return !waiting.empty() && waiting != before;
    }));
    return waiting;
  }
};

TEST_F(StandbyTest, AfterAFailoverToASynchronousStandbyEverythingAcknowledgedIsThereOnce) {
  const auto standby = std::make_unique<PostgresServer>(server_, std::vector<std::string>{});
  Open(Options(server_.conninfo()));
  EXPECT_TRUE(HasLogged("store_standbys_not_synchronous"));
  MakeSynchronous();

  PostgresOptions options = Options(absl::StrCat("host=127.0.0.1,127.0.0.1 port=", server_.port(), ",", standby->port(),
                                                 " user=ladder dbname=postgres"));
  options.max_attempts = 10'000;
  options.connections = 4;
  const auto store = Open(options);
  std::atomic<int> acknowledged = 0;
  std::atomic<bool> enough = false;
  std::vector<std::thread> writers;
  std::vector<int> written(3, 0);
  for (int writer = 0; writer < 3; ++writer) {
    writers.emplace_back([&, writer] {
      for (int i = 0; !enough; ++i) {
        const std::string name = absl::StrCat(writer, "-", i);
        ASSERT_THAT(store->CreateAssessments({Row(name)}), testing::IsOkAndHolds(ElementsAre(WriteOutcome())));
        ++written[static_cast<std::size_t>(writer)];
        ++acknowledged;
      }
    });
  }
  EXPECT_TRUE(Eventually([&] { return acknowledged > 30; }));
  server_.Kill();
  standby->Run("SELECT pg_promote()");
  const int before = acknowledged;
  EXPECT_TRUE(Eventually([&] { return acknowledged > before + 30; }));
  enough = true;
  for (std::thread& writer : writers) writer.join();

  for (int writer = 0; writer < 3; ++writer) {
    for (int i = 0; i < written[static_cast<std::size_t>(writer)]; ++i) {
      const std::string name = absl::StrCat(writer, "-", i);
      EXPECT_THAT(store->FindRequest("north", "request-" + name), testing::IsOkAndHolds(Optional(Row(name))));
    }
  }
  EXPECT_EQ(standby->Run("SELECT count(*) FROM assessment"), absl::StrCat(acknowledged.load()));
}

TEST_F(StandbyTest, WhatARestartedPrimaryShowsIsNotReadBeforeTheStandbyHasIt) {
  PostgresServer standby(server_, {});
  MakeSynchronous();
  PostgresOptions options = Options(server_.conninfo());
  options.max_attempts = 1;
  options.reply_timeout = absl::Milliseconds(300);
  const auto store = Open(options);
  standby.Stop();
  EXPECT_EQ(ReasonOf(store->CreateAssessments({Row("a")}).status()), kCommitUnknown);
  EXPECT_EQ(Count("true"), "0") << "a commit is seen only after its wait";
  server_.Kill();
  server_.Start();
  // Here it is, and with a failover it would be gone.
  EXPECT_EQ(Count("true"), "1");
  EXPECT_EQ(ReasonOf(store->FindRequest("north", "request-a").status()), kStorageBusy);
  EXPECT_EQ(ReasonOf(store->ReadLog("north", 0, 1).status()), kStorageBusy);
  EXPECT_EQ(ReasonOf(store->ListHeads("", 1).status()), kStorageBusy);
  EXPECT_EQ(ReasonOf(store->ReadSums({"north", "mood/1", {}}).status()), kStorageBusy);
  EXPECT_EQ(ReasonOf(store->CreateAssessments({Row("a", "again")}).status()), kCommitUnknown);
  standby.Start();
  EXPECT_TRUE(Eventually([&] { return store->FindRequest("north", "request-a").ok(); }));
  EXPECT_THAT(store->FindRequest("north", "request-a"), testing::IsOkAndHolds(Optional(Row("a"))));
  EXPECT_THAT(store->ReadLog("north", 0, 1), IsOk());
}

TEST_F(StandbyTest, AWaitForTheStandbyThatSomebodyEndsIsNoAcknowledgement) {
  PostgresServer standby(server_, {});
  MakeSynchronous();
  const auto store = Open(Options(server_.conninfo()));
  standby.Stop();
  std::atomic<bool> acknowledged = false;
  std::thread writer([&] {
    EXPECT_THAT(store->CreateAssessments({Row("a")}), testing::IsOkAndHolds(ElementsAre(WriteOutcome())));
    acknowledged = true;
  });
  const std::string first = WaitForWaiting();
  server_.Run(absl::StrCat("SELECT pg_cancel_backend(", first, ")"));
  // It is made and seen, and the store waits for it once more.
  WaitForWaiting(first);
  EXPECT_EQ(Count("true"), "1");
  EXPECT_FALSE(acknowledged);
  standby.Start();
  writer.join();

  standby.Stop();
  std::thread editor([&] {
    EXPECT_EQ(ReasonOf(store->PutDraft({"mood", "draft", "etag", absl::UnixEpoch()}, "")), kCommitUnknown);
  });
  server_.Run(absl::StrCat("SELECT pg_cancel_backend(", WaitForWaiting(), ")"));
  editor.join();
}

}  // namespace
}  // namespace ladder::records::postgres
