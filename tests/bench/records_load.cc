// What ladder-records takes through BatchCreateAssessments while it releases: the real program or several, over SQLite
// or over a PostgreSQL of its own that syncs, with callers on this machine.
//
//   <build>/bin/records_load --store postgres --replicas 2 --callers 8 --seconds 60 --release-tick 1m
//
// Prints one line of JSON: assessments written each second, what was released of them, for how long cohorts that were
// closed waited to be released, and the resident memory of the programs in KiB after a tenth, a half and all of the
// time.

#include <cstdio>
#include <iostream>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/clock.h"
#include "libs/chassis/log.h"
#include "libs/chassis/options.h"
#include "libs/chassis/random.h"
#include "records-service/store/postgres/migrations.h"
#include "records-service/store/sqlite/database.h"
#include "records-service/store/sqlite/sqlite_store.h"
#include "tests/bench/load_rows.h"
#include "tests/records-service/records_program.h"
#include "tests/testing/postgres_server.h"
#include "tests/testing/temp_dir.h"

namespace ladder::records {
namespace {

struct Load {
  std::string store = "sqlite";
  std::int64_t replicas = 1;
  std::int64_t callers = 8;
  std::int64_t batch = 64;
  std::int64_t connections = 8;
  absl::Duration time = absl::Seconds(30);
  std::string release_tick = "1h";
};

constexpr int kClinics = 20;
constexpr int kClientsOfAClinic = 100'000;

// The database under the programs, which the bench reads beside them.
class Database {
 public:
  explicit Database(const Load& load) {
    if (load.store == "postgres") {
      server_ = std::make_unique<testing::PostgresServer>(
          std::vector<std::string>{"fsync=on", "full_page_writes=on", "shared_buffers=512MB", "max_wal_size=8GB"});
      if (!postgres::Migrate({.conninfo = server_->conninfo()}).ok()) std::abort();
      arguments_ = {"--store",
                    "postgres",
                    "--postgres",
                    server_->conninfo(),
                    "--postgres-connections",
                    absl::StrCat(load.connections)};
    } else {
      if (!sqlite::Migrate(folder_.Join("data")).ok()) std::abort();
      arguments_ = {"--data-dir", folder_.Join("data")};
    }
    arguments_.insert(arguments_.end(), {"--release-tick", load.release_tick});
  }

  const std::vector<std::string>& arguments() const { return arguments_; }

  std::int64_t Number(const std::string& sql) {
    if (server_ != nullptr) {
      std::int64_t number = 0;
      return absl::SimpleAtoi(server_->Run(sql), &number) ? number : -1;
    }
    const auto database = sqlite::Database::Open(absl::StrCat(folder_.Join("data"), "/", sqlite::kDatabaseFile),
                                                 sqlite::Database::Mode::kReadOnly);
    if (!database.ok()) return -1;
    return (*database)->QueryInteger(sql).value_or(-1);
  }

