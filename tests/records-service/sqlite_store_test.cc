// What is SQLite's own: the lease, the schema, readers with a bound, the log. Everything else is in tests/conformance.

#include "records-service/store/sqlite/sqlite_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/mount.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "libs/chassis/errors.h"
#include "records-service/store/sqlite/migrations.h"
#include "tests/testing/fake_clock.h"
#include "tests/testing/log_capture.h"
#include "tests/testing/status_matchers.h"
#include "tests/testing/temp_dir.h"

namespace ladder::records::sqlite {
namespace {

using ::ladder::testing::FakeClock;
using ::ladder::testing::IsOk;
using ::ladder::testing::LogCapture;
using ::ladder::testing::StatusIs;
using ::ladder::testing::TempDir;
using ::testing::HasSubstr;

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

AssessmentQuery All() {
  AssessmentQuery query;
  query.clinic = "north";
  query.client = "c-1";
  query.limit = 100'000;
  query.max_bytes = 1 << 30;
  return query;
}

class SqliteStoreTest : public ::testing::Test {
 protected:
  // Of a database that is up to date.
  SqliteOptions Options() {
    const SqliteOptions options{.directory = directory_.Join("data"), .readers = 2};
    EXPECT_THAT(Migrate(options.directory), IsOk());
    return options;
  }

