// Goal: a store of every earlier version comes to the newest one with all that it held, and no program works on a
// schema that it does not know. Method: the steps up to a version, the rows that its release left (filled/, written
// when it was current), the steps after it; then everything is read through the store. The same for each engine.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "libs/chassis/random.h"
#include "records-service/store/postgres/migrations.h"
#include "records-service/store/postgres/postgres_store.h"
#include "records-service/store/sqlite/migrations.h"
#include "records-service/store/sqlite/sqlite_store.h"
#include "tests/testing/fake_clock.h"
#include "tests/testing/log_capture.h"
#include "tests/testing/postgres_server.h"
#include "tests/testing/status_matchers.h"
#include "tests/testing/temp_dir.h"

namespace ladder::records {
namespace {

using ::ladder::testing::IsOk;
using ::ladder::testing::IsOkAndHolds;
using ::ladder::testing::StatusIs;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::Eq;
using ::testing::HasSubstr;
using ::testing::Optional;
using ::testing::SizeIs;

using Steps = absl::Span<const sql::Migration>;

// A database of one engine, and what it can be asked.
class Subject {
 public:
  virtual ~Subject() = default;
  virtual Steps AllSteps() const = 0;
  virtual absl::StatusOr<sql::Migrated> Migrate(Steps steps) = 0;
  virtual absl::StatusOr<std::unique_ptr<sql::SqlStore>> Open() = 0;
  virtual void Execute(const std::string& sql) = 0;
  virtual std::string FilledFile(std::size_t version) const = 0;
  // How the command begins that a message has to name.
  virtual std::string Command() const = 0;
};

class SqliteSubject final : public Subject {
 public:
  Steps AllSteps() const override { return sqlite::Migrations(); }
  absl::StatusOr<sql::Migrated> Migrate(Steps steps) override { return sqlite::Migrate(directory(), steps); }
  absl::StatusOr<std::unique_ptr<sql::SqlStore>> Open() override {
    return sqlite::SqliteStore::Open({.directory = directory()}, clock_);
  }
  void Execute(const std::string& sql) override {
    const auto database =
        sqlite::Database::Open(directory() + "/" + sqlite::kDatabaseFile, sqlite::Database::Mode::kReadWrite);
    ASSERT_THAT(database, IsOk());
    ASSERT_THAT((*database)->Execute(sql), IsOk());
  }
  std::string FilledFile(std::size_t version) const override { return absl::StrCat(version, "_sqlite.sql"); }
  std::string Command() const override { return "ladderctl store migrate --data-dir " + directory(); }

 private:
  std::string directory() const { return folder_.Join("data"); }

  testing::TempDir folder_;
  testing::FakeClock clock_;
};

class PostgresSubject final : public Subject {
 public:
  Steps AllSteps() const override { return postgres::Migrations(); }
  absl::StatusOr<sql::Migrated> Migrate(Steps steps) override { return postgres::Migrate(options(), steps); }
  absl::StatusOr<std::unique_ptr<sql::SqlStore>> Open() override {
    return postgres::PostgresStore::Open(options(), clock_, random_);
  }
  void Execute(const std::string& sql) override { server_.Run(sql); }
  std::string FilledFile(std::size_t version) const override { return absl::StrCat(version, "_postgres.sql"); }
  std::string Command() const override { return "ladderctl store migrate --postgres '" + server_.conninfo() + "'"; }

 private:
  postgres::PostgresOptions options() const { return {.conninfo = server_.conninfo()}; }

  testing::PostgresServer server_;
  testing::FakeClock clock_;
  SeededRandom random_{1};
};

class MigrationTest : public ::testing::TestWithParam<std::string> {
 protected:
  MigrationTest() { MakeSubject(); }

  // A new database, without anything in it.
  void MakeSubject() {
    subject_.reset();
    if (GetParam() == "sqlite") subject_ = std::make_unique<SqliteSubject>();
    if (GetParam() == "postgres") subject_ = std::make_unique<PostgresSubject>();
  }

  // The steps of this release and one more, which has added a column.
  std::vector<sql::Migration> WithOneMore(std::int64_t oldest_reader) {
    std::vector<sql::Migration> steps(subject_->AllSteps().begin(), subject_->AllSteps().end());
    steps.push_back({oldest_reader, "ALTER TABLE assessment ADD COLUMN note TEXT"});
    return steps;
  }
  std::int64_t known() { return static_cast<std::int64_t>(subject_->AllSteps().size()); }