 private:
  testing::TempDir folder_;
  std::unique_ptr<testing::PostgresServer> server_;
  std::vector<std::string> arguments_;
};

// One caller: batch after batch until the time is over. Returns how many assessments were accepted.
std::int64_t Call(RecordsProgram& program, const std::vector<v1::CreateAssessmentRequest>& examples, const Load& load,
                  std::uint64_t seed, absl::Time end) {
  SeededRandom random(seed);
  const auto stub = program.NewStub();
  std::int64_t accepted = 0;
  while (absl::Now() < end) {
    v1::BatchCreateAssessmentsRequest batch;
    for (std::int64_t i = 0; i < load.batch; ++i) {
      v1::CreateAssessmentRequest& request = *batch.add_requests();
      request = examples[random.Next() % examples.size()];
      request.set_request_id(absl::StrCat("request-", random.Next()));
      request.mutable_submission()->set_parent(
          absl::StrCat("clinics/clinic-", random.Next() % kClinics, "/clients/c-", random.Next() % kClientsOfAClinic));
    }
    grpc::ClientContext context;
    v1::BatchCreateAssessmentsResponse response;
    const grpc::Status status = stub->BatchCreateAssessments(&context, batch, &response);
    if (!status.ok()) std::cerr << status.error_message() << "\n";
    for (const v1::BatchCreateOutcome& outcome : response.outcomes()) accepted += outcome.has_response() ? 1 : 0;
  }
  return accepted;
}

std::int64_t ResidentKib(const RecordsProgram& program) {
  const std::string status = testing::ReadFileOrEmpty(absl::StrCat("/proc/", program.process().pid(), "/status"));
  const std::size_t at = status.find("VmRSS:");
  std::int64_t kib = 0;
  if (at == std::string::npos || std::sscanf(status.c_str() + at, "VmRSS: %ld", &kib) != 1) return -1;
  return kib;
}

int Run(const Load& load) {
  SetLogLevel(LogLevel::kError);
  const quiz::v1::QuizDefinition definition = LadderOfHealing();
  const std::vector<v1::CreateAssessmentRequest> examples = RequestsOfExamples(definition);
  Database database(load);
  std::vector<std::unique_ptr<testing::TempDir>> folders;
  std::vector<std::unique_ptr<RecordsProgram>> programs;
  for (std::int64_t i = 0; i < load.replicas; ++i) {
    folders.push_back(std::make_unique<testing::TempDir>());
    programs.push_back(
        std::make_unique<RecordsProgram>(*folders.back(), database.arguments(), std::vector<std::string>()));
  }
  programs.front()->Publish(definition);

  const absl::Time start = absl::Now();
  std::vector<std::int64_t> accepted(static_cast<std::size_t>(load.callers));
  std::vector<std::thread> callers;
  for (std::size_t i = 0; i < accepted.size(); ++i) {
    RecordsProgram& program = *programs[i % programs.size()];
    callers.emplace_back([&, i] { accepted[i] = Call(program, examples, load, i + 1, start + load.time); });
  }

  std::vector<std::vector<std::int64_t>> resident;
  absl::Duration waited;  // For how long sealed cohorts have been waiting.
  absl::Duration longest_waited;
  const std::vector<absl::Time> looks = {start + load.time / 10, start + load.time / 2, start + load.time};
  for (absl::Time now = start; now < looks.back(); now = absl::Now()) {
    absl::SleepFor(absl::Milliseconds(500));
    waited = database.Number("SELECT count(*) FROM cohort WHERE state = 1") > 0 ? waited + (absl::Now() - now)
                                                                                : absl::ZeroDuration();
    longest_waited = std::max(longest_waited, waited);
    if (absl::Now() < looks[resident.size()]) continue;
    resident.emplace_back();
    for (const auto& program : programs) resident.back().push_back(ResidentKib(*program));
  }
  for (std::thread& caller : callers) caller.join();
  const double seconds = absl::ToDoubleSeconds(absl::Now() - start);
  std::int64_t written = 0;
  for (const std::int64_t of_caller : accepted) written += of_caller;

  std::cout << "{\"store\": \"" << load.store << "\", \"replicas\": " << load.replicas
            << ", \"callers\": " << load.callers << ", \"batch\": " << load.batch << ", \"release_tick\": \""
            << load.release_tick << "\", \"seconds\": " << seconds << ", \"written\": " << written
            << ", \"written_each_second\": " << static_cast<std::int64_t>(static_cast<double>(written) / seconds)
            << ", \"released\": " << database.Number("SELECT coalesce(sum(assessments), 0) FROM release_log")
            << ", \"cohorts_released\": " << database.Number("SELECT count(*) FROM cohort WHERE state = 3")
            << ", \"longest_wait_of_closed_cohorts_s\": " << absl::ToDoubleSeconds(longest_waited)
            << ", \"resident_kib\": ["
            << absl::StrJoin(resident, ", ",
                             [](std::string* out, const std::vector<std::int64_t>& of_programs) {
                               absl::StrAppend(out, "[", absl::StrJoin(of_programs, ", "), "]");
                             })
            << "]}\n";
  for (const auto& program : programs) program->Stop();
  return written > 0 ? 0 : 1;
}

int Main(int argc, char** argv) {
  Load load;
  OptionSet options("records_load", "Loads ladder-records and prints what it takes.", "LADDER_LOAD");
  options.Add("store", &load.store, "sqlite or postgres.");
  options.Add("replicas", &load.replicas, {.min = 1, .max = 8}, "Programs over one PostgreSQL.");
  options.Add("callers", &load.callers, {.min = 1, .max = 256}, "Callers, each with one batch under way.");
  options.Add("batch", &load.batch, {.min = 1, .max = 256}, "Assessments of a batch.");
  options.Add("connections", &load.connections, {.min = 2, .max = 64}, "That each program may have to PostgreSQL.");
  options.Add("time", &load.time, {.min = absl::Seconds(5), .max = absl::Hours(24)}, "For so long.");
  options.Add("release-tick", &load.release_tick, "As ladder-records takes it. 1h: as good as never.");
  const absl::StatusOr<OptionSet::Outcome> outcome = options.Parse(argc, argv);
  if (!outcome.ok()) {
    std::cerr << outcome.status().message() << "\n";
    return 2;
  }
  return *outcome == OptionSet::Outcome::kHelpPrinted ? 0 : Run(load);
}

}  // namespace
}  // namespace ladder::records

int main(int argc, char** argv) { return ladder::records::Main(argc, argv); }