  TempDir directory_;
  FakeClock clock_;
  LogCapture quiet_;
};

TEST_F(SqliteStoreTest, OneProcessHasItOpenAtATime) {
  absl::StatusOr<std::unique_ptr<SqliteStore>> first = SqliteStore::Open(Options(), clock_);
  ASSERT_THAT(first, IsOk());
  EXPECT_THAT(SqliteStore::Open(Options(), clock_),
              StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("another process")));
  (*first)->Close();
  EXPECT_THAT(SqliteStore::Open(Options(), clock_), IsOk());
}

TEST_F(SqliteStoreTest, ItsDirectoryIsForTheOwnerAlone) {
  ASSERT_THAT(SqliteStore::Open(Options(), clock_), IsOk());
  struct stat status = {};
  ASSERT_EQ(stat(Options().directory.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0700u);
}

TEST_F(SqliteStoreTest, AFileThatIsNoDatabaseIsRefused) {
  const std::string directory = directory_.Join("strange");
  std::filesystem::create_directory(directory);
  std::ofstream(directory + "/records.db") << std::string(5000, 'x');
  EXPECT_THAT(SqliteStore::Open({.directory = directory}, clock_),
              StatusIs(absl::StatusCode::kInternal, HasSubstr("records.db")));
  EXPECT_THAT(Migrate(directory), StatusIs(absl::StatusCode::kInternal, HasSubstr("records.db")));
}

TEST_F(SqliteStoreTest, ItWritesAheadOfTheDatabase) {
  ASSERT_THAT(SqliteStore::Open(Options(), clock_), IsOk());
  auto database = Database::Open(Options().directory + "/records.db", Database::Mode::kReadOnly);
  ASSERT_THAT(database, IsOk());
  EXPECT_THAT((*database)->QueryInteger("SELECT count(*) FROM pragma_journal_mode WHERE journal_mode = 'wal'"),
              ::ladder::testing::IsOkAndHolds(1));
}

// Whether any file of the store holds the text.
std::vector<std::string> FilesWith(const std::string& directory, const std::string& text) {
  std::vector<std::string> files;
  for (const auto& entry : std::filesystem::directory_iterator(directory)) {
    std::ifstream file(entry.path(), std::ios::binary);
    const std::string bytes(std::istreambuf_iterator<char>(file), {});
    if (absl::StrContains(bytes, text)) files.push_back(entry.path().filename());
  }
  return files;
}

// Small rows, several to a page, and large ones that lie on pages of their own, among those of others.
TEST_F(SqliteStoreTest, AfterAnErasureNoFileHoldsAnythingOfTheClientAndOthersAreWhole) {
  absl::StatusOr<std::unique_ptr<SqliteStore>> store = SqliteStore::Open(Options(), clock_);
  ASSERT_THAT(store, IsOk());
  const auto of = [](const std::string& client, int number) {
    AssessmentRow row = Row(number, number % 10 == 0 ? 30'000 : 50 + 37 * (number % 40));
    row.client = client;
    row.series = "mood/1";
    for (std::string* text : {&row.submission, &row.result, &row.outcome}) {
      for (int i = 0; i < 5; ++i) absl::StrAppend(text, "<answer of ", client, ">");
    }
    row.submission.append(1000, 't');
    absl::StrAppend(&row.submission, "<answer of ", client, ">");
    return row;
  };
  int number = 0;
  for (int batch = 0; batch < 40; ++batch) {
    std::vector<AssessmentRow> rows;
    for (int i = 0; i < 10; ++i) rows.push_back(of(absl::StrCat("client-", i), number++));
    ASSERT_THAT((*store)->CreateAssessments(rows), IsOk());
    if (batch == 20) {
      ASSERT_THAT((*store)->Scrub(), IsOk());
    }
  }
  ASSERT_THAT(FilesWith(Options().directory, "<answer of client-7>"),
              ::testing::UnorderedElementsAre("records.db", "records.db-wal"))
      << "else this finds nothing because there is nothing";

  ASSERT_THAT((*store)->MarkErased("north", "client-7", Row(100'000).create_time), IsOk());
  std::size_t removed = 0;
  for (std::size_t batch = 13; batch == 13; removed += batch) {
    const absl::StatusOr<std::size_t> some = (*store)->RemoveErased("north", "client-7", 13);
    ASSERT_THAT(some, IsOk());
    batch = *some;
  }
  EXPECT_EQ(removed, 40u);
  ASSERT_THAT((*store)->Scrub(), IsOk());
  EXPECT_THAT(FilesWith(Options().directory, "<answer of client-7>"), ::testing::IsEmpty());
  EXPECT_THAT(FilesWith(Options().directory, "client-7"), ::testing::IsEmpty()) << "nor its keys, in any index";
  for (int i = 0; i < number; ++i) {
    const std::string client = absl::StrCat("client-", i % 10);
    const auto found = (*store)->FindAssessment("north", client, Row(i).id);
    ASSERT_THAT(found, IsOk());
    ASSERT_EQ(found->has_value(), i % 10 != 7) << i;
    if (found->has_value()) {
      EXPECT_EQ((*found)->submission, of(client, i).submission);
    }
  }
}

TEST_F(SqliteStoreTest, ScrubbingWhileSomebodyReadsWhatWasRemovedIsToBeTriedAgain) {
  absl::StatusOr<std::unique_ptr<SqliteStore>> store = SqliteStore::Open(Options(), clock_);
  ASSERT_THAT(store, IsOk());
  ASSERT_THAT((*store)->CreateAssessments({Row(1)}), IsOk());
  auto backup = Database::Open(Options().directory + "/records.db", Database::Mode::kReadOnly);
  ASSERT_THAT(backup, IsOk());
  ASSERT_THAT((*backup)->Execute("BEGIN"), IsOk());
  ASSERT_THAT((*backup)->QueryInteger("SELECT count(*) FROM assessment"), ::ladder::testing::IsOkAndHolds(1));
  ASSERT_THAT((*store)->MarkErased("north", "c-1", Row(9).create_time), IsOk());
  ASSERT_THAT((*store)->RemoveErased("north", "c-1", 10), IsOk());
  const absl::Status busy = (*store)->Scrub();
  EXPECT_THAT(busy, StatusIs(absl::StatusCode::kUnavailable));
  EXPECT_EQ(ReasonOf(busy), kStorageBusy);
  ASSERT_THAT((*store)->CreateAssessments({Row(20)}), IsOk()) << "writing goes on";
  ASSERT_THAT((*backup)->Execute("COMMIT"), IsOk());
  EXPECT_THAT((*store)->Scrub(), IsOk());
}

TEST_F(SqliteStoreTest, ADatabaseFromBeforeErasuresKnowsItsClinics) {
  {
    absl::StatusOr<std::unique_ptr<SqliteStore>> store = SqliteStore::Open(Options(), clock_);
    ASSERT_THAT(store, IsOk());
    ASSERT_THAT((*store)->CreateAssessments({Row(1), Row(2)}), IsOk());
  }
  {
    auto database = Database::Open(Options().directory + "/records.db", Database::Mode::kReadWrite);
    ASSERT_THAT(database, IsOk());
    ASSERT_THAT((*database)->Execute("DROP TABLE store_secret; DROP TABLE clinic; DROP TABLE erased_client;"
                                     "DROP TABLE erased_request; DROP INDEX assessment_by_time;"
                                     "DROP INDEX standing_by_client; DROP TABLE assessment_set_aside;"
                                     "ALTER TABLE cohort DROP COLUMN skipped; PRAGMA user_version = 2"),
                IsOk());
  }
  absl::StatusOr<std::unique_ptr<SqliteStore>> store = SqliteStore::Open(Options(), clock_);
  ASSERT_THAT(store, IsOk());
  EXPECT_THAT((*store)->ListClinics("", 10), ::ladder::testing::IsOkAndHolds(::testing::ElementsAre("north")));
  EXPECT_THAT((*store)->MarkErased("north", "c-1", Row(9).create_time), IsOk());
  EXPECT_THAT((*store)->RemoveErased("north", "c-1", 10), ::ladder::testing::IsOkAndHolds(2u));
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

TEST_F(SqliteStoreTest, AReaderThatTakesTooLongIsStoppedAndTheNextReadGoesOn) {
  HastyClock hasty;
  absl::StatusOr<std::unique_ptr<SqliteStore>> store = SqliteStore::Open(Options(), hasty);
  ASSERT_THAT(store, IsOk());
  std::vector<AssessmentRow> rows;
  for (int i = 0; i < 3000; ++i) rows.push_back(Row(i));
  ASSERT_THAT((*store)->CreateAssessments(rows), IsOk());
  const absl::Status status = (*store)->ListAssessments(All()).status();
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kUnavailable));
  EXPECT_EQ(ReasonOf(status), kReadTooSlow);
  for (int i = 0; i < 4; ++i) EXPECT_THAT((*store)->FindRequest("north", "request-7"), IsOk());
}

TEST_F(SqliteStoreTest, TheLogIsEmptiedAgainAndAgain) {
  SqliteOptions options = Options();
  options.checkpoint_frames = 50;
  absl::StatusOr<std::unique_ptr<SqliteStore>> store = SqliteStore::Open(options, clock_);
  ASSERT_THAT(store, IsOk());
  for (int i = 0; i < 200; ++i) ASSERT_THAT((*store)->CreateAssessments({Row(i, 20'000)}), IsOk());
  // 200 rows of 5 pages and more, in a log that is used again after 50 frames and one commit.
  EXPECT_LT(std::filesystem::file_size(options.directory + "/records.db-wal"), 150u * 4120u);
}

TEST_F(SqliteStoreTest, ADiskThatIsReallyFullRefusesWritesUntilThereIsSpace) {
  const std::string disk = directory_.Join("disk");
  std::filesystem::create_directory(disk);
  if (mount("tmpfs", disk.c_str(), "tmpfs", 0, "size=4m") != 0) {
    GTEST_SKIP() << "cannot mount a small disk: " << std::strerror(errno);
  }
  // Runs also where an assertion below ends the test.
  const auto unmount = [](const std::string* path) { umount2(path->c_str(), MNT_DETACH); };
  const std::unique_ptr<const std::string, decltype(unmount)> mounted(&disk, unmount);
  {
    std::ofstream(disk + "/ballast") << std::string(1'500'000, 'b');
    SqliteOptions options = Options();
    options.directory = disk + "/data";
    ASSERT_THAT(Migrate(options.directory), IsOk());
    absl::StatusOr<std::unique_ptr<SqliteStore>> store = SqliteStore::Open(options, clock_);
    ASSERT_THAT(store, IsOk());
    absl::Status status;
    int written = 0;
    while (status.ok() && written < 1000) status = (*store)->CreateAssessments({Row(written++, 20'000)}).status();
    EXPECT_EQ(ReasonOf(status), kStorageFull);
    const int refused = written - 1;
    ASSERT_GT(refused, 0);
    for (int i = 0; i < refused; ++i) {
      const auto found = (*store)->FindRequest("north", absl::StrCat("request-", i));
      ASSERT_THAT(found, IsOk());
      EXPECT_TRUE(found->has_value()) << i;
    }
    EXPECT_EQ(*(*store)->FindRequest("north", absl::StrCat("request-", refused)), std::nullopt);
    std::filesystem::remove(disk + "/ballast");
    EXPECT_THAT((*store)->CreateAssessments({Row(refused, 20'000)}), IsOk());
    (*store)->Close();
    EXPECT_THAT(SqliteStore::Open(options, clock_), IsOk());
  }
}

}  // namespace
}  // namespace ladder::records::sqlite