  testing::LogCapture quiet_;
  std::unique_ptr<Subject> subject_;
};

INSTANTIATE_TEST_SUITE_P(Engines, MigrationTest, ::testing::Values("sqlite", "postgres"),
                         [](const auto& engine) { return engine.param; });

AssessmentRow Row(const std::string& clinic, int number) {
  AssessmentRow row;
  row.clinic = clinic;
  row.client = "c-1";
  row.id = absl::StrCat("id-", number);
  row.request_id = absl::StrCat("request-", number);
  row.quiz = "mood";
  row.version = 2;
  row.assess_time = absl::FromUnixSeconds(1'700'000'004);
  row.create_time = absl::FromUnixSeconds(1'700'000'005);
  row.submission = std::string("\x0a\0", 2);
  row.result = "\x0b";
  return row;
}

// Everything that filled/1_*.sql wrote.
void ExpectAllOfVersion1(Store& store) {
  const auto quiz = store.FindQuiz("mood");
  ASSERT_THAT(quiz, IsOk());
  ASSERT_TRUE(quiz->has_value());
  EXPECT_EQ((*quiz)->revision, 3);
  EXPECT_EQ((*quiz)->active_version, 2);
  EXPECT_EQ((*quiz)->active_digest, "digest-2");
  EXPECT_EQ((*quiz)->create_time, absl::FromUnixNanos(1'700'000'000'000'000'001));
  const auto draft = store.FindDraft("mood");
  ASSERT_THAT(draft, IsOk());
  EXPECT_EQ(draft->value().definition, std::string("\0\xff", 2));
  const auto retired = store.FindVersion("mood", 1, QuizStore::Content::kWhole);
  ASSERT_THAT(retired, IsOk());
  EXPECT_EQ(retired->value().definition, std::string("\1\0", 2));
  EXPECT_EQ(retired->value().retire_time, absl::FromUnixSeconds(1'700'000'002));
  EXPECT_THAT(store.FindActivation("mood", 1), IsOkAndHolds(Optional(::testing::_)));

  EXPECT_THAT(store.FindRequest("north", "request-1"), IsOkAndHolds(Optional(Row("north", 1))));
  AssessmentRow second = Row("north", 2);
  second.campaign = "spring";
  second.assess_time = absl::FromUnixNanos(-1);
  second.create_time = absl::FromUnixSeconds(1'700'000'006);
  second.submission = "";
  second.result = "\xff";
  EXPECT_THAT(store.FindAssessment("north", "c-1", "id-2"), IsOkAndHolds(Optional(second)));
  AssessmentRow other = Row("North", 1);
  other.version = 1;
  other.submission = "\x01";
  other.result = "\x02";
  EXPECT_THAT(store.FindRequest("North", "request-1"), IsOkAndHolds(Optional(other)));
}

// What filled/2_*.sql added.
void ExpectAllOfVersion2(sql::SqlStore& store) {
  AssessmentRow counted = Row("north", 3);
  counted.client = "c-2";
  counted.campaign = "spring";
  counted.assess_time = absl::FromUnixSeconds(1'700'000'007);
  counted.create_time = absl::FromUnixSeconds(1'700'000'008);
  counted.submission = "\x01";
  counted.result = "\x02";
  counted.series = "mood/1";
  counted.slices = "female";
  counted.outcome = "\x03";
  counted.late = true;
  counted.cohort = "cohort-1";
  EXPECT_THAT(store.FindRequest("north", "request-3"), IsOkAndHolds(Optional(counted)));
  EXPECT_THAT(store.ListStandings("north", "c-2"),
              IsOkAndHolds(ElementsAre(ClientStanding{"mood/1", counted.assess_time, "id-3", "\x03"})));
  EXPECT_THAT(store.LogEpoch(), IsOkAndHolds("epoch-1"));
  EXPECT_THAT(store.ListHeads("", 10), IsOkAndHolds(ElementsAre(LogHead{"north", 1})));
  const auto log = store.ReadLog("north", 0, 10);
  ASSERT_THAT(log, IsOkAndHolds(SizeIs(1)));
  EXPECT_EQ(log->front().cohort, "cohort-1");
  EXPECT_EQ(log->front().figures.clients, 20);
  EXPECT_EQ(log->front().figures.tables, std::string("\0\xff", 2));
  const auto sums =
      store.ReadSums({.clinic = "north",
                      .series = "mood/1",
                      .parts = {{Grain::kMonth, absl::UnixEpoch(), absl::FromUnixSeconds(1'800'000'000)}}});
  ASSERT_THAT(sums, IsOk());
  ASSERT_THAT(sums->rows, SizeIs(1));
  EXPECT_EQ(sums->rows.front().assessments, 30);
}

// What filled/3_*.sql added.
void ExpectAllOfVersion3(Store& store) {
  EXPECT_THAT(store.ListClinics("", 10), IsOkAndHolds(ElementsAre("North", "north")));
  EXPECT_THAT(store.FindErasure("north", "c-9"), IsOkAndHolds(Optional(absl::FromUnixSeconds(1'700'000'010))));
  EXPECT_THAT(store.FindErasure("North", "c-9"), IsOkAndHolds(Eq(std::nullopt)));
  const absl::Time now = absl::FromUnixSeconds(1'700'000'011);
  EXPECT_THAT(store.WasErased("north", "request-9", now), IsOkAndHolds(true));
  EXPECT_THAT(store.WasErased("north", "request-8", now - absl::Seconds(1)), IsOkAndHolds(true));
  EXPECT_THAT(store.WasErased("north", "request-8", now), IsOkAndHolds(false));
  AssessmentRow again = Row("north", 4);
  again.request_id = "request-9";
  EXPECT_THAT(store.CreateAssessments({again}), IsOkAndHolds(ElementsAre(WriteOutcome{.erased = true})));
}

// What filled/5_*.sql added.
void ExpectAllOfVersion5(Store& store) {
  AssessmentRow row = Row("north", 7);
  row.client = "c-2";
  row.campaign = "spring";
  row.assess_time = absl::FromUnixSeconds(1'700'000'007);
  row.create_time = absl::FromUnixSeconds(1'700'000'008);
  row.submission = "\x01";
  row.result = "\xff";
  row.series = "mood/1";
  row.slices = "female";
  row.outcome = "\x03";
  row.late = true;
  row.cohort = "cohort-1";
  const auto page = store.ListSetAside({"north", "c-2", "", 10, 1000});
  ASSERT_THAT(page, IsOk());
  EXPECT_THAT(page->rows, ElementsAre(SetAsideRow{row, absl::FromUnixSeconds(1'700'000'012), "is damaged"}));
  EXPECT_THAT(store.WasSetAside("north", "request-7"), IsOkAndHolds(true));
  EXPECT_THAT(store.WasErased("north", "request-7", absl::FromUnixSeconds(1'700'000'013)), IsOkAndHolds(true));
}

TEST_P(MigrationTest, AFilledStoreOfEveryVersionComesToTheNewestWithAllThatItHeld) {
  for (std::size_t version = 1; version <= subject_->AllSteps().size(); ++version) {
    SCOPED_TRACE(absl::StrCat("from version ", version));
    MakeSubject();
    ASSERT_THAT(subject_->Migrate(subject_->AllSteps().subspan(0, version)), IsOk());
    const std::string rows = testing::ReadFileOrEmpty("tests/records-service/filled/" + subject_->FilledFile(version));
    ASSERT_FALSE(rows.empty()) << "no rows of version " << version << " were kept when it was current";
    subject_->Execute(rows);
    const auto migrated = subject_->Migrate(subject_->AllSteps());
    ASSERT_THAT(migrated, IsOk());
    EXPECT_EQ(migrated->from, static_cast<std::int64_t>(version));
    EXPECT_EQ(migrated->to, known());
    const auto store = subject_->Open();
    ASSERT_THAT(store, IsOk());
    ExpectAllOfVersion1(**store);
    if (version >= 2) ExpectAllOfVersion2(**store);
    if (version >= 3) ExpectAllOfVersion3(**store);
    if (version >= 5) ExpectAllOfVersion5(**store);
    // Clinics of before can be written to, erased from and kept to their retention.
    EXPECT_THAT((*store)->CreateAssessments({Row("south", 1), Row("north", 5)}), IsOk());
    EXPECT_THAT((*store)->ListClinics("", 10), IsOkAndHolds(ElementsAre("North", "north", "south")));
  }
}

TEST_P(MigrationTest, AnEmptyDatabaseIsRefusedWithTheCommandToRun) {
  EXPECT_THAT(subject_->Open(), StatusIs(absl::StatusCode::kFailedPrecondition,
                                         AllOf(HasSubstr("schema version is 0"), HasSubstr(subject_->Command()))));
  const auto migrated = subject_->Migrate(subject_->AllSteps());
  ASSERT_THAT(migrated, IsOk());
  EXPECT_EQ(migrated->from, 0);
  EXPECT_THAT(subject_->Open(), IsOk());
}

TEST_P(MigrationTest, MigratingAgainChangesNothing) {
  ASSERT_THAT(subject_->Migrate(subject_->AllSteps()), IsOk());
  subject_->Execute(testing::ReadFileOrEmpty("tests/records-service/filled/" + subject_->FilledFile(1)));
  const auto again = subject_->Migrate(subject_->AllSteps());
  ASSERT_THAT(again, IsOk());
  EXPECT_EQ(again->from, known());
  EXPECT_EQ(again->to, known());
  const auto store = subject_->Open();
  ASSERT_THAT(store, IsOk());
  ExpectAllOfVersion1(**store);
}

TEST_P(MigrationTest, ARunningProgramOfTheVersionBeforeGoesOnAndMayStartAgain) {
  ASSERT_THAT(subject_->Migrate(subject_->AllSteps()), IsOk());
  const auto running = subject_->Open();
  ASSERT_THAT(running, IsOk());
  ASSERT_THAT((*running)->CreateAssessments({Row("north", 1)}), IsOk());
  ASSERT_THAT((*running)->PutDraft({.quiz = "mood", .definition = "d", .etag = "e1", .update_time = {}}, ""), IsOk());

  const std::vector<sql::Migration> newer = WithOneMore(/*oldest_reader=*/known());
  ASSERT_THAT(subject_->Migrate(newer), IsOk());

  EXPECT_THAT((*running)->CreateAssessments({Row("north", 2)}), IsOk());
  EXPECT_THAT((*running)->FindRequest("north", "request-1"), IsOkAndHolds(Optional(Row("north", 1))));
  EXPECT_THAT((*running)->UpdateQuiz({.quiz = "mood",
                                      .expected_revision = 0,
                                      .publish = std::nullopt,
                                      .retire = std::nullopt,
                                      .activate = std::nullopt,
                                      .time = {}}),
              IsOk());
  (*running)->Close();
  const auto restarted = subject_->Open();
  ASSERT_THAT(restarted, IsOk());
  EXPECT_THAT((*restarted)->FindRequest("north", "request-2"), IsOkAndHolds(Optional(Row("north", 2))));
  EXPECT_THAT(subject_->Migrate(subject_->AllSteps()), IsOk()) << "an older release has nothing to do";
}

TEST_P(MigrationTest, AProgramThatIsTooOldForTheSchemaIsRefused) {
  const std::vector<sql::Migration> newer = WithOneMore(/*oldest_reader=*/known() + 1);
  ASSERT_THAT(subject_->Migrate(newer), IsOk());
  const auto refusal =
      StatusIs(absl::StatusCode::kFailedPrecondition,
               AllOf(HasSubstr(absl::StrCat("schema version is ", known() + 1)), HasSubstr(subject_->Command())));
  EXPECT_THAT(subject_->Open(), refusal);
  EXPECT_THAT(subject_->Migrate(subject_->AllSteps()), refusal);
}

TEST_P(MigrationTest, AStepThatFailsLeavesNothingBehindAndCanBeTakenLater) {
  ASSERT_THAT(subject_->Migrate(subject_->AllSteps()), IsOk());
  std::vector<sql::Migration> faulty = WithOneMore(known());
  faulty.back().sql = "CREATE TABLE half (id TEXT); INSERT INTO nowhere VALUES (1);";
  EXPECT_FALSE(subject_->Migrate(faulty).ok());
  EXPECT_THAT(subject_->Open(), IsOk());
  faulty.back().sql = "CREATE TABLE half (id TEXT)";
  const auto mended = subject_->Migrate(faulty);
  ASSERT_THAT(mended, IsOk());
  EXPECT_EQ(mended->from, known());
  EXPECT_EQ(mended->to, known() + 1);
}

TEST_P(MigrationTest, SeveralWhoMigrateAtOnceTakeEachStepOnce) {
  std::vector<sql::Migration> steps = WithOneMore(known());
  for (int i = 0; i < 3; ++i) steps.push_back({known(), "UPDATE counter SET steps = steps + 1"});
  steps[static_cast<std::size_t>(known())].sql = "CREATE TABLE counter (steps BIGINT); INSERT INTO counter VALUES (0)";
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] { EXPECT_THAT(subject_->Migrate(steps), IsOk()); });
  }
  for (std::thread& thread : threads) thread.join();
  // Fails unless there is one counter, of three steps.
  subject_->Execute(
      "CREATE TABLE proof (steps BIGINT CHECK (steps = 3)); INSERT INTO proof SELECT sum(steps) FROM counter");
}

TEST_P(MigrationTest, EachStepSaysWhoCanStillRead) {
  std::int64_t before = 1;
  for (std::size_t i = 0; i < subject_->AllSteps().size(); ++i) {
    const sql::Migration& step = subject_->AllSteps()[i];
    EXPECT_GE(step.oldest_reader, before);
    EXPECT_LE(step.oldest_reader, static_cast<std::int64_t>(i) + 1);
    EXPECT_TRUE(absl::StrContains(step.sql, absl::StrCat("-- Migration ", i + 1, ":")));
    before = step.oldest_reader;
  }
  EXPECT_THAT(sqlite::Migrations().size(), Eq(postgres::Migrations().size()));
}

}  // namespace
}  // namespace ladder::records
