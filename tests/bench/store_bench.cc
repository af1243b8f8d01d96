// What group commit is worth: batches of 1 to 256 assessments on SQLite, each batch one synced transaction, against one
// synced transaction for each row. Items per second are rows; the directory lies in TMPDIR, else in /tmp.

#include <benchmark/benchmark.h>

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "libs/chassis/clock.h"
#include "libs/chassis/log.h"
#include "libs/chassis/random.h"
#include "records-service/ids.h"
#include "records-service/store/sqlite/migrations.h"
#include "records-service/store/sqlite/sqlite_store.h"
#include "tests/testing/temp_dir.h"

namespace ladder::records {
namespace {

// About what ten answers and their result take.
constexpr std::size_t kSubmissionBytes = 400;
constexpr std::size_t kResultBytes = 1200;

class Rows {
 public:
  std::vector<AssessmentRow> Next(std::size_t count) {
    std::vector<AssessmentRow> rows(count);
    for (AssessmentRow& row : rows) {
      row.clinic = absl::StrCat("clinic-", random_.Next() % 20);
      row.client = absl::StrCat("client-", random_.Next() % 1000);
      row.id = ids_.Next();
      row.request_id = absl::StrCat("request-", random_.Next());
      row.quiz = "mood";
      row.version = 1;
      row.series = "mood/1";
      row.create_time = clock_.Now();
      row.assess_time = row.create_time;
      row.submission = std::string(kSubmissionBytes, 's');
      row.result = std::string(kResultBytes, 'r');
    }
    return rows;
  }

 private:
  SystemClock clock_;
  SeededRandom random_{1};
  IdMaker ids_{clock_, random_};
};

std::unique_ptr<sqlite::SqliteStore> Open(const testing::TempDir& directory, const Clock& clock) {
  SetLogLevel(LogLevel::kWarning);
  if (!sqlite::Migrate(directory.Join("data")).ok()) return nullptr;
  auto store = sqlite::SqliteStore::Open({.directory = directory.Join("data")}, clock);
  return store.ok() ? *std::move(store) : nullptr;
}

void BM_BatchInOneTransaction(benchmark::State& state) {
  const testing::TempDir directory;
  const SystemClock clock;
  const std::unique_ptr<sqlite::SqliteStore> store = Open(directory, clock);
  Rows rows;
  for (auto _ : state) {
    const std::vector<AssessmentRow> batch = rows.Next(static_cast<std::size_t>(state.range(0)));
    if (store == nullptr || !store->CreateAssessments(batch).ok()) return state.SkipWithError("the store failed");
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(BM_BatchInOneTransaction)->Arg(1)->Arg(8)->Arg(32)->Arg(128)->Arg(256)->UseRealTime();

void BM_BatchRowByRow(benchmark::State& state) {
  const testing::TempDir directory;
  const SystemClock clock;
  const std::unique_ptr<sqlite::SqliteStore> store = Open(directory, clock);
  Rows rows;
  for (auto _ : state) {
    for (const AssessmentRow& row : rows.Next(static_cast<std::size_t>(state.range(0)))) {
      if (store == nullptr || !store->CreateAssessments({row}).ok()) return state.SkipWithError("the store failed");
    }
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(BM_BatchRowByRow)->Arg(256)->UseRealTime();

}  // namespace
}  // namespace ladder::records
