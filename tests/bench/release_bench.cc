// What releasing costs, and what it saves: a year of assessments in closed cohorts of 200 clients, released by the real
// job on SQLite; then the year's distribution as analysts get it, against counting the rows. One line for each size.
//
//   <build>/bin/release_bench 100000 1000000 10000000
//
// 10^7 rows take 7 GB in TMPDIR, else in /tmp, and about seven minutes.

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "libs/chassis/clock.h"
#include "libs/chassis/log.h"
#include "libs/chassis/random.h"
#include "libs/chassis/timestamp.h"
#include "records-service/analytics/analytics.h"
#include "records-service/program_cache.h"
#include "records-service/release/discrete_laplace.h"
#include "records-service/release/release_job.h"
#include "records-service/release/series_programs.h"
#include "records-service/store/sqlite/database.h"
#include "records-service/store/sqlite/migrations.h"
#include "records-service/store/sqlite/sqlite_store.h"
#include "tests/bench/load_rows.h"
#include "tests/records-service/release/stamp_row.h"
#include "tests/testing/temp_dir.h"

namespace ladder::records {
namespace {

constexpr int kClinics = 20;
constexpr char kSeries[] = "ladder-of-healing/1";

void OrDie(const absl::Status& status) {
  if (status.ok()) return;
  std::fprintf(stderr, "%s\n", status.ToString().c_str());
  std::exit(1);
}

template <typename Of>
double SecondsOf(Of of) {
  const absl::Time start = absl::Now();
  of();
  return absl::ToDoubleSeconds(absl::Now() - start);
}

// The shortest of several runs.
template <typename Of>
double ShortestOf(int runs, Of of) {
  double shortest = SecondsOf(of);
  for (int i = 1; i < runs; ++i) shortest = std::min(shortest, SecondsOf(of));
  return shortest;
}

class Bench {
 public:
  explicit Bench(std::int64_t rows) : rows_(rows) {
    OrDie(sqlite::Migrate(folder_.Join("data")).status());
    Open();
    Publish();
    StampExamples();
    store_->Close();
    MultiplyExamples();
    Open();
  }

  // All cohorts, by the job that the service runs.
  void Release() {
    release::DiscreteLaplace noise(random_);
    UnusableRows unusable;
    release::ReleaseJob job(*store_, *series_, noise, {}, clock_, random_, unusable);
    OrDie(job.RunTick(end_));
  }

  void QueryYear() {
    analytics::Analytics analytics(*store_, *series_, {});
    v1::QueryStageDistributionRequest request;
    request.mutable_selection()->set_parent("clinics/-");
    request.mutable_selection()->set_series("quizzes/ladder-of-healing/series/1");
    *request.mutable_selection()->mutable_from() = ToTimestamp(begin_);
    *request.mutable_selection()->mutable_before() = ToTimestamp(end_);
    const auto answer = analytics.QueryStageDistribution(request);
    OrDie(answer.status());
    if (answer->coverage().assessments() < rows_ * 9 / 10) OrDie(absl::InternalError("not all is covered"));
  }

  // What an analyst would ask without releases.
  void CountYear() {
    const auto database = sqlite::Database::Open(path(), sqlite::Database::Mode::kReadOnly);
    OrDie(database.status());
    std::int64_t counted = 0;
    sql::Query query = (*database)->Use(
        "SELECT outcome, count(*) FROM assessment WHERE series = ? AND assess_time >= ? AND assess_time < ?"
        " GROUP BY outcome");
    query.Text(kSeries).Time(begin_).Time(end_);
    OrDie(query.ForEach([&counted](const sql::Query& row) { counted += row.IntegerAt(1); }));
    if (counted < rows_) OrDie(absl::InternalError("not all is counted"));
  }

 private:
  std::string path() const { return absl::StrCat(folder_.Join("data"), "/", sqlite::kDatabaseFile); }

  void Open() {
    auto store =
        sqlite::SqliteStore::Open({.directory = folder_.Join("data"), .read_time_limit = absl::Hours(1)}, clock_);
    OrDie(store.status());
    store_ = *std::move(store);
    programs_ = std::make_unique<ProgramCache>(*store_, 10);
    series_ = std::make_unique<release::SeriesPrograms>(*store_, *programs_);
  }

  void Publish() {
    const std::string bytes = definition_.SerializeAsString();
    OrDie(store_->PutDraft({.quiz = definition_.id(), .definition = bytes, .etag = "e", .update_time = begin_}, ""));
    QuizUpdate update;
    update.quiz = definition_.id();
    update.expected_revision = 0;
    update.publish = VersionRow{definition_.id(), 1, bytes, "d", begin_, std::nullopt};
    update.time = begin_;
    OrDie(store_->UpdateQuiz(update));
  }

