// What is PostgreSQL's own: the pool and its health checks, passwords, limits, errors. Everything else is in
// tests/conformance; what becomes of lost connections and conflicts in postgres_faults_test.cc.

#include "records-service/store/postgres/postgres_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/mount.h>

#include <atomic>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "libs/chassis/errors.h"
#include "libs/chassis/random.h"
#include "records-service/store/postgres/errors.h"
#include "records-service/store/postgres/migrations.h"
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
using ::ladder::testing::IsOkAndHolds;
using ::ladder::testing::LogCapture;
using ::ladder::testing::PostgresServer;
using ::ladder::testing::StatusIs;
using ::ladder::testing::TcpProxy;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::Optional;
using ::testing::SizeIs;

AssessmentRow Row(int number, std::size_t bytes = 10) {
  AssessmentRow row;
  row.clinic = "north";
  row.client = "c-1";
  row.id = absl::StrCat("id-", number);
  row.request_id = absl::StrCat("request-", number);
  row.quiz = "mood";
  row.version = 1;
  row.assess_time = absl::FromUnixSeconds(1'700'000'000 + number);
  row.create_time = row.assess_time;
  row.submission = std::string(bytes, 's');
  return row;
}

class PostgresStoreTest : public ::testing::Test {
 protected:
  explicit PostgresStoreTest(std::vector<std::string> settings = {}) : server_(std::move(settings)) {
    EXPECT_THAT(Migrate({.conninfo = server_.conninfo()}), IsOk());
  }

  // One attempt: nothing is hidden by trying again.
  PostgresOptions Options() {
    PostgresOptions options{.conninfo = server_.conninfo()};
    options.connections = 2;
    options.max_attempts = 1;
    return options;
  }
  std::unique_ptr<PostgresStore> Open(const PostgresOptions& options) {
    auto store = PostgresStore::Open(options, clock_, random_);
    EXPECT_THAT(store, IsOk());
    return store.ok() ? *std::move(store) : nullptr;
  }
  std::string Sessions() {
    return server_.Run("SELECT count(*) FROM pg_stat_activity WHERE application_name = 'ladder-records'");
  }

  LogCapture log_;
  FakeClock clock_;
  SeededRandom random_{1};
  PostgresServer server_;
};

// --- The pool ----------------------------------------------------------------------------------------------------

TEST_F(PostgresStoreTest, NoMoreConnectionsAreOpenedThanAreAllowedAndWhoGetsNoneInTimeIsTold) {
  PostgresOptions options = Options();
  options.borrow_timeout = absl::Milliseconds(20);
  Pool pool(options, clock_);
  EXPECT_EQ(pool.InUse().idle, 2u);  // Neither is open yet.
  absl::StatusOr<Pool::Loan> first = pool.Borrow();
  absl::StatusOr<Pool::Loan> second = pool.Borrow();
  ASSERT_THAT(first, IsOk());
  ASSERT_THAT(second, IsOk());
  EXPECT_EQ(ReasonOf(pool.Borrow().status()), kStorageBusy);
  EXPECT_EQ(Sessions(), "2");
  EXPECT_EQ(pool.InUse().idle, 0u);
  first->reset();
  EXPECT_EQ(pool.InUse().idle, 1u);
  EXPECT_THAT(pool.Borrow(), IsOk());
  EXPECT_EQ(Sessions(), "2");
}

TEST_F(PostgresStoreTest, ManyCallersShareFewConnections) {
  PostgresOptions options = Options();
  options.borrow_timeout = testing::kPatience;
  const auto store = Open(options);
  std::vector<std::thread> threads;
  for (int thread = 0; thread < 8; ++thread) {
    threads.emplace_back([&store, thread] {
      for (int i = 0; i < 20; ++i) EXPECT_THAT(store->CreateAssessments({Row(thread * 100 + i)}), IsOk());
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(Sessions(), "2");
  EXPECT_EQ(server_.Run("SELECT count(*) FROM assessment"), "160");
}

TEST_F(PostgresStoreTest, ClosingWaitsForWhatIsLentAndThenLeavesNoSession) {
  const PostgresOptions options = Options();
  Pool pool(options, clock_);
  absl::StatusOr<Pool::Loan> loan = pool.Borrow();
  ASSERT_THAT(loan, IsOk());
  std::atomic<bool> closed = false;
  std::thread closer([&] {
    pool.Close();
    closed = true;
  });
  EXPECT_TRUE(Eventually([&] { return ReasonOf(pool.Borrow().status()) == kClosed; }));
  EXPECT_FALSE(closed);
  loan->reset();
  closer.join();
  EXPECT_TRUE(Eventually([this] { return Sessions() == "0"; }));
}

TEST_F(PostgresStoreTest, ConnectionsThatARestartHasEndedAreReplacedBeforeTheyAreUsed) {
  const auto store = Open(Options());
  ASSERT_THAT(store->CreateAssessments({Row(1)}), IsOk());
  server_.Stop();
  server_.Start();
  EXPECT_THAT(store->FindRequest("north", "request-1"), IsOkAndHolds(Optional(Row(1))));
  EXPECT_THAT(store->CreateAssessments({Row(2)}), IsOk());
}

TEST_F(PostgresStoreTest, AConnectionThatRestedLongIsAskedWhetherItStillStands) {
  std::atomic<bool> silent = false;
  TcpProxy proxy(server_.port(), [&](TcpProxy::Side, absl::string_view) {
    return silent.exchange(false) ? TcpProxy::Then::kSilence : TcpProxy::Then::kPass;
  });
  PostgresOptions options = Options();
  options.conninfo = server_.ConninfoOverTcp(proxy.port());
  options.reply_timeout = absl::Milliseconds(200);
  options.health_interval = absl::Hours(1);
  const auto store = Open(options);
  ASSERT_THAT(store->CreateAssessments({Row(1)}), IsOk());
  EXPECT_EQ(proxy.connections(), 1);
  silent = true;
  clock_.Advance(options.check_after);
  EXPECT_THAT(store->CreateAssessments({Row(2)}), IsOk());
  EXPECT_EQ(proxy.connections(), 2);
}

TEST_F(PostgresStoreTest, ReadinessFollowsTheDatabase) {
  std::atomic<int> reachable = -1;
  PostgresOptions options = Options();
  options.health_interval = absl::Milliseconds(10);
  options.on_reachable = [&](bool is) { reachable = is ? 1 : 0; };
  const auto store = Open(options);
  EXPECT_EQ(reachable, 1);
  EXPECT_THAT(store->Ready(), IsOk());
  server_.Stop();
  EXPECT_TRUE(Eventually([&] { return reachable == 0; }));
  EXPECT_EQ(ReasonOf(store->Ready()), kStorageBusy);
  server_.Start();
  EXPECT_TRUE(Eventually([&] { return reachable == 1; }));
  EXPECT_THAT(store->Ready(), IsOk());
}

// Moves on by a second whenever somebody looks at it.
class HastyClock final : public Clock {
 public:
  absl::Time Now() const override { return clock_.Now(); }

  absl::Time SteadyNow() const override {
    clock_.Advance(absl::Seconds(1));
    return clock_.SteadyNow();
  }

 private:
  mutable FakeClock clock_;
};

TEST_F(PostgresStoreTest, TryingAgainEndsAfterAWhile) {
  HastyClock hasty;
  PostgresOptions options = Options();
  options.max_attempts = 1'000'000;
  options.backoff_max = absl::Milliseconds(1);
  options.retry_limit = absl::Seconds(20);
  const auto store = PostgresStore::Open(options, hasty, random_);
  ASSERT_THAT(store, IsOk());
  server_.Stop();
  EXPECT_EQ(ReasonOf((*store)->CreateAssessments({Row(1)}).status()), kStorageBusy);
  EXPECT_EQ(ReasonOf((*store)->FindRequest("north", "request-1").status()), kStorageBusy);
}

// --- Rows and locks ----------------------------------------------------------------------------------------------

TEST_F(PostgresStoreTest, APageThatEndsEarlyLeavesNothingOfItselfBehind) {
  const auto store = Open(Options());
  std::vector<AssessmentRow> rows;
  for (int i = 0; i < 300; ++i) rows.push_back(Row(i));
  ASSERT_THAT(store->CreateAssessments(rows), IsOk());
  AssessmentQuery query;
  query.clinic = "north";
  query.client = "c-1";
  query.limit = 1000;
  for (const std::size_t bytes : {1, 2990, 1 << 20}) {
    query.max_bytes = bytes;
    const auto page = store->ListAssessments(query);
    ASSERT_THAT(page, IsOk());
    EXPECT_THAT(page->rows, SizeIs((std::min<std::size_t>(bytes, 3000) + 9) / 10));
    EXPECT_EQ(page->rows.front(), Row(299));
    EXPECT_THAT(store->FindRequest("north", "request-7"), IsOkAndHolds(Optional(Row(7))));
  }
}

TEST_F(PostgresStoreTest, RowsReadForShareStayAsTheyAre) {
  const auto store = Open(Options());
  ASSERT_THAT(store->CreateAssessments({Row(1)}), IsOk());
  const PostgresOptions options = Options();
  const auto connection = Connection::Open(options);
  ASSERT_THAT(connection, IsOk());
  (*connection)->Begin();
  ASSERT_THAT((*connection)->UseForShare("SELECT id FROM assessment WHERE clinic = ?").Text("north").Step(),
              IsOkAndHolds(true));
  const auto touch = [this] { server_.Run("SELECT id FROM assessment WHERE clinic = 'north' FOR UPDATE NOWAIT"); };
  EXPECT_THROW(touch(), std::runtime_error);
  ASSERT_THAT((*connection)->Commit(), IsOk());
  EXPECT_NO_THROW(touch());
}

TEST_F(PostgresStoreTest, ATransactionWithoutAStatementSendsNothing) {
  const PostgresOptions options = Options();
  const auto connection = Connection::Open(options);
  ASSERT_THAT(connection, IsOk());
  (*connection)->Begin();
  server_.Stop();
  EXPECT_THAT((*connection)->Commit(), IsOk());
  EXPECT_FALSE((*connection)->MayHaveCommitted());
}

TEST_F(PostgresStoreTest, AFailedTransactionIsNotCommitted) {
  const PostgresOptions options = Options();
  const auto connection = Connection::Open(options);
  ASSERT_THAT(connection, IsOk());
  (*connection)->Begin();
  ASSERT_THAT((*connection)->Use("INSERT INTO draft VALUES ('mood', '', 'e1', 0)").Run(), IsOk());
  const absl::Status failed = (*connection)->Use("SELECT 1/0").Run();
  EXPECT_EQ(SqlstateOf(failed), "22012");
  EXPECT_THAT((*connection)->Commit(), Not(IsOk()));
  EXPECT_FALSE((*connection)->MayHaveCommitted());
  EXPECT_EQ(server_.Run("SELECT count(*) FROM draft"), "0");
  EXPECT_TRUE((*connection)->IsSound());
}

// --- Opening -----------------------------------------------------------------------------------------------------

TEST_F(PostgresStoreTest, ThePasswordOpensTheDatabaseAndIsNeverSaid) {
  server_.Run("CREATE ROLE keeper LOGIN SUPERUSER PASSWORD 'geheim'");
  const std::string hba =
      server_.WriteFile("hba.conf", "host all keeper 127.0.0.1/32 scram-sha-256\nlocal all all trust\n");
  server_.Run("ALTER SYSTEM SET hba_file = '" + hba + "'");
  server_.Stop();
  server_.Start();
  PostgresOptions options = Options();
  options.conninfo = absl::StrCat("host=127.0.0.1 port=", server_.port(), " user=keeper dbname=postgres");
  for (const char* wrong : {"", "falsch"}) {
    options.password = Secret(wrong);
    const absl::Status status = PostgresStore::Open(options, clock_, random_).status();
    EXPECT_THAT(status,
                StatusIs(absl::StatusCode::kUnavailable, AllOf(HasSubstr("password"), Not(HasSubstr("falsch")))));
  }
  options.password = Secret("geheim");
  const auto store = Open(options);
  EXPECT_THAT(store->CreateAssessments({Row(1)}), IsOk());
  for (const std::string& line : log_.lines()) EXPECT_THAT(line, Not(HasSubstr("geheim")));
}

TEST_F(PostgresStoreTest, AServerThatMayLoseCommitsIsWarnedOf) {
  Open(Options());  // The server of this test does not sync.
  EXPECT_THAT(log_.lines(),
              ::testing::Contains(AllOf(HasSubstr("store_may_lose_commits"), HasSubstr(R"("fsync":"off")"))));
}

TEST_F(PostgresStoreTest, ADatabaseThatIsNotThereIsSaidWithItsName) {
  PostgresOptions options = Options();
  options.conninfo = server_.ConninfoOf("nowhere");
  EXPECT_THAT(PostgresStore::Open(options, clock_, random_),
              StatusIs(absl::StatusCode::kUnavailable, HasSubstr("nowhere")));
}

TEST_F(PostgresStoreTest, ADiskThatIsReallyFullRefusesWritesUntilThereIsSpace) {
  const testing::TempDir folder;
  const std::string disk = folder.Join("disk");
  std::filesystem::create_directory(disk);
  std::filesystem::permissions(folder.path(), std::filesystem::perms::all);
  if (mount("tmpfs", disk.c_str(), "tmpfs", 0, "size=4m,mode=0777") != 0) {
    GTEST_SKIP() << "cannot mount a small disk: " << std::strerror(errno);
  }
  const auto unmount = [](const std::string* path) { umount2(path->c_str(), MNT_DETACH); };
  const std::unique_ptr<const std::string, decltype(unmount)> mounted(&disk, unmount);
  std::filesystem::create_directory(disk + "/space");
  std::filesystem::permissions(disk + "/space", std::filesystem::perms::all);
  testing::GiveToPostgres(disk + "/space");
  server_.Run("CREATE TABLESPACE small LOCATION '" + disk + "/space'");
  server_.Run("ALTER TABLE assessment SET TABLESPACE small");
  server_.Run("ALTER TABLE assessment ALTER submission SET STORAGE EXTERNAL");
  server_.Run("CREATE TABLE ballast TABLESPACE small AS SELECT repeat('b', 1000) FROM generate_series(1, 1000)");

  const auto store = Open(Options());
  absl::Status status;
  int written = 0;
  while (status.ok() && written < 1000) status = store->CreateAssessments({Row(written++, 20'000)}).status();
  EXPECT_EQ(ReasonOf(status), kStorageFull);
  EXPECT_EQ(server_.Run("SELECT count(*) FROM assessment"), absl::StrCat(written - 1));
  server_.Run("DROP TABLE ballast");
  server_.Run("CHECKPOINT");
  EXPECT_THAT(store->CreateAssessments({Row(5000, 20'000)}), IsOk());
}

// --- Errors ------------------------------------------------------------------------------------------------------

TEST(PostgresErrorsTest, EachSqlstateIsToldInOurWordsOnly) {
  struct Case {
    const char* sqlstate;
    absl::StatusCode code;
    std::string write_reason;
    std::string read_reason;
  };
  using enum absl::StatusCode;
  const std::vector<Case> cases = {
      {"53100", kUnavailable, kStorageFull, kStorageBusy},
      {"53300", kUnavailable, kStorageBusy, kStorageBusy},
      {"40001", kUnavailable, kStorageBusy, kStorageBusy},
      {"40P01", kUnavailable, kStorageBusy, kStorageBusy},
      {"55P03", kUnavailable, kStorageBusy, kStorageBusy},
      {"57014", kUnavailable, kStorageBusy, kReadTooSlow},
      {"57P01", kUnavailable, kStorageBusy, kStorageBusy},
      {"57P03", kUnavailable, kStorageBusy, kStorageBusy},
      {"57P05", kUnavailable, kStorageBusy, kStorageBusy},
      {"25P03", kUnavailable, kStorageBusy, kStorageBusy},
      {"25006", kUnavailable, kStorageBusy, kStorageBusy},
      {kConnectionLost, kUnavailable, kStorageBusy, kStorageBusy},
      {kCannotConnect, kUnavailable, kStorageBusy, kStorageBusy},
      {"22021", kInvalidArgument, "", ""},
      {"54000", kInvalidArgument, "", ""},
      {"23505", kInternal, "", ""},
      {"42P01", kInternal, "", ""},
  };
  for (const Case& one : cases) {
    SCOPED_TRACE(one.sqlstate);
    const absl::Status raw = MakeError(one.sqlstate, "words of the driver");
    EXPECT_EQ(SqlstateOf(raw), one.sqlstate);
    const absl::Status write = WriteError(raw);
    EXPECT_EQ(write.code(), one.code);
    EXPECT_EQ(ReasonOf(write), one.write_reason);
    if (one.code == kInvalidArgument) continue;  // A value is only written.
    EXPECT_EQ(ReasonOf(ReadError(raw)), one.read_reason);
    if (one.code == kInternal) continue;  // Its words go to the log only.
    EXPECT_THAT(write.message(), Not(HasSubstr("driver")));
  }
}

}  // namespace
}  // namespace ladder::records::postgres
