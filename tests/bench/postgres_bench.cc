// What the PostgreSQL store makes of a server that syncs: CreateAssessments in batches of 256 rows against pgbench with
// the same rows: transactions of 256 inserts, transactions of one insert whose 256 rows the server makes itself (so
// that nothing of them goes over the wire), both over one connection, and single-row commits over 8. Items per second
// are rows. The server is one of its own, in TMPDIR or /tmp.

#include <benchmark/benchmark.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "libs/chassis/clock.h"
#include "libs/chassis/log.h"
#include "libs/chassis/random.h"
#include "records-service/ids.h"
#include "records-service/store/postgres/migrations.h"
#include "records-service/store/postgres/postgres_store.h"
#include "tests/testing/child_process.h"
#include "tests/testing/postgres_server.h"

namespace ladder::records {
namespace {

constexpr int kBatchRows = 256;
// About what ten answers and their result take.
constexpr std::size_t kSubmissionBytes = 400;
constexpr std::size_t kResultBytes = 1200;
constexpr int kPgbenchSeconds = 10;

std::unique_ptr<testing::PostgresServer> Start() {
  SetLogLevel(LogLevel::kError);
  auto server = std::make_unique<testing::PostgresServer>(
      std::vector<std::string>{"fsync=on", "full_page_writes=on", "shared_buffers=256MB", "max_wal_size=4GB"});
  return postgres::Migrate({.conninfo = server->conninfo()}).ok() ? std::move(server) : nullptr;
}

void BM_StoreInBatches(benchmark::State& state) {
  const auto server = Start();
  const SystemClock clock;
  SeededRandom random(1);
  IdMaker ids(clock, random);
  const auto store = postgres::PostgresStore::Open({.conninfo = server->conninfo()}, clock, random);
  if (!store.ok()) return state.SkipWithError("the store cannot be opened");
  for (auto _ : state) {
    state.PauseTiming();
    std::vector<AssessmentRow> rows(static_cast<std::size_t>(state.range(0)));
    for (AssessmentRow& row : rows) {
      row.clinic = absl::StrCat("clinic-", random.Next() % 20);
      row.client = absl::StrCat("client-", random.Next() % 1000);
      row.id = ids.Next();
      row.request_id = absl::StrCat("request-", random.Next());
      row.quiz = "mood";
      row.version = 1;
      row.create_time = clock.Now();
      row.assess_time = row.create_time;
      row.submission = std::string(kSubmissionBytes, 's');
      row.result = std::string(kResultBytes, 'r');
    }
    state.ResumeTiming();
    if (!(*store)->CreateAssessments(rows).ok()) return state.SkipWithError("the store failed");
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(BM_StoreInBatches)->Arg(1)->Arg(kBatchRows)->MinTime(kPgbenchSeconds)->UseRealTime();

// One insert of a row like those above, with a random request_id.
std::string InsertLine() {
  return absl::StrCat(
      "INSERT INTO assessment (clinic, client, id, request_id, quiz, version, campaign, assess_time, create_time,"
      " submission, result) VALUES ('clinic-' || :clinic, 'client-' || :client, gen_random_uuid()::text, 'request-' ||"
      " :request || '-' || :row, 'mood', 1, '', 1700000000000000000, 1700000000000000000, '",
      std::string(kSubmissionBytes, 's'), "', '", std::string(kResultBytes, 'r'),
      "') ON CONFLICT (clinic, request_id) DO NOTHING;\n");
}

// As many rows by one statement, made by the server.
std::string StatementOf(int rows) {
  return absl::StrCat(
      "INSERT INTO assessment (clinic, client, id, request_id, quiz, version, campaign, assess_time, create_time,"
      " submission, result) SELECT 'clinic-' || (random() * 19)::int, 'client-' || (random() * 999)::int,"
      " gen_random_uuid()::text, 'request-' || random(), 'mood', 1, '', 1700000000000000000, 1700000000000000000, '",
      std::string(kSubmissionBytes, 's'), "', '", std::string(kResultBytes, 'r'), "' FROM generate_series(1, ", rows,
      ") ON CONFLICT (clinic, request_id) DO NOTHING;\n");
}

// A pgbench script of one transaction.
std::string Script(int rows) {
  std::string script =
      "\\set clinic random(0, 19)\n\\set client random(0, 999)\n\\set request random(0, 9000000000000000000)\n";
  if (rows > 1) script += "BEGIN;\n";
  for (int row = 0; row < rows; ++row) absl::StrAppend(&script, "\\set row ", row, "\n", InsertLine());
  if (rows > 1) script += "COMMIT;\n";
  return script;
}

// Rows per second.
double Pgbench(const testing::PostgresServer& server, const std::string& text_of_script, int rows, int clients) {
  const std::string script = server.WriteFile("script.sql", text_of_script);
  const std::string output = server.WriteFile("pgbench.out", "");
  testing::ChildProcess process(
      {testing::PostgresProgram("pgbench"), "-n", "-M", "prepared", "-f", script, "-c", absl::StrCat(clients), "-j",
       "1", "-T", absl::StrCat(kPgbenchSeconds), server.conninfo()},
      output);
  if (process.Wait(absl::Minutes(2)) != 0) return 0;
  const std::string text = testing::ReadFileOrEmpty(output);
  const std::size_t at = text.find("tps = ");
  double transactions = 0;
  if (at == std::string::npos ||
      !absl::SimpleAtod(text.substr(at + 6, text.find(' ', at + 6) - at - 6), &transactions)) {
    return 0;
  }
  return transactions * rows;
}

void RunPgbench(benchmark::State& state, const std::string& script, int rows, int clients) {
  const auto server = Start();
  double rate = 0;
  for (auto _ : state) {
    rate = Pgbench(*server, script, rows, clients);
    if (rate == 0) return state.SkipWithError("pgbench failed");
    state.SetIterationTime(kPgbenchSeconds);
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(rate * kPgbenchSeconds));
}

void BM_PgbenchInTransactionsOf256Rows(benchmark::State& state) {
  RunPgbench(state, Script(kBatchRows), kBatchRows, 1);
}
BENCHMARK(BM_PgbenchInTransactionsOf256Rows)->Iterations(1)->UseManualTime();

void BM_PgbenchInStatementsOf256Rows(benchmark::State& state) {
  RunPgbench(state, StatementOf(kBatchRows), kBatchRows, 1);
}
BENCHMARK(BM_PgbenchInStatementsOf256Rows)->Iterations(1)->UseManualTime();

void BM_PgbenchRowByRowOver8Connections(benchmark::State& state) { RunPgbench(state, Script(1), 1, 8); }
BENCHMARK(BM_PgbenchRowByRowOver8Connections)->Iterations(1)->UseManualTime();

}  // namespace
}  // namespace ladder::records
