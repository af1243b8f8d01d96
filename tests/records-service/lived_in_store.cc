#include "tests/records-service/lived_in_store.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "records-service/rescoring.h"
#include "records-service/store/postgres/migrations.h"
#include "records-service/store/postgres/postgres_store.h"
#include "records-service/store/postgres/snapshot.h"
#include "records-service/store/sqlite/migrations.h"
#include "records-service/store/sqlite/snapshot.h"
#include "records-service/store/sqlite/sqlite_store.h"
#include "tests/records-service/release/stamp_row.h"
#include "tests/records-service/running_records.h"
#include "tests/testing/postgres_server.h"
#include "tests/testing/status_matchers.h"
#include "tests/testing/waiting.h"

namespace ladder::records {
namespace {

using ::ladder::testing::IsOk;

// One PostgreSQL for all tests of a run, started by the first that wants it.
class SharedPostgres final : public ::testing::Environment {
 public:
  testing::PostgresServer& server() {
    if (server_ == nullptr) server_ = std::make_unique<testing::PostgresServer>();
    return *server_;
  }
  void TearDown() override { server_.reset(); }

 private:
  std::unique_ptr<testing::PostgresServer> server_;
};

SharedPostgres* const kPostgres = static_cast<SharedPostgres*>(::testing::AddGlobalTestEnvironment(new SharedPostgres));

}  // namespace

LivedInStore::LivedInStore(const std::string& engine) : engine_(engine) {
  options_.target_cohort = 4;
  options_.min_cohort = 2;
  if (engine_ == "postgres") {
    database_ = Postgres().CreateDatabase();
    conninfo_ = Postgres().ConninfoOf(database_);
    EXPECT_THAT(postgres::Migrate({.conninfo = conninfo_}), IsOk());
  } else {
    directory_ = folder_.Join("data");
    EXPECT_THAT(sqlite::Migrate(directory_), IsOk());
  }
  Open();
  Publish();
  program_ = release::Compiled(MoodQuiz());
}

testing::PostgresServer& LivedInStore::Postgres() { return kPostgres->server(); }

void LivedInStore::MoveToDirectory(const std::string& directory) {
  Close();
  directory_ = directory;
}

void LivedInStore::MoveToServer(const testing::PostgresServer& server) {
  Close();
  conninfo_ = server.ConninfoOf(database_);
}

void LivedInStore::Open() {
  if (engine_ == "postgres") {
    auto opened = postgres::PostgresStore::Open({.conninfo = conninfo_}, clock_, *random_);
    ASSERT_THAT(opened, IsOk());
    store_ = *std::move(opened);
  } else {
    auto opened = sqlite::SqliteStore::Open({.directory = directory_}, clock_);
    ASSERT_THAT(opened, IsOk());
    store_ = *std::move(opened);
  }
  programs_ = std::make_unique<ProgramCache>(*store_, 10);
  series_ = std::make_unique<release::SeriesPrograms>(*store_, *programs_);
}

void LivedInStore::Close() {
  series_.reset();
  programs_.reset();
  store_.reset();
}

void LivedInStore::OpenAlone() {
  Close();
  if (engine_ == "postgres") {
    // A server goes on for a moment with what a process that was killed has sent.
    EXPECT_TRUE(testing::Eventually([this] {
      return Postgres().Run("SELECT count(*) FROM pg_stat_activity WHERE datname = '" + database_ + "'") == "0";
    }));
  }
  Open();
}

std::vector<std::string> LivedInStore::Flags() const {
  if (!conninfo_.empty()) return {"--postgres", conninfo_};
  return {"--data-dir", directory_};
}

void LivedInStore::Publish() {
  const std::string bytes = MoodQuiz().SerializeAsString();
  ASSERT_OK(store_->PutDraft({.quiz = "mood", .definition = bytes, .etag = "e", .update_time = clock_.Now()}, ""));
  const VersionRow version{.quiz = "mood",
                           .number = 1,
                           .definition = bytes,
                           .digest = "d",
                           .publish_time = clock_.Now(),
                           .retire_time = std::nullopt};
  ASSERT_OK(store_->UpdateQuiz({.quiz = "mood",
                                .expected_revision = 0,
                                .publish = version,
                                .retire = std::nullopt,
                                .activate = std::nullopt,
                                .time = clock_.Now()}));
}

AssessmentRow LivedInStore::Row(const std::string& clinic, const std::string& client, int score,
                                const std::string& campaign) {
  const int number = ++rows_;
  const v1::CreateAssessmentRequest request = MoodRequest(absl::StrCat("r-", number), 1, score);
  std::vector<quiz::InputViolation> violations;
  const auto result = Rescore(*program_, request.submission(), violations);
  EXPECT_TRUE(result.has_value());
  AssessmentRow row;
  row.clinic = clinic;
  row.client = client;
  row.id = absl::StrCat("id-", number);
  row.request_id = request.request_id();
  row.quiz = "mood";
  row.version = 1;
  row.campaign = campaign;
  row.assess_time = clock_.Now() + absl::Milliseconds(number);
  row.create_time = row.assess_time;
  row.submission = request.submission().SerializeAsString();
  row.result = result->SerializeAsString();
  return row;
}

AssessmentRow LivedInStore::LateRow(const std::string& clinic, const std::string& client, int score,
                                    absl::Duration ago) {
  AssessmentRow row = Row(clinic, client, score);
  row.assess_time -= ago;
  return row;
}

void LivedInStore::Write(const std::vector<AssessmentRow>& rows) {
  std::vector<AssessmentRow> stamped = rows;
  for (AssessmentRow& row : stamped) {
    ASSERT_OK(release::StampRow(*programs_, *series_, options_.longest_wait, row));
  }
  ASSERT_THAT(store_->CreateAssessments(stamped), IsOk());
}

void LivedInStore::Tick() {
  UnusableRows unusable;
  release::ReleaseJob job(*store_, *series_, noise_, options_, clock_, *random_, unusable);
  ASSERT_OK(job.RunTick(clock_.Now()));
}

void LivedInStore::Seal(const std::string& clinic, const std::vector<std::string>& campaigns) {
  const auto gathering = store_->ListGathering("", "", 1000);
  ASSERT_THAT(gathering, IsOk());
  Sealing sealing{.members = {}, .kind = CohortKind::kPresent, .close_time = clock_.Now(), .merge_into = ""};
  if (campaigns.size() > 1) sealing.merge_into = "merged";
  for (const std::string& campaign : campaigns) {
    const PartitionKey partition{clinic, campaign, "mood/1"};
    const auto found = std::find_if(gathering->begin(), gathering->end(),
                                    [&](const GatheringCohort& cohort) { return cohort.partition == partition; });
    ASSERT_NE(found, gathering->end());
    sealing.members.push_back({partition, found->id, absl::StrCat("after-", found->id)});
  }
  ASSERT_OK(store_->Seal(sealing));
}

void LivedInStore::Erase(const std::string& clinic, const std::string& client) {
  ASSERT_THAT(store_->MarkErased(clinic, client, clock_.Now()), IsOk());
  ASSERT_THAT(store_->RemoveErased(clinic, client, 500), IsOk());
}

void LivedInStore::LiveALittle() {
  const auto four = [this](const std::string& clinic) {
    std::vector<AssessmentRow> rows;
    for (int i = 1; i <= 4; ++i) rows.push_back(Row(clinic, absl::StrCat("c-", i), (7 * (rows_ + i)) % 21));
    Write(rows);
    Tick();
  };
  four("north");
  clock_.Advance(absl::Hours(24));
  four("north");
  four("south");
  four("west");
  // What is late: cut into two runs.
  std::vector<AssessmentRow> late;
  for (int i = 1; i <= 9; ++i) late.push_back(LateRow("north", absl::StrCat("l-", i), i, absl::Hours(24 * (100 - i))));
  Write(late);
  Tick();
  // What is too small to stand alone.
  Write({Row("south", "c-5", 3, "spring"), Row("south", "c-6", 12, "summer"), Row("south", "c-6", 20, "summer")});
  clock_.Advance(options_.longest_wait + absl::Hours(1));
  Tick();
  Erase("south", "c-5");
  Erase("south", "c-1");
  ASSERT_THAT(store_->RemoveOlder("west", clock_.Now() - absl::Hours(1), clock_.Now() + absl::Hours(1), 2), IsOk());
  Write({Row("north", "c-1", 5, "spring"), Row("north", "c-2", 6, "summer")});
  Seal("north", {"spring", "summer"});
  AssessmentRow alone = Row("north", "c-3", 5, "winter");
  alone.id = "alone";
  Write({alone});
  Seal("north", {"winter"});
  AssessmentRow open = Row("north", "c-4", 15, "spring");
  open.id = "id-open";
  Write({open});
}

void LivedInStore::Execute(const std::string& sql) {
  if (engine_ == "postgres") {
    const auto connection = postgres::Connection::Open({.conninfo = conninfo_});
    ASSERT_THAT(connection, IsOk());
    ASSERT_OK((*connection)->ExecuteScript(sql));
    return;
  }
  const auto database =
      sqlite::Database::Open(absl::StrCat(directory_, "/", sqlite::kDatabaseFile), sqlite::Database::Mode::kReadWrite);
  ASSERT_THAT(database, IsOk());
  ASSERT_OK((*database)->Execute(sql));
}

absl::Status LivedInStore::Read(absl::FunctionRef<absl::Status(sql::Connection&)> body) {
  if (engine_ == "postgres") return postgres::ReadStore({.conninfo = conninfo_}, body);
  return sqlite::ReadStore(directory_, body);
}

void LivedInStore::ReadMerged(const std::string& clinic, std::map<std::string, std::string>& merged) {
  ASSERT_OK(Read([&](sql::Connection& connection) {
    sql::Query query = connection.Use("SELECT id, merged_into FROM cohort WHERE clinic = ? AND merged_into <> ''");
    query.Text(clinic);
    return query.ForEach([&merged](const sql::Query& row) { merged[row.TextAt(0)] = row.TextAt(1); });
  }));
}

absl::StatusOr<Verified> LivedInStore::Verify(std::vector<std::string>& findings, std::size_t sample,
                                              std::uint64_t seed) {
  absl::StatusOr<Verified> verified = Verified();
  SeededRandom random(seed);
  const auto verify = [&](sql::Connection& connection) {
    verified = records::Verify(connection, sample, random, [&findings](const sql::Finding& finding) {
      const std::string clinic = finding.clinic.empty() ? "" : absl::StrCat(finding.clinic, ": ");
      findings.push_back(absl::StrCat(clinic, finding.subject, " ", finding.id, ": ", finding.fault));
    });
    return verified.status();
  };
  const absl::Status read = Read(verify);
  if (!read.ok()) return read;
  return verified;
}

std::vector<std::string> LivedInStore::Findings() {
  std::vector<std::string> findings;
  EXPECT_THAT(Verify(findings), IsOk());
  return findings;
}

}  // namespace ladder::records
