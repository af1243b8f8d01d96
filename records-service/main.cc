// ladder-records: keeps quizzes and assessments, and answers QuizService and AssessmentService.

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "libs/chassis/clock.h"
#include "libs/chassis/log.h"
#include "libs/chassis/options.h"
#include "libs/chassis/process.h"
#include "libs/chassis/random.h"
#include "libs/chassis/server.h"
#include "libs/chassis/watchdog.h"
#include "libs/redis/measured_client.h"
#include "libs/redis/redis.h"
#include "records-service/options.h"
#include "records-service/redis_notifier.h"
#include "records-service/service.h"
#include "records-service/store/postgres/postgres_store.h"
#include "records-service/store/sqlite/sqlite_store.h"

namespace ladder::records {
namespace {

constexpr int kExitFailed = 1;

// After a failed disk only a new process can tell what was stored. Callers get so long to be told.
constexpr absl::Duration kTimeToTellCallers = absl::Seconds(2);

// Connections to SQLite for what reads beside the readers, to compare, validate and record.
constexpr int kReadersBesides = 4;

int Fail(absl::string_view what, const absl::Status& status) {
  Log(LogLevel::kError, "start_failed", {{"part", what}, {"error", status.message()}});
  return kExitFailed;
}

RecordsService::Limits LimitsOf(const Options& options) {
  RecordsService::Limits limits;
  limits.readers.threads = static_cast<int>(options.readers);
  limits.readers.queue_limit = static_cast<std::size_t>(options.read_queue);
  limits.accepted_rows = static_cast<std::size_t>(options.write_queue_rows);
  limits.accepted_bytes = static_cast<std::size_t>(options.write_queue_mib) << 20;
  return limits;
}

// The store that the options name. `set_ready` hears whether it can be reached, `on_fatal` that it has failed for good.
absl::StatusOr<std::unique_ptr<sql::SqlStore>> OpenStore(const Options& options, const Clock& clock,
                                                         RandomSource& random, std::function<void(bool)> set_ready,
                                                         std::function<void()> on_fatal) {
  if (options.UsesPostgres()) {
    postgres::PostgresOptions postgres = options.postgres;
    postgres.on_reachable = std::move(set_ready);
    return postgres::PostgresStore::Open(std::move(postgres), clock, random);
  }
  return sqlite::SqliteStore::Open({.directory = options.data_dir,
                                    .readers = static_cast<int>(options.readers) + kReadersBesides,
                                    .on_fatal = [on_fatal = std::move(on_fatal)](const absl::Status&) { on_fatal(); }},
                                   clock);
}

// A store that was restored would release again, with fresh noise, what was released after its backup.
absl::Status CheckRestored(const Options& options, ReleaseStore& store) {
  if (options.restored_copy.empty()) return absl::OkStatus();
  const absl::StatusOr<std::string> epoch = store.LogEpoch();
  if (!epoch.ok()) return epoch.status();
  if (*epoch == options.restored_copy) return absl::OkStatus();
  const std::string which = options.UsesPostgres() ? absl::StrCat("--postgres '", options.postgres.conninfo, "'")
                                                   : absl::StrCat("--data-dir ", options.data_dir);
  return absl::FailedPreconditionError(
      absl::StrCat("this store was restored (--restored-copy) and its log is another one: run `ladderctl store "
                   "after-restore ",
                   which, "`, and give the epoch that it prints as --restored-copy"));
}

// Starts from the store up and stops in reverse: calls, then what was accepted, then the store.
int Serve(const Options& options) {
  SystemClock clock;
  SystemRandom random;
  Server server(options.server, &clock);
  Readiness::Part* ready = server.readiness().AddPart("store");
  std::optional<Watchdog> end;  // Set once the store has failed: the process ends whatever hangs.

  absl::StatusOr<std::unique_ptr<sql::SqlStore>> store = OpenStore(
      options, clock, random, [ready](bool reachable) { ready->Set(reachable); },
      [&] {
        ready->Set(false);
        end.emplace(kTimeToTellCallers);
        server.RequestStop();
      });
  if (!store.ok()) return Fail("store", store.status());
  const absl::Status restored = CheckRestored(options, **store);
  if (!restored.ok()) return Fail("store", restored);
  server.AddCleanup("store", [&] { (*store)->Close(); });

  std::unique_ptr<redis::Client> redis;
  std::unique_ptr<ActivationNotifier> notifier = std::make_unique<NoNotifier>();
  if (!options.redis.address.empty()) {
    auto measured = std::make_unique<redis::MeasuredClient>(redis::NewClient(options.redis, &clock, &random));
    measured->AddTo(server.metrics());
    redis = std::move(measured);
    notifier = std::make_unique<RedisNotifier>(*redis);
    server.AddCleanup("redis", [&] { redis->Stop(); });
  }

  RecordsService service(LimitsOf(options), server.calls(), {**store, **store}, options.release, options.retention,
                         *notifier, clock, random);
  server.AddCleanup("service", [&] { service.Stop(); });

  (*store)->AddTo(server.metrics());
  service.AddTo(server.metrics());
  ready->Set((*store)->Ready().ok());
  const absl::Status started = server.Start(service.services());
  if (!started.ok()) {
    server.Drain();
    return Fail("server", started);
  }
  service.release_job().Start();
  service.retention_job().Start();
  server.RunUntilSignal();
  return end.has_value() ? kExitFailed : 0;
}

int Main(int argc, char** argv) {
  PrepareProcess();
  Options options;
  OptionSet parser("ladder-records", "Keeps quizzes and assessments.", "LADDER_RECORDS");
  options.AddTo(&parser);
  if (const std::optional<int> code = ExitCodeOf(parser.Parse(argc, argv))) return *code;
  return Serve(options);
}

}  // namespace
}  // namespace ladder::records

int main(int argc, char** argv) { return ladder::records::Main(argc, argv); }
