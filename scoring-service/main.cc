// ladder-scoring: scores answers to quizzes and hands the results to the records service.

#include <grpcpp/impl/service_type.h>

#include <memory>
#include <optional>

#include "libs/chassis/channel.h"
#include "libs/chassis/clock.h"
#include "libs/chassis/executor.h"
#include "libs/chassis/log.h"
#include "libs/chassis/options.h"
#include "libs/chassis/process.h"
#include "libs/chassis/random.h"
#include "libs/chassis/server.h"
#include "libs/chassis/timers.h"
#include "libs/redis/measured_client.h"
#include "libs/redis/redis.h"
#include "scoring-service/options.h"
#include "scoring-service/possible_finder.h"
#include "scoring-service/recorder.h"
#include "scoring-service/rpc/grpc_records.h"
#include "scoring-service/rpc/handlers.h"
#include "scoring-service/scorer.h"
#include "scoring-service/source/quiz_source_stack.h"

namespace ladder::scoring {
namespace {

constexpr char kServiceName[] = "ladder.scoring.v1.ScoringService";
// For partial results of quizzes that take long: few, so that those who ask for them wait for each other first.
constexpr int kPossibleThreads = 2;
constexpr int kExitFailed = 1;

int Fail(absl::string_view what, const absl::Status& status) {
  Log(LogLevel::kError, "start_failed", {{"part", what}, {"error", status.message()}});
  return kExitFailed;
}

// Makes everything, from what calls nobody to what is called by clients, and serves. After the last call has finished,
// the clean-ups stop in this order what calls back: timers, records, Redis, threads; then everything goes in reverse.
int Serve(const ScoringOptions& options) {
  const SystemClock clock;
  SystemRandom random;
  ThreadTimers timers(&clock);
  Executor compile_threads({.threads = static_cast<int>(options.compile_threads)});
  Executor possible_threads({.threads = kPossibleThreads, .queue_limit = kMaxPossibleWaiting});
  Server server(options.server, &clock);
  GrpcRecords records(NewChannel({.target = options.records_address}), &clock, &server.tracer());
  std::unique_ptr<redis::MeasuredClient> redis;
  if (!options.redis.address.empty()) {
    redis = std::make_unique<redis::MeasuredClient>(redis::NewClient(options.redis, &clock, &random));
  }
  QuizSourceStack quizzes({.compiled_capacity = static_cast<std::size_t>(options.quiz_cache_size),
                           .compiled_bytes = static_cast<std::size_t>(options.quiz_cache_bytes)},
                          {.records = &records,
                           .redis = redis.get(),
                           .compile_threads = &compile_threads,
                           .clock = &clock,
                           .timers = &timers,
                           .random = &random});
  Recorder recorder(&records, &clock);
  PossibleFinder possible(&possible_threads);
  Scorer scorer(quizzes.source(), &recorder, &possible, &clock);

  server.AddCleanup("compile threads", [&] { compile_threads.Stop(); });
  server.AddCleanup("possible threads", [&] { possible_threads.Stop(); });
  server.AddCleanup("redis", [&] {
    if (redis != nullptr) redis->Stop();
  });
  server.AddCleanup("records", [&] { records.Stop(); });
  server.AddCleanup("timers", [&] { timers.Stop(); });
  quizzes.AddTo(server.metrics());
  recorder.AddTo(server.metrics());
  if (redis != nullptr) redis->AddTo(server.metrics());
  server.metrics().AddGauge("ladder_records_reachable", "1 where the last call to records reached it.",
                            [&records] { return records.IsReachable() ? 1 : 0; });
  Readiness::Part* const quizzes_listed = server.readiness().AddPart("quizzes");
  const std::unique_ptr<grpc::Service> handlers = NewScoringHandlers(&server.calls(), &scorer);
  if (const absl::Status started = server.Start({{kServiceName, handlers.get()}}); !started.ok()) {
    server.Drain();
    return Fail("server", started);
  }
  quizzes.Start([quizzes_listed] { quizzes_listed->Set(true); });
  server.RunUntilSignal();
  return 0;
}

}  // namespace
}  // namespace ladder::scoring

int main(int argc, char** argv) {
  ladder::PrepareProcess();
  ladder::scoring::ScoringOptions options;
  if (const std::optional<int> code = ladder::ExitCodeOf(options.Parse(argc, argv))) return *code;
  return ladder::scoring::Serve(options);
}