  // One row for each worked example, with what a release counts of it.
  void StampExamples() {
    std::vector<AssessmentRow> rows;
    for (const v1::CreateAssessmentRequest& request : RequestsOfExamples(definition_)) {
      AssessmentRow& row = rows.emplace_back();
      row.clinic = "example";
      row.client = "c";
      row.id = absl::StrCat(rows.size());
      row.request_id = row.id;
      row.quiz = definition_.id();
      row.version = 1;
      row.assess_time = begin_ - absl::Hours(24);
      row.create_time = row.assess_time;
      row.submission = request.submission().SerializeAsString();
      row.result = request.result().SerializeAsString();
      OrDie(release::StampRow(*programs_, *series_, absl::Hours(24 * 30), row));
    }
    OrDie(store_->CreateAssessments(rows).status());
  }

  // The year: row n belongs to clinic n modulo 20, and 200 rows of a clinic that follow each other are a cohort, each
  // of another client. Answers and results, which neither side reads, are left out.
  void MultiplyExamples() {
    const auto database = sqlite::Database::Open(path(), sqlite::Database::Mode::kReadWrite);
    OrDie(database.status());
    const std::string cohort = absl::StrCat("printf('cohort-%08d', n / ", kClinics * 200, ")");
    const std::string time = absl::StrCat(absl::ToUnixNanos(begin_), " + n * ",
                                          absl::ToInt64Nanoseconds((end_ - begin_) / static_cast<double>(rows_)));
    const std::string numbers = absl::StrCat(
        "WITH RECURSIVE number (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM number WHERE n + 1 < ", rows_, ") ");
    OrDie((*database)->Execute(absl::StrCat(
        "PRAGMA synchronous = OFF; PRAGMA cache_size = -1000000; BEGIN;"
        "CREATE TEMP TABLE example AS SELECT row_number() OVER () - 1 AS i, slices, outcome FROM assessment;"
        "CREATE UNIQUE INDEX temp.example_i ON example (i);"
        "DELETE FROM assessment; DELETE FROM cohort; DELETE FROM part;",
        numbers,
        "INSERT INTO assessment (clinic, client, id, request_id, quiz, version, campaign, assess_time, create_time,"
        " submission, result, series, slices, outcome, late, cohort)"
        " SELECT 'clinic-' || (n % ",
        kClinics,
        "), printf('c-%09d', n), printf('id-%09d', n), printf('r-%09d', n),"
        " 'ladder-of-healing', 1, '', ",
        time, ", ", time, ", x'', x'', '", kSeries, "', slices, outcome, 0, ", cohort,
        " FROM number JOIN example ON i = n * 7919 % (SELECT count(*) FROM example);",
        "INSERT INTO cohort (clinic, id, campaign, series, kind, state, merged_into, close_time)"
        " SELECT clinic, cohort, '', series, 0, 1, '', max(create_time) FROM assessment GROUP BY clinic, cohort;"
        "COMMIT;")));
  }

  const std::int64_t rows_;
  const absl::Time begin_ = absl::FromCivil(absl::CivilDay(2025, 1, 1), absl::UTCTimeZone());
  const absl::Time end_ = absl::FromCivil(absl::CivilDay(2026, 1, 1), absl::UTCTimeZone());
  const quiz::v1::QuizDefinition definition_ = LadderOfHealing();
  const testing::TempDir folder_;
  const SystemClock clock_;
  SystemRandom random_;
  std::unique_ptr<sqlite::SqliteStore> store_;
  std::unique_ptr<ProgramCache> programs_;
  std::unique_ptr<release::SeriesPrograms> series_;
};

void Run(std::int64_t rows) {
  Bench bench(rows);
  const double release = SecondsOf([&] { bench.Release(); });
  const double query = ShortestOf(20, [&] { bench.QueryYear(); });
  const double count = ShortestOf(3, [&] { bench.CountYear(); });
  std::printf(
      "{\"rows\": %lld, \"released_each_second\": %.0f, \"query_ms\": %.3f, \"count_ms\": %.1f, \"ratio\": %.0f}\n",
      static_cast<long long>(rows), static_cast<double>(rows) / release, query * 1e3, count * 1e3, count / query);
  std::fflush(stdout);
}

}  // namespace
}  // namespace ladder::records

int main(int argc, char** argv) {
  ladder::SetLogLevel(ladder::LogLevel::kError);
  std::vector<std::int64_t> sizes;
  for (int i = 1; i < argc; ++i) {
    std::int64_t rows = 0;
    if (!absl::SimpleAtoi(argv[i], &rows) || rows < 1000) {
      std::fprintf(stderr, "usage: release_bench ROWS...   each at least 1000\n");
      return 2;
    }
    sizes.push_back(rows);
  }
  for (const std::int64_t rows : sizes) ladder::records::Run(rows);
  return 0;
}
